/**
 * Kernels that tfjs-node 4.22 runs more slowly than TensorFlow can.
 *
 * It runs every matrix product as `BatchMatMulV2`, which splits even a small one among threads: 64 × 64 by 64 × 256 takes 150 µs
 * on two threads, 40 on one. TensorFlow's `MatMul`, for two matrices, knows better.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { runNative, TF_FLOAT } from "./ops.ts";

/** Registers them; once, after tfjs-node was imported. */
export function registerNativeKernels(): void {
  const own = tf.getKernel(tf.BatchMatMul, "tensorflow")!;
  tf.unregisterKernel(tf.BatchMatMul, "tensorflow");
  tf.registerKernel({
    ...own,
    kernelFunc(params) {
      const { a, b } = params.inputs as { a: tf.Tensor; b: tf.Tensor };
      if (a.shape.length !== 2 || b.shape.length !== 2) return own.kernelFunc(params);
      const { transposeA, transposeB } = params.attrs as { transposeA: boolean; transposeB: boolean };
      const attributes = { "T:type": TF_FLOAT, "transpose_a:bool": transposeA, "transpose_b:bool": transposeB };
      return runNative("MatMul", attributes, [a, b], 1)[0]!;
    },
  });
}
