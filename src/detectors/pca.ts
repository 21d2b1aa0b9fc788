/**
 * `pca`: the reconstruction error of k principal components, the linear autoencoder that a deep one has to beat.
 *
 * @module
 */

import type { Images } from "../data/images.ts";
import type { Detector } from "./detector.ts";
import { meanImage } from "./pixelmean.ts";

/** Rounds of subspace iteration; twice as many change no AUROC in its fifth digit. */
const ROUNDS = 60;

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

/** Makes vectors orthonormal, in their order (Gram and Schmidt, twice for the sake of rounding). */
function orthonormalise(vectors: Float64Array[]): void {
  vectors.forEach((v, k) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const u = vectors[j]!;
        let dot = 0;
        for (let i = 0; i < v.length; i++) dot += u[i]! * v[i]!;
        for (let i = 0; i < v.length; i++) v[i]! -= dot * u[i]!;
      }
    }
    const norm = Math.hypot(...v);
    for (let i = 0; i < v.length; i++) v[i]! /= norm > 0 ? norm : 1;
  });
}

/** An orthonormal basis of the `k` leading eigenvectors' span, by subspace iteration from fixed cosines. */
function leadingSubspace(matrix: Float64Array, size: number, k: number): Float64Array[] {
  // A few vectors more than wanted make the wanted ones converge faster.
  const extra = Math.min(size, k + 10);
  let vectors = Array.from(
    { length: extra },
    (_, j) => Float64Array.from({ length: size }, (_, i) => Math.cos((i + 0.5) * (j + 1) * Math.PI / size)),
  );
  orthonormalise(vectors);
  for (let round = 0; round < ROUNDS; round++) {
    vectors = vectors.map((v) => {
      const out = new Float64Array(size);
      for (let a = 0; a < size; a++) {
        let sum = 0;
        for (let b = 0; b < size; b++) sum += matrix[a * size + b]! * v[b]!;
        out[a] = sum;
      }
      return out;
    });
    orthonormalise(vectors);
  }
  return vectors.slice(0, k);
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
 * const [along, across] = detector.score({ ...images, count: 2, pixels: new Float32Array([9, 0, 0, 2]) });
 * assertAlmostEquals(along!, 0, 1e-6);
 * assertAlmostEquals(across!, 2, 1e-6);
 * ```
 */
export function createPca(components: number): Detector {
  let mean: Float64Array = new Float64Array();
  let basis: Float64Array[] = [];
  return {
    method: "pca",
    fit({ images }) {
      mean = meanImage(images);
      basis = leadingSubspace(covariance(images, mean), mean.length, components);
      return Promise.resolve();
    },
    score: (images) =>
      Float32Array.from({ length: images.count }, (_, i) => {
        const x = mean.map((value, j) => images.pixels[i * mean.length + j]! - value);
        let rest = x.reduce((sum, value) => sum + value * value, 0);
        for (const u of basis) rest -= u.reduce((sum, value, j) => sum + value * x[j]!, 0) ** 2;
        return Math.sqrt(Math.max(0, rest));
      }),
    save: () => ({
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
