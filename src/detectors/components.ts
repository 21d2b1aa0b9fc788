/**
 * Principal components of images: what `pca` scores by, and the features of the classical methods.
 *
 * In float64 on the host, so that a score does not depend on the backend; only for large images, and where TensorFlow runs, by
 * its kernels in float32.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Images } from "../data/images.ts";
import { isNative, runNative, TF_FLOAT } from "../engine/ops.ts";
import { packed, unpacked } from "./rows.ts";

/** The mean of images, pixel by pixel, in float64. */
export function meanImage(images: Images): Float64Array {
  const size = images.pixels.length / images.count;
  const mean = new Float64Array(size);
  images.pixels.forEach((value, i) => mean[i % size]! += value);
  return mean.map((sum) => sum / images.count);
}

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

/** From this size on plain JavaScript takes minutes, TensorFlow seconds, in float32. */
const LARGE = 1000;

const isLarge = (size: number) => size > LARGE && isNative();

/** Images less a mean, a row an image. */
function centred(images: Images, mean: Float64Array): tf.Tensor2D {
  const pixels = images.pixels.map((value, i) => value - mean[i % mean.length]!);
  return tf.tensor2d(pixels, [images.count, mean.length]);
}

/** Eigenvalues of a covariance in ascending order, and a function for the vector of each. */
interface Eigen {
  readonly values: ArrayLike<number>;
  vector(i: number): Float64Array;
}

function nativeEigen(images: Images, mean: Float64Array): Eigen {
  const size = mean.length;
  const [values, vectors] = tf.tidy(() => {
    const x = centred(images, mean);
    const covariance = tf.div(tf.matMul(x, x, true, false), images.count);
    return runNative("SelfAdjointEigV2", { "T:type": TF_FLOAT, "compute_v:bool": true }, [covariance], 2)
      .map((each) => each.dataSync<"float32">());
  }) as [Float32Array, Float32Array];
  return { values, vector: (i) => Float64Array.from({ length: size }, (_, row) => vectors[row * size + i]!) };
}

function portableEigen(images: Images, mean: Float64Array): Eigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(mean.length, mean.length, covariance(images, mean)),
    { assumeSymmetric: true },
  );
  return { values: realEigenvalues, vector: (i) => Float64Array.from(eigenvectorMatrix.getColumn(i)) };
}

/** The mean and the leading directions of images. */
export interface Components {
  /** x̄, in the images' pixels. */
  readonly mean: Float64Array;
  /** U: unit vectors, the direction of the greatest variance first. */
  readonly basis: readonly Float64Array[];
}

/** How many components hold a share of the variance, 0 to 1: the fewest that do. */
export function holding(share: number): (variances: readonly number[]) => number {
  return (variances) => {
    const all = variances.reduce((a, b) => a + b, 0);
    let sum = 0;
    return variances.findIndex((variance) => (sum += variance) >= share * all) + 1;
  };
}

/**
 * The principal components of images.
 *
 * @param images The images.
 * @param count How many, from the variances along all directions, the greatest first.
 * @returns Their mean and that many directions.
 *
 * @example Of a cloud in the plane, nine tenths of whose variance lies along the diagonal
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const pixels = new Float32Array([3, 3, -3, -3, 1, -1, -1, 1]);
 * const images = { count: 4, height: 1, width: 2, channels: 1, pixels };
 * const { basis } = principalComponents(images, holding(0.9));
 * assertEquals(basis.length, 1);
 * assertAlmostEquals(Math.abs(basis[0]![0]! + basis[0]![1]!), Math.SQRT2, 1e-9);
 * assertEquals(principalComponents(images, holding(0.91)).basis.length, 2);
 * ```
 */
export function principalComponents(images: Images, count: (variances: readonly number[]) => number): Components {
  const mean = meanImage(images);
  const size = mean.length;
  const { values, vector } = (isLarge(size) ? nativeEigen : portableEigen)(images, mean);
  const variances = Array.from(values).reverse();
  return { mean, basis: Array.from({ length: count(variances) }, (_, k) => vector(size - 1 - k)) };
}

/**
 * The coordinates of images along components: Uᵀ(x − x̄).
 *
 * @param components The components.
 * @param images Any images of that size.
 * @returns The coordinates, a row an image.
 */
export function coordinates({ mean, basis }: Components, images: Images): Float64Array[] {
  const size = mean.length;
  if (isLarge(size)) {
    const values = tf.tidy(() => {
      const u = packed(basis);
      return tf.matMul(centred(images, mean), tf.tensor2d(u.values, [...u.shape] as [number, number]), false, true)
        .dataSync<"float32">();
    });
    return unpacked({ shape: [images.count, basis.length], values });
  }
  return Array.from({ length: images.count }, (_, i) => {
    const x = mean.map((value, j) => images.pixels[i * size + j]! - value);
    return Float64Array.from(basis, (u) => {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += u[j]! * x[j]!;
      return sum;
    });
  });
}
