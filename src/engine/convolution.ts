/**
 * The adjoint of a convolution at stride 2, computed as the adjoint of one at stride 1 over blocks of 2 × 2 pixels.
 *
 * ```text
 * y[i] = Σₜ x[2i + t − p]·w[t]                    t = 0 … k − 1, p in front: a row of the convolution
 *      = Σₛ Σᵣ x[2(i + s) + r − p]·w[2s + r]      t = 2s + r, r = 0, 1; w is 0 beyond k
 *      = Σₛ ⟨X[i + s], W[s]⟩                      X[j] = (x[2j − p], x[2j + 1 − p]), W[s] = (w[2s], w[2s + 1])
 * ```
 *
 * In two dimensions X consists of blocks of four values, and the sum over s is a plain convolution of the blocks. So dL/dx is
 * the result of that convolution's adjoint, with the blocks laid out as pixels and the padding removed.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** A shape of four dimensions. */
export type Shape4 = [number, number, number, number];

/** Sizes along one side: of x, of y, and of the padding in front of x with TensorFlow's "same" padding. */
function side(x: number, k: number): { y: number; before: number } {
  const y = Math.ceil(x / 2);
  return { y, before: Math.max((y - 1) * 2 + k - x, 0) >> 1 };
}

/** W: kernels [k, l, c, o] as [⌈k/2⌉, ⌈l/2⌉, 4c, o]. */
function blocksOf(w: tf.Tensor4D): tf.Tensor4D {
  const [k, l, c, o] = w.shape;
  const [down, across] = [Math.ceil(k / 2), Math.ceil(l / 2)];
  const even = k % 2 + l % 2 === 0 ? w : tf.pad(w, [[0, k % 2], [0, l % 2], [0, 0], [0, 0]]);
  const parts = tf.transpose(tf.reshape(even, [down, 2, across, 2, c, o]), [0, 2, 1, 3, 4, 5]);
  return tf.reshape(parts, [down, across, 4 * c, o]);
}

/**
 * dL/dx of y = x ∗ w at stride 2 with "same" padding; also the transposed convolution.
 *
 * @param dy dL/dy, [m, ⌈h/2⌉, ⌈w/2⌉, o].
 * @param w Kernels, [k, l, c, o].
 * @param inputShape x's shape, [m, h, w, c].
 * @returns dL/dx, of that shape.
 *
 * @example A single window of ones gives the kernel itself, without the part in the padding
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const w = tf.tensor4d(Array.from({ length: 16 }, (_, i) => i), [4, 4, 1, 1]);
 * assertEquals([...adjointByBlocks(tf.ones([1, 1, 1, 1]), w, [1, 2, 2, 1]).dataSync()], [5, 6, 9, 10]);
 * ```
 */
export function adjointByBlocks(dy: tf.Tensor4D, w: tf.Tensor4D, inputShape: Shape4): tf.Tensor4D {
  const [m, height, width, channels] = inputShape;
  const [rows, columns] = [side(height, w.shape[0]), side(width, w.shape[1])];
  const W = blocksOf(w);
  const blocks: Shape4 = [m, rows.y + W.shape[0] - 1, columns.y + W.shape[1] - 1, 4 * channels];
  const pixels = tf.depthToSpace(tf.conv2dTranspose(dy, W, blocks, 1, "valid"), 2, "NHWC");
  return tf.slice(pixels, [0, rows.before, columns.before, 0], inputShape);
}
