/**
 * Loading TensorFlow's library into this process, once, and before any graphics driver.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { BackendError } from "./backend_error.ts";
import { registerNativeKernels } from "./native_kernels.ts";
import { isNativeReady } from "./native_setup.ts";
import { quietly } from "./quiet.ts";

/** How TensorFlow computes. */
export interface TensorFlowOptions {
  /** Threads on the CPU. */
  readonly threads: number;
  /** Whether by oneDNN. */
  readonly oneDnn: boolean;
}

/** True once a graphics driver was loaded before TensorFlow. */
let driverFirst = false;

/** True where TensorFlow is in this process. */
const isLoaded = () => tf.findBackendFactory("tensorflow") !== null;

/**
 * Loads TensorFlow and makes it TensorFlow.js's current backend; a second time it goes on as it was loaded first.
 *
 * @param options How it computes.
 * @throws {BackendError} If the addon does not load, or could crash.
 */
export async function loadTensorFlow({ threads, oneDnn }: TensorFlowOptions): Promise<void> {
  if (driverFirst && !isLoaded()) {
    throw new BackendError(
      "a graphics driver is in this process already, after which TensorFlow can crash; use another process",
    );
  }
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
  const fresh = !isLoaded();
  try {
    await quietly(() => import("@tensorflow/tfjs-node-gpu"));
  } catch (error) {
    throw new BackendError(`the addon did not load: ${(error as Error).message.split("\n")[0]}`);
  }
  await tf.setBackend("tensorflow");
  if (fresh) registerNativeKernels();
}

/** True where this process may load TensorFlow, and it is there. */
async function canLoad(): Promise<boolean> {
  for (const name of ["ffi", "read", "env"] as const) {
    if ((await Deno.permissions.query({ name })).state !== "granted") return false;
  }
  return isNativeReady();
}

/**
 * Asks for a graphics adapter, after TensorFlow was loaded where that is possible. Mesa's drivers for OpenGL bring a library of LLVM
 * whose functions TensorFlow would take for its own: loaded after it, TensorFlow ends the process by a segmentation fault.
 *
 * @param options What is asked of the adapter.
 * @returns The adapter; `null` where there is none, `undefined` where this Deno has no WebGPU.
 */
export async function graphicsAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null | undefined> {
  if (navigator.gpu !== undefined && await canLoad()) {
    // One that does not load cannot crash either.
    await loadTensorFlow({ threads: 1, oneDnn: true }).catch(() => {});
  }
  driverFirst ||= !isLoaded();
  return await navigator.gpu?.requestAdapter(options);
}
