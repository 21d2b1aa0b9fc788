/**
 * The backends' names. This file imports nothing, so that a command's flags can name them without loading TensorFlow.js.
 *
 * @module
 */

/** The backends, best first; `cpu` is plain JavaScript, for the conformance suite, and is never chosen automatically. */
export const BACKENDS = ["native", "webgpu", "wasm", "cpu"] as const;

/** A backend's name. */
export type BackendName = typeof BACKENDS[number];

/** Whether a device, as a backend or a manifest names it, is an NVIDIA GPU by which `native` computes. */
export function isCuda(device: string | undefined): boolean {
  return device?.includes(" on CUDA ") ?? false;
}
