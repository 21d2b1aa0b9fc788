/**
 * The `webgpu` backend: TensorFlow.js's kernels as compute shaders, on Deno's own WebGPU.
 *
 * It needs a graphics driver (Vulkan on Linux, Metal, Direct3D 12) and no permission. Values can only be read with `data()`:
 * `dataSync()` uses a 2-D canvas, which Deno does not have.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { BackendError } from "./backend_error.ts";
import { isGranted } from "../platform/permissions.ts";
import { quietly } from "./native_log.ts";
import { graphicsAdapter } from "./adapter.ts";

// Not all drivers that compute on the CPU report themselves as fallback adapters.
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|software|basic render/i;

/**
 * The package's number for its tiled matrix product. For a small product of inner size 2,000 or more the package would use one
 * that splits the sum. In 4.22 that one is wrong where the second matrix is transposed and the first has fewer than 64 rows.
 * Nor are its results bit-identical, as its parts are added in the order in which they finish.
 */
const PACKED = 3;

/** The adapter options, chosen so that the adapter checked here is the one that the package will use. */
const CHOICE: GPURequestAdapterOptions = { powerPreference: "high-performance" };

/** Runs `load` with the driver's messages suppressed if the permission for that was given. */
async function hushed<T>(load: () => Promise<T>): Promise<T> {
  return await isGranted("ffi") ? await quietly(load) : await load();
}

/**
 * Makes `webgpu` the current backend.
 *
 * @param forced True if the user asked for it, so that an adapter that computes on the CPU is accepted.
 * @returns What it runs on, in one line.
 * @throws {BackendError} If there is no adapter, or only a software one and `forced` is false, or no device.
 */
export async function setUpWebgpu(forced: boolean): Promise<string> {
  const adapter = await hushed(() => graphicsAdapter(CHOICE));
  if (adapter === undefined) throw new BackendError("there is no WebGPU here");
  if (adapter === null) throw new BackendError("there is no graphics adapter: no GPU, or no driver for Vulkan");
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || "an unnamed adapter";
  const software = isFallbackAdapter || SOFTWARE.test(name);
  if (software && !forced) throw new BackendError(`the only adapter, ${name}, computes on the CPU, slowly`);
  try {
    await import("@tensorflow/tfjs-backend-webgpu");
  } catch (error) {
    throw new BackendError(`the package could not be imported: ${(error as Error).message.split("\n")[0]}`);
  }
  tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", PACKED);
  if (!await hushed(() => tf.setBackend("webgpu"))) throw new BackendError(`${name} gave no device`);
  return `WebGPU on ${name}${software ? ", which computes on the CPU" : ""}`;
}
