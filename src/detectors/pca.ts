/**
 * `pca`: the reconstruction error of k principal components, the linear autoencoder that a deep one has to beat.
 *
 * @module
 */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Images } from "../data/images.ts";
import type { Detector } from "./detector.ts";
import { meanImage } from "./pixelmean.ts";

/** The covariance of centred images, size × size, in float64. */
function covariance(images: Images, mean: Float64Array): Float64Array {
  const size = mean.length;
  const sums = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (let i = 0; i < images.count; i++) {
    for (let j = 0; j < size; j++) row[j] = images.pixels[i * size + j]! - mean[j]!;
    for (let a = 0; a < size; a++) {
      const value = row[a]!;
      if (value === 0) continue;
      const at = a * size;
      for (let b = a; b < size; b++) sums[at + b]! += value * row[b]!;
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) sums[b * size + a] = sums[a * size + b] = sums[a * size + b]! / images.count;
  }
  return sums;
}

/** The `k` leading eigenvectors of a symmetric matrix. */
function leadingEigenvectors(matrix: Float64Array, size: number, k: number): Float64Array[] {
  const { eigenvectorMatrix: vectors } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, matrix),
    { assumeSymmetric: true },
  );
  // Its eigenvalues come in ascending order.
  return Array.from({ length: k }, (_, i) => Float64Array.from(vectors.getColumn(size - 1 - i)));
}

/**
 * Principal components as a detector: A(x) = ‖(I − UUᵀ)(x − x̄)‖₂, the columns of U the k leading directions.
 *
 * @param components k.
 * @returns The detector.
 *
 * @example What varies among normal images is no anomaly, what never does is one
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const images = { count: 4, height: 1, width: 2, channels: 1, pixels: new Float32Array([-3, 0, -1, 0, 1, 0, 3, 0]) };
 * const detector = createPca(1);
 * await detector.fit({ role: "normal-train", images });
 * const [along, across] = await detector.score({ ...images, count: 2, pixels: new Float32Array([9, 0, 0, 2]) });
 * assertAlmostEquals(along!, 0, 1e-6);
 * assertAlmostEquals(across!, 2, 1e-6);
 * ```
 */
export function createPca(components: number): Detector {
  let mean: Float64Array = new Float64Array();
  let basis: Float64Array[] = [];
  return {
    method: "pca",
    epochs: 0,
    fit({ images }) {
      mean = meanImage(images);
      basis = leadingEigenvectors(covariance(images, mean), mean.length, components);
      return Promise.resolve();
    },
    score(images) {
      const error = (_: unknown, i: number) => {
        const x = mean.map((value, j) => images.pixels[i * mean.length + j]! - value);
        let rest = x.reduce((sum, value) => sum + value * value, 0);
        for (const u of basis) rest -= u.reduce((sum, value, j) => sum + value * x[j]!, 0) ** 2;
        return Math.sqrt(Math.max(0, rest));
      };
      return Promise.resolve(Float32Array.from({ length: images.count }, error));
    },
    save: () =>
      Promise.resolve({
        mean: { shape: [mean.length], values: Float32Array.from(mean) },
        components: { shape: [basis.length, mean.length], values: Float32Array.from(basis.flatMap((u) => [...u])) },
      }),
    load: ({ mean: savedMean, components: saved }) => {
      mean = Float64Array.from(savedMean!.values);
      const size = mean.length;
      basis = Array.from(
        { length: saved!.shape[0]! },
        (_, k) => Float64Array.from(saved!.values.slice(k * size, (k + 1) * size)),
      );
    },
  };
}
