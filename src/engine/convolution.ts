/**
 * Strided convolution and its two adjoints: the arithmetic that training spends most of its time on.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isNative } from "./ops.ts";

/**
 * Strided convolution with TensorFlow's "same" padding: an h × w image gives ⌈h/stride⌉ × ⌈w/stride⌉ windows. For the kernel 4
 * at stride 2 on even sizes, and 3 at stride 2 on odd ones, that is PyTorch's padding of 1.
 */
function same(stride: number) {
  return {
    strides: [stride, stride] as [number, number],
    pad: "same" as const,
    dataFormat: "NHWC" as const,
    dilations: [1, 1] as [number, number],
  };
}

/** A shape of four dimensions. */
export type Shape4 = [number, number, number, number];

/** y = x ∗ w. `x` is [m, h, w, c_in], `w` is [k, k, c_in, c_out]. */
export function convolve(x: tf.Tensor4D, w: tf.Tensor4D, stride: number): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2D, { x, filter: w }, same(stride));
}

/** The adjoint of `convolve` in its input: dL/dx of shape `inputShape` from dL/dy; also the transposed convolution. */
export function convolveAdjoint(dy: tf.Tensor4D, w: tf.Tensor4D, stride: number, inputShape: Shape4): tf.Tensor4D {
  // To a single channel TensorFlow's own kernel runs at a twentieth of its speed.
  if (
    isNative() && inputShape[3] === 1 && w.shape[0] === 4 && stride === 2 && inputShape[1] % 4 === 0 &&
    inputShape[2] % 4 === 0
  ) {
    return adjointByBlocks(dy, w);
  }
  return tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter: w }, { ...same(stride), inputShape });
}

/**
 * The adjoint for the kernel 4 at stride 2 to one channel. A block of 4 × 4 pixels is read by 4 × 4 windows: a plain convolution over
 * the windows, at stride 2 again, gives a block's pixels as 16 channels.
 */
export function adjointByBlocks(dy: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  const channels = w.shape[3];
  const gathered = tf.matMul(tf.tensor2d(PLACES, [256, 16]), tf.reshape<tf.Rank.R2>(w, [16, channels]));
  const kernel = tf.transpose(tf.reshape<tf.Rank.R3>(gathered, [16, 16, channels]), [0, 2, 1]);
  return tf.depthToSpace(convolve(dy, tf.reshape<tf.Rank.R4>(kernel, [4, 4, channels, 16]), 2), 4, "NHWC");
}

/** Which element of the 4 × 4 kernel, if any, is between a window and a pixel of a block: 16·16 × 16, of 0 and 1. */
const PLACES = Float32Array.from({ length: 256 * 16 }, (_, i) => {
  const [window, pixel, element] = [i >> 8, (i >> 4) & 15, i & 15];
  // Pixel 4I + a is element a + 1 − 2(o − 1) of window 2I + o − 1, in rows and in columns.
  const at = (a: number, o: number) => a + 3 - 2 * o;
  const [row, column] = [at(pixel >> 2, window >> 2), at(pixel & 3, window & 3)];
  const inside = row >= 0 && row < 4 && column >= 0 && column < 4;
  return inside && element === 4 * row + column ? 1 : 0;
});

/** The adjoint of `convolve` in its kernel: dL/dw of shape `filterShape` from dL/dy. */
export function convolveKernelGrad(x: tf.Tensor4D, dy: tf.Tensor4D, stride: number, filterShape: Shape4): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...same(stride), filterShape });
}
