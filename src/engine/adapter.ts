/**
 * Asking for a graphics adapter in a process in which TensorFlow may live too.
 *
 * @module
 */

import process from "node:process";
import { isGranted } from "../platform/permissions.ts";

/**
 * The graphics adapter. On Linux only Vulkan's are asked for, unless `DENO_WEBGPU_BACKEND` says otherwise: Mesa's driver for OpenGL
 * shows its own LLVM to the whole process, TensorFlow takes its functions for those that it brings itself, and the process ends by a
 * segmentation fault, now or at TensorFlow's first graph.
 *
 * @param options What is asked of the adapter.
 * @returns The adapter; `null` where there is none, `undefined` where there is no WebGPU.
 */
export async function graphicsAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null | undefined> {
  const name = "DENO_WEBGPU_BACKEND";
  // Without this permission TensorFlow cannot be loaded either.
  if (process.platform === "linux" && await isGranted("env")) process.env[name] ||= "vulkan";
  return await globalThis.navigator?.gpu?.requestAdapter(options);
}
