/**
 * Requesting a graphics adapter in a process that may also load TensorFlow.
 *
 * @module
 */

import process from "node:process";
import { isGranted } from "../platform/permissions.ts";

/**
 * The graphics adapter. On Linux only Vulkan adapters are requested, unless `DENO_WEBGPU_BACKEND` says otherwise: Mesa's OpenGL
 * driver exposes its own LLVM to the whole process, TensorFlow calls those functions instead of its own, and the process ends
 * with a segmentation fault, at once or at TensorFlow's first graph.
 *
 * @param options The adapter options.
 * @returns The adapter; `null` where there is none, `undefined` where this Deno has no WebGPU.
 */
export async function graphicsAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null | undefined> {
  const name = "DENO_WEBGPU_BACKEND";
  // Without this permission TensorFlow cannot be loaded either.
  if (process.platform === "linux" && await isGranted("env")) process.env[name] ||= "vulkan";
  return await globalThis.navigator?.gpu?.requestAdapter(options);
}
