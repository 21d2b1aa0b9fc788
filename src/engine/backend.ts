/**
 * Choosing where tensors run: `native`, else `webgpu` on a real GPU, else `wasm`; once, at start-up, and never silently.
 *
 * Everything above this folder sees only `@tensorflow/tfjs-core`.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { BackendError } from "./backend_error.ts";
import type { BackendName } from "./backend_names.ts";
import { BACKENDS } from "./backend_names.ts";
import { registerNativeKernels } from "./native_kernels.ts";
import { isNativeCpu } from "./ops.ts";
import { quietly } from "./native_log.ts";
import { TENSORFLOW_VERSION } from "./native_setup.ts";
import type { Say } from "./native_setup.ts";
import { taskLine } from "../platform/task.ts";

export { BACKENDS };
export type { BackendName };

/** The backend that runs, and why. */
export interface Backend {
  /** Its name. */
  name: BackendName;
  /** What it runs on and why it was chosen, in one line. */
  reason: string;
}

/** How to start a backend. */
export interface BackendOptions {
  /** The only backend to try; otherwise the first that works. */
  only?: BackendName | undefined;
  /** Threads of `native`; a run pins one, so that its numbers do not depend on the machine's cores. */
  threads?: number;
  /** Set `native` up where it is missing. Default: true. */
  setUp?: boolean;
  /** Let TensorFlow compute by oneDNN. Default: true; the other is there to be measured. */
  oneDnn?: boolean;
  /** Receives lines of progress. */
  say?: Say;
}

/** A backend's starter: returns what it runs on, throws a `BackendError` with the reason where it cannot. */
type Starter = (
  options: Required<Pick<BackendOptions, "threads" | "setUp" | "say" | "oneDnn">>,
  forced: boolean,
) => Promise<string>;

const startNative: Starter = async ({ threads, setUp, say, oneDnn }) => {
  const { hasNvidiaGpu, isNativeReady, setUpNative } = await import("./native_setup.ts");
  if (!isNativeReady()) {
    const reason = setUp ? await setUpNative(say) : `it is not set up; run \`${taskLine("setup")}\``;
    if (reason !== undefined) throw new BackendError(reason);
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
  const fresh = tf.findBackendFactory("tensorflow") === null;
  try {
    await quietly(() => import("@tensorflow/tfjs-node-gpu"));
  } catch (error) {
    throw new BackendError(`the addon did not load: ${(error as Error).message.split("\n")[0]}`);
  }
  await tf.setBackend("tensorflow");
  if (fresh) registerNativeKernels();
  const gpu = !isNativeCpu();
  if (!gpu && await hasNvidiaGpu()) {
    say(`native: there is an NVIDIA GPU, but this TensorFlow does not use it: see \`${taskLine("doctor")}\``);
  }
  return `TensorFlow ${TENSORFLOW_VERSION} on ${
    gpu ? "CUDA" : `the CPU, ${threads} thread${threads === 1 ? "" : "s"}`
  }`;
};

const startWebgpu: Starter = async (_options, forced) => {
  const { setUpWebgpu } = await import("./webgpu.ts");
  return await setUpWebgpu(forced);
};

const startWasm: Starter = async ({ threads }) => {
  const { setUpWasm } = await import("./wasm.ts");
  return await setUpWasm(threads);
};

const startCpu: Starter = async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return "plain JavaScript, for checks only";
};

const STARTERS: Record<BackendName, Starter> = {
  native: startNative,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * Starts a backend and makes it TensorFlow.js's current one.
 *
 * @param options Which, and how.
 * @returns The backend that runs, and why.
 * @throws {BackendError} If the only backend allowed, or every one, cannot run here.
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { only, threads = 1, setUp = true, say = () => {}, oneDnn = true } = options;
  const failures: string[] = [];
  for (const name of only === undefined ? BACKENDS.slice(0, 3) : [only]) {
    try {
      const device = await STARTERS[name]({ threads, setUp, say, oneDnn }, only !== undefined);
      const why = only !== undefined ? "asked for" : failures.length === 0 ? "the first choice" : failures.join("; ");
      return { name, reason: `${device} (${why})` };
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      failures.push(`no ${name}: ${error.message}`);
    }
  }
  throw new BackendError(
    `Cannot start ${only === undefined ? "any backend" : `backend "${only}"`}: ${failures.join("; ")}`,
  );
}
