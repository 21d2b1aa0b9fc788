/**
 * The `wasm` backend: TensorFlow.js's kernels in WebAssembly, from the installed npm package, on any machine.
 *
 * It runs on one thread: the package's threads need a browser's workers and stay off in Deno. The only permission it needs is
 * to read its own package.
 *
 * @module
 */

import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { packageFolder } from "../platform/packages.ts";
import { BackendError } from "./backend_error.ts";
import { registerWasmKernels } from "./wasm_kernels.ts";

const BINARIES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"] as const;

/** The first line of an error of whatever kind: Emscripten throws plain objects. */
function firstLine(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error).split("\n")[0]!;
}

/** The package's folder of binaries, checked to be readable: its own failure names neither the file nor the reason. */
function binaries(): string {
  const root = packageFolder("@tensorflow/tfjs-backend-wasm");
  if (root === undefined) throw new BackendError("the files of npm:@tensorflow/tfjs-backend-wasm are not on this disk");
  const folder = join(root, "dist/");
  for (const name of BINARIES) {
    try {
      closeSync(openSync(join(folder, name), "r"));
    } catch (error) {
      throw new BackendError(`cannot read the package's ${name}: ${firstLine(error)}`);
    }
  }
  return folder;
}

/**
 * Makes `wasm` the current backend, with the kernels that training needs.
 *
 * @param threads How many threads were requested; it runs on one, and says so if more were requested.
 * @returns What it runs on, in one line.
 * @throws {BackendError} If the package or its binaries cannot be loaded.
 */
export async function setUpWasm(threads: number): Promise<string> {
  const folder = binaries();
  const fresh = tf.findBackendFactory("wasm") === null;
  let simd: boolean;
  try {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    if (fresh) setWasmPaths(folder);
    simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT") as boolean;
  } catch (error) {
    throw new BackendError(`the package could not be imported: ${firstLine(error)}`);
  }
  registerWasmKernels();
  if (!await tf.setBackend("wasm")) throw new BackendError("WebAssembly did not start; the reason is above");
  const asked = threads > 1 ? ` (${threads} were asked for)` : "";
  return `WebAssembly ${simd ? "with" : "without"} SIMD, 1 thread${asked}`;
}
