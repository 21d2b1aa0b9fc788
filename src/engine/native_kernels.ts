/**
 * Replacements for kernels that tfjs-node 4.22 runs more slowly than TensorFlow can; the tape sees no difference.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { adjointByBlocks } from "./convolution.ts";
import { isNativeCpu, runNative, TF_FLOAT } from "./ops.ts";

/** A kernel's inputs and attributes, by name. */
type Given<Inputs, Attributes> = Inputs & Attributes;

/** Puts a faster kernel before tfjs-node's own, which still runs where the faster one returns nothing. */
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
  // tfjs-node runs every matrix product as `BatchMatMulV2`, which splits even a small one among threads: 64 × 64 by 64 × 256
  // takes 150 µs on two threads, 40 on one. TensorFlow's `MatMul`, for two matrices, does not, but with a large transposed
  // second factor it takes half as long again.
  before<{ a: tf.Tensor; b: tf.Tensor }, { transposeA: boolean; transposeB: boolean }>(
    tf.BatchMatMul,
    ({ a, b, transposeA, transposeB }) => {
      if (a.shape.length !== 2 || b.shape.length !== 2 || (transposeB && b.size >= 2 ** 18)) return undefined;
      const attributes = { "T:type": TF_FLOAT, "transpose_a:bool": transposeA, "transpose_b:bool": transposeB };
      return runNative("MatMul", attributes, [a, b], 1)[0]!;
    },
  );
  // With one to four output channels oneDNN takes two to three times as long for a convolution's adjoint as for that of the
  // blocks; with more it is the faster one. (On CUDA the kernel is cuDNN's and is not replaced.)
  if (isNativeCpu()) {
    before<{ dy: tf.Tensor4D; filter: tf.Tensor4D }, tf.Conv2DBackpropInputAttrs>(
      tf.Conv2DBackpropInput,
      ({ dy, filter, strides, pad, inputShape }) => {
        const fits = [strides].flat().every((each) => each === 2) && pad === "same" && filter.shape[0] > 1 &&
          inputShape[3] <= 4;
        return fits ? tf.tidy(() => adjointByBlocks(dy, filter, inputShape)) : undefined;
      },
    );
  }
}
