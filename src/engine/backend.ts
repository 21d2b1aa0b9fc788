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
import { isNativeCpu, tensorflowVersion } from "./ops.ts";
import { quietly } from "./native_log.ts";
import { placeAddon } from "./native_addon.ts";
import { pinEnvironment } from "./native_environment.ts";
import { withTemporaryFolder } from "../platform/leftovers.ts";
import { printable } from "../platform/errors.ts";
import { taskLine } from "../platform/task.ts";

export { BACKENDS };
export type { BackendName };

/** The backend that runs, and why. */
export interface Backend {
  /** Its name. */
  name: BackendName;
  /** What it runs on and why it was chosen, in one line. */
  reason: string;
  /** What its numbers' last bits hang on. */
  computing: Computing;
}

/** What the last bits of a backend's numbers hang on, besides the code that calls it and the processor. */
export interface Computing {
  /** What it runs on, in words. */
  readonly device: string;
  /** How many threads it computes on. */
  readonly threads: number;
  /** The versions of the libraries that are loaded, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The variables of the environment that it computes under, by name. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How to start a backend. */
export interface BackendOptions {
  /** The only backend to try; otherwise the first that works. */
  only?: BackendName | undefined;
  /** Threads of `native`; a run pins one, so that its numbers do not depend on the machine's cores. */
  threads?: number;
  /** Download and build what `native` lacks, as `deno task setup` does. Default: false. */
  setUp?: boolean;
  /** Let TensorFlow compute by oneDNN. Default: true; the other is there to be measured. */
  oneDnn?: boolean;
  /** Receives lines of progress. */
  say?: (line: string) => void;
}

/** A backend's starter: returns what it computes with, throws a `BackendError` with the reason where it cannot. */
type Starter = (
  options: Required<Pick<BackendOptions, "threads" | "setUp" | "say" | "oneDnn">>,
  forced: boolean,
) => Promise<Omit<Computing, "environment"> & Partial<Computing>>;

/** What TensorFlow's library read when it was loaded; what is set later it does not see. */
let loadedUnder: Pick<Computing, "threads" | "environment"> | undefined;

const NAMED: readonly unknown[] = ["CacheError", "TemporaryFolderError"];

/** The reason in an error that the machine is to blame for: a folder that cannot be written, a full disk, no cache. */
function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (error instanceof Error && name !== "NotCapable" && (NAMED.includes(name) || typeof code === "string")) {
    return error.message;
  }
  throw error;
}

const startNative: Starter = async ({ threads, setUp, say, oneDnn }) => {
  if (typeof Deno !== "undefined" && Deno.build.standalone) {
    throw new BackendError("a compiled program has no Deno to try its library with");
  }
  const { hasNvidiaGpu, nvidiaGpus, setUpNative } = await import("./native_setup.ts");
  // TensorFlow reads its graphs from files: see repeat.ts.
  const noRoom = await withTemporaryFolder("graph", () => Promise.resolve(undefined)).catch(reasonOf);
  if (noRoom !== undefined) throw new BackendError(noRoom);
  const missing = await (setUp ? setUpNative(say) : placeAddon()).catch(reasonOf);
  if (missing !== undefined) throw new BackendError(missing);
  const environment = pinEnvironment(threads, oneDnn);
  // tfjs-node 4.22.0 calls two functions of node:util that Node 23 removed (tensorflow/tfjs #8609).
  const { default: util } = await import("node:util");
  const old = util as unknown as Record<string, (value: unknown) => boolean>;
  old["isNullOrUndefined"] ??= (value) => value === null || value === undefined;
  old["isArray"] ??= Array.isArray;
  try {
    await quietly(() => import("@tensorflow/tfjs-node-gpu"));
  } catch (error) {
    throw new BackendError(`the addon did not load: ${(error as Error).message.split("\n")[0]}`);
  }
  await tf.setBackend("tensorflow");
  registerNativeKernels();
  loadedUnder ??= { threads, environment };
  const gpu = !isNativeCpu();
  if (!gpu && await hasNvidiaGpu()) {
    say(`native: there is an NVIDIA GPU, but this TensorFlow does not use it: see \`${taskLine("doctor")}\``);
  }
  const { threads: pinned } = loadedUnder;
  const version = tensorflowVersion();
  // Another GPU or driver rounds otherwise.
  const where = gpu
    ? `CUDA (${await nvidiaGpus() ?? "an unknown GPU"})`
    : `the CPU, ${pinned} thread${pinned === 1 ? "" : "s"}`;
  return { device: `TensorFlow ${version} on ${where}`, versions: { tensorflow: version }, ...loadedUnder };
};

const startWebgpu: Starter = async (_options, forced) => {
  const { setUpWebgpu } = await import("./webgpu.ts");
  // The package does not say its version.
  return { device: await setUpWebgpu(forced), threads: 1, versions: {} };
};

const startWasm: Starter = async ({ threads }) => {
  const { setUpWasm } = await import("./wasm.ts");
  const device = await setUpWasm(threads);
  const { version_wasm: wasm } = await import("@tensorflow/tfjs-backend-wasm");
  return { device, threads: 1, versions: { "tfjs-backend-wasm": wasm } };
};

const startCpu: Starter = async () => {
  const { version_cpu: cpu } = await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return { device: "plain JavaScript, for checks only", threads: 1, versions: { "tfjs-backend-cpu": cpu } };
};

const STARTERS: Record<BackendName, Starter> = {
  native: startNative,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

/** Characters of a failure that are told: a manifest, which has the reasons of two, takes no line of more than a thousand. */
const MOST_OF_A_REASON = 420;

/** By their names: Deno's, for a permission that was not given, is none that Node knows. */
const REFUSALS = ["BackendError", "NotCapable"];

/**
 * Starts a backend and makes it TensorFlow.js's current one. It downloads nothing unless told to: what is not set up is passed over,
 * and named.
 *
 * @param options Which, and how.
 * @returns The backend that runs, and why.
 * @throws {BackendError} If the only backend allowed, or every one, cannot run here.
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { only, threads = 1, setUp = false, say = () => {}, oneDnn = true } = options;
  const failures: string[] = [];
  for (const name of only === undefined ? BACKENDS.slice(0, 3) : [only]) {
    try {
      const { environment = {}, ...started } = await STARTERS[name](
        { threads, setUp, say, oneDnn },
        only !== undefined,
      );
      const why = only !== undefined ? "asked for" : failures.length === 0 ? "the first choice" : failures.join("; ");
      const versions = { tfjs: tf.version_core, ...started.versions };
      return { name, reason: `${started.device} (${why})`, computing: { ...started, versions, environment } };
    } catch (error) {
      if (!(error instanceof Error) || !REFUSALS.includes(error.name)) throw error;
      failures.push(`no ${name}: ${printable(error.message.split("\n")[0]!).slice(0, MOST_OF_A_REASON)}`);
    }
  }
  throw new BackendError(
    `Cannot start ${only === undefined ? "any backend" : `backend "${only}"`}: ${failures.join("; ")}`,
  );
}
