/**
 * The backends' names. This file imports nothing, so that a command's flags can name them without loading TensorFlow.js.
 *
 * @module
 */

/** The backends, best first; `cpu` is plain JavaScript, for the conformance suite, and is never chosen automatically. */
export const BACKENDS = ["native", "webgpu", "wasm", "cpu"] as const;

/** A backend's name. */
export type BackendName = typeof BACKENDS[number];
