/**
 * What the backends are called. This file imports nothing, so that a command's flags can name them and load no TensorFlow.js.
 *
 * @module
 */

/** The backends, best first; `cpu` is plain JavaScript, for the conformance suite, and is never chosen by itself. */
export const BACKENDS = ["native", "webgpu", "wasm", "cpu"] as const;

/** A backend's name. */
export type BackendName = typeof BACKENDS[number];
