/**
 * Asking for a graphics adapter in a process in which TensorFlow may live too.
 *
 * @module
 */

/**
 * The graphics adapter. On Linux only Vulkan's are asked for, unless `DENO_WEBGPU_BACKEND` says otherwise: Mesa's driver for OpenGL
 * shows its own LLVM to the whole process, TensorFlow takes its functions for those that it brings itself, and the process ends by a
 * segmentation fault, now or at TensorFlow's first graph.
 *
 * @param options What is asked of the adapter.
 * @returns The adapter; `null` where there is none, `undefined` where this Deno has no WebGPU.
 */
export async function graphicsAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null | undefined> {
  const name = "DENO_WEBGPU_BACKEND";
  // Without this permission TensorFlow cannot be loaded either.
  const { state } = await Deno.permissions.query({ name: "env" });
  if (Deno.build.os === "linux" && state === "granted" && !Deno.env.get(name)) Deno.env.set(name, "vulkan");
  return await navigator.gpu?.requestAdapter(options);
}
