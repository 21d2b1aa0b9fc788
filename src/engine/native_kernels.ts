/**
 * Kernels that tfjs-node 4.22 runs more slowly than TensorFlow can; to the tape they are the kernels that they replace.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { adjointByBlocks } from "./convolution.ts";
import { runNative, TF_FLOAT } from "./ops.ts";

/** A kernel's inputs and attributes, by name. */
type Given<Inputs, Attributes> = Inputs & Attributes;

/** Puts a faster kernel before tfjs-node's own, which still does what the faster one leaves to it by returning nothing. */
function before<Inputs, Attributes>(
  kernelName: string,
  faster: (given: Given<Inputs, Attributes>) => tf.Tensor | undefined,
): void {
  const own = tf.getKernel(kernelName, "tensorflow")!;
  tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({
    ...own,
    kernelFunc: (params) =>
      faster({ ...params.inputs, ...params.attrs } as Given<Inputs, Attributes>) ?? own.kernelFunc(params),
  });
}

/** Registers them; once, after tfjs-node was imported. */
export function registerNativeKernels(): void {
  // It runs every matrix product as `BatchMatMulV2`, which splits even a small one among threads: 64 × 64 by 64 × 256 takes
  // 150 µs on two threads, 40 on one. TensorFlow's `MatMul`, for two matrices, knows better.
  before<{ a: tf.Tensor; b: tf.Tensor }, { transposeA: boolean; transposeB: boolean }>(
    tf.BatchMatMul,
    ({ a, b, transposeA, transposeB }) => {
      if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
      const attributes = { "T:type": TF_FLOAT, "transpose_a:bool": transposeA, "transpose_b:bool": transposeB };
      return runNative("MatMul", attributes, [a, b], 1)[0]!;
    },
  );
  before<{ dy: tf.Tensor4D; filter: tf.Tensor4D }, tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    ({ dy, filter, strides, pad, inputShape }) => {
      const [, height, width, channels] = inputShape;
      const stride = Array.isArray(strides) ? strides[0] : strides;
      const fits = channels === 1 && filter.shape[0] === 4 && stride === 2 && height % 4 === 0 && width % 4 === 0;
      return pad === "same" && fits ? tf.tidy(() => adjointByBlocks(dy, filter)) : undefined;
    },
  );
}
