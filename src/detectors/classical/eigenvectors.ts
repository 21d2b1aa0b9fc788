/**
 * The directions in which points vary most: eigenvectors of their covariance.
 *
 * On `native` TensorFlow computes them in float32: a few directions of many by subspace iteration, all of them by its own
 * solver. On other backends, and without one, they are computed in float64 on the host.
 *
 * Of n points with more coordinates than that, XᵀX/n has n eigenvalues at most that are not 0, and they are those of the smaller
 * XXᵀ/n: if v is an eigenvector of that, Xᵀv is one of XᵀX/n. For 500 images of 64 × 64 pixels this takes a hundredth of the time.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { isNative, runNative, TF_FLOAT } from "../../engine/ops.ts";
import { seededRng } from "../../engine/random.ts";
import type { Rows } from "./matrix.ts";
import { tensorOf } from "./matrix.ts";

/** How many directions: a number, or a function of the variances along all of them, the greatest first. */
export type Count = number | ((variances: readonly number[]) => number);

/**
 * The directions in which points vary most.
 *
 * @param x The points, their mean 0.
 * @param count How many.
 * @returns Unit vectors, the direction of the greatest variance first; of ±u the one whose largest coordinate is positive,
 * because the solver's sign is arbitrary. They are fewer than `count` where the points vary in fewer directions: any other
 * direction would be arbitrary.
 */
export function leadingDirections(x: Rows, count: Count): Rows {
  return oriented(isNative() ? byTensorFlow(x, count) : onHost(x, count));
}

function oriented({ count, width, values }: Rows): Rows {
  for (let i = 0; i < count; i++) {
    const row = values.subarray(i * width, (i + 1) * width);
    const largest = row.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best, 0);
    if (largest < 0) row.forEach((value, j) => row[j] = -value);
  }
  return { count, width, values };
}

/** A variance of this share of the greatest one is none: the float32 of pixels, and of a solver, leaves as much. */
const NONE = 1e-6;

/** How many of the last directions to take, whose variances are given. */
function resolved(count: Count, ascending: ArrayLike<number>): number {
  const descending = Array.from(ascending).reverse();
  const varying = descending.filter((variance) => variance > NONE * descending[0]!).length;
  return Math.min(varying, typeof count === "number" ? count : count(descending));
}

/** XᵀX of rows, or XXᵀ where there are fewer rows than columns; divided by their number. */
function secondMoments({ count: n, width, values }: Rows): Matrix {
  if (n < width) {
    const x = Matrix.from1DArray(n, width, values);
    return x.mmul(x.transpose()).div(n);
  }
  const covariance = new Float64Array(width * width);
  for (let row = 0; row < values.length; row += width) {
    for (let a = 0; a < width; a++) {
      const value = values[row + a]! / n;
      if (value === 0) continue;
      for (let b = a; b < width; b++) covariance[a * width + b]! += value * values[row + b]!;
    }
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) covariance[a * width + b] = covariance[b * width + a]!;
  return Matrix.from1DArray(width, width, covariance);
}

function onHost(x: Rows, count: Count): Rows {
  const { count: n, width } = x;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(secondMoments(x), {
    assumeSymmetric: true,
  });
  const leading = resolved(count, realEigenvalues);
  const directions = new Float32Array(leading * width);
  for (let k = 0; k < leading; k++) {
    const vector = eigenvectorMatrix.getColumn(realEigenvalues.length - 1 - k);
    directions.set(n < width ? along(x, vector) : vector, k * width);
  }
  return { count: leading, width, values: directions };
}

/** Xᵀv as a unit vector. */
function along({ width, values }: Rows, v: readonly number[]): number[] {
  const sum = new Array<number>(width).fill(0);
  v.forEach((weight, i) => {
    for (let j = 0; j < width; j++) sum[j]! += weight * values[i * width + j]!;
  });
  const norm = Math.sqrt(sum.reduce((all, value) => all + value * value, 0));
  return sum.map((value) => value / norm);
}

function byTensorFlow(x: Rows, count: Count): Rows {
  const directions = tf.tidy(() => {
    const rows = tensorOf(x);
    const fewer = x.count < x.width;
    const moments = tf.div<tf.Tensor2D>(tf.matMul(rows, rows, !fewer, fewer), x.count);
    if (tf.all(tf.isFinite(moments)).dataSync()[0] === 0) {
      throw new RangeError("Cannot find principal components: the images' variance is not finite in float32");
    }
    const several = typeof count === "number" && 8 * count < moments.shape[0];
    const vectors = tf.reverse((several ? iterated(moments, count) : undefined) ?? solved(moments, count), 1);
    return tf.transpose(fewer ? orthonormal(tf.matMul(rows, vectors, true, false)) : vectors);
  });
  const values = directions.dataSync<"float32">();
  directions.dispose();
  return { count: values.length / x.width, width: x.width, values };
}

/** The columns, each as a unit vector without its share of those before it. */
function orthonormal(columns: tf.Tensor2D): tf.Tensor2D {
  return columns.shape[1] === 0 ? columns : runNative("Qr", QR, [columns], 2)[0] as tf.Tensor2D;
}

/** How TensorFlow is to factor a matrix. */
const QR = { "T:type": TF_FLOAT, "full_matrices:bool": false };

/** All eigenvalues of a symmetric matrix, ascending, and its eigenvectors, one per column. */
const eigen = (matrix: tf.Tensor2D) =>
  runNative("SelfAdjointEigV2", { "T:type": TF_FLOAT, "compute_v:bool": true }, [matrix], 2) as [
    tf.Tensor1D,
    tf.Tensor2D,
  ];

/** The last columns of a matrix. */
const last = (matrix: tf.Tensor2D, count: number) =>
  tf.slice(matrix, [0, matrix.shape[1] - count], [matrix.shape[0], count]);

/** The eigenvectors of the greatest eigenvalues, ascending, by TensorFlow's own solver, which finds them all. */
function solved(covariance: tf.Tensor2D, count: Count): tf.Tensor2D {
  const [variances, vectors] = eigen(covariance);
  return last(vectors, resolved(count, variances.dataSync()));
}

/** Subspace iteration gives up after this many rounds of this many steps. */
const [ROUNDS, STEPS] = [5, 4];

/**
 * ‖Au − λu‖, relative to the greatest eigenvalue, at which an eigenvector counts as found: the full solver leaves 2·10⁻⁶ in
 * float32.
 */
const RESIDUAL = 5e-6;

/**
 * The same by subspace iteration: twice as many random vectors as wanted are repeatedly multiplied twice and orthonormalised,
 * and then rotated to the eigenvectors within their span. Undefined where the spectrum is too flat for that.
 */
function iterated(covariance: tf.Tensor2D, count: number): tf.Tensor2D | undefined {
  const [width, several] = [covariance.shape[0], 2 * count];
  let q = tf.tensor2d(seededRng(0, "directions").normals(width * several), [width, several]);
  for (let round = 0; round < ROUNDS; round++) {
    for (let step = 0; step < STEPS; step++) {
      q = orthonormal(tf.matMul(covariance, tf.matMul(covariance, q)));
    }
    const product = tf.matMul<tf.Tensor2D>(covariance, q);
    const [eigenvalues, turn] = eigen(tf.matMul(q, product, true, false));
    const [leading, of] = [tf.slice(eigenvalues, count), last(turn, count)];
    const vectors = tf.matMul<tf.Tensor2D>(q, of);
    const rest = tf.max(tf.norm(tf.sub(tf.matMul(product, of), tf.mul(vectors, leading)), 2, 0));
    const [residual] = tf.div(rest, tf.max(leading)).dataSync();
    if (residual! < RESIDUAL) return last(vectors, resolved(count, leading.dataSync()));
  }
  return undefined;
}
