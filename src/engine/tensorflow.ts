/**
 * Loading TensorFlow's library into this process.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { BackendError } from "./backend_error.ts";
import { registerNativeKernels } from "./native_kernels.ts";
import { quietly } from "./quiet.ts";

/** How TensorFlow computes. */
export interface TensorFlowOptions {
  /** Threads on the CPU. */
  readonly threads: number;
  /** Whether by oneDNN. */
  readonly oneDnn: boolean;
}

/**
 * Loads TensorFlow and makes it TensorFlow.js's current backend; a second time it goes on as it was loaded first.
 *
 * @param options How it computes.
 * @throws {BackendError} If the addon does not load.
 */
export async function loadTensorFlow({ threads, oneDnn }: TensorFlowOptions): Promise<void> {
  // libtensorflow reads these when it is loaded.
  Deno.env.set("TF_NUM_INTRAOP_THREADS", String(threads));
  Deno.env.set("TF_NUM_INTEROP_THREADS", String(threads));
  Deno.env.set("OMP_NUM_THREADS", String(threads));
  // TensorFlow turns oneDNN on by itself on processors with AVX-512 alone. Its kernels are the faster ones on AVX2 too: without them a
  // convolution's adjoint from 4 × 4 takes many times as long (`results/bench/kernels.json`), and numbers have other last bits.
  Deno.env.set("TF_ENABLE_ONEDNN_OPTS", oneDnn ? "1" : "0");
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  // tfjs-node 4.22.0 calls two functions of node:util that Node 23 removed (tensorflow/tfjs #8609).
  const { default: util } = await import("node:util");
  const old = util as unknown as Record<string, (value: unknown) => boolean>;
  old["isNullOrUndefined"] ??= (value) => value === null || value === undefined;
  old["isArray"] ??= Array.isArray;
  const fresh = tf.findBackendFactory("tensorflow") === null;
  try {
    await quietly(() => import("@tensorflow/tfjs-node-gpu"));
  } catch (error) {
    throw new BackendError(`the addon did not load: ${(error as Error).message.split("\n")[0]}`);
  }
  await tf.setBackend("tensorflow");
  if (fresh) registerNativeKernels();
}
