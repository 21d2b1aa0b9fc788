/**
 * Replacements for kernels that tfjs-node 4.22 runs more slowly than TensorFlow can, and for one that destroys memory; the tape
 * sees no difference.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { adjointByBlocks } from "./convolution.ts";
import type { Shape4 } from "./convolution.ts";
import { isNativeCpu, runNative, TF_FLOAT } from "./ops.ts";

/** A kernel's inputs and attributes, by name. */
type Given<Inputs, Attributes> = Inputs & Attributes;

/** Puts a kernel before tfjs-node's own, which still runs where the other returns nothing. */
function before<Inputs, Attributes>(
  kernelName: string,
  other: (given: Given<Inputs, Attributes>) => tf.Tensor | undefined,
): void {
  const own = tf.getKernel(kernelName, "tensorflow")!;
  tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({
    ...own,
    kernelFunc: (params) =>
      other({ ...params.inputs, ...params.attrs } as Given<Inputs, Attributes>) ?? own.kernelFunc(params),
  });
}

let registered = false;

/** Registers them, the first time that it is called; tfjs-node has been imported. */
export function registerNativeKernels(): void {
  if (registered) return;
  registered = true;
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
    // oneDNN gathers the pixels that a strided 1 × 1 kernel sees, and with few input channels writes beyond the memory that it set
    // aside for them (uxlfoundation/oneDNN #6035). Gathered here it has nothing to gather, and computes the same.
    before<{ x: tf.Tensor4D; dy: tf.Tensor4D }, tf.Conv2DBackpropFilterAttrs>(
      tf.Conv2DBackpropFilter,
      ({ x, dy, ...attrs }) => {
        const [down, across] = [attrs.strides].flat() as [number, number?];
        const strides: Shape4 = [1, down, across ?? down, 1];
        const [rows, columns] = attrs.filterShape;
        if (rows * columns > 1 || Math.max(...strides) === 1) return undefined;
        const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, strides);
        const gradient = tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: seen, dy }, { ...attrs, strides: 1 });
        seen.dispose();
        return gradient as tf.Tensor;
      },
    );
  }
}
