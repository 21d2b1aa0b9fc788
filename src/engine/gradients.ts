/**
 * Registers the derivatives of TensorFlow.js's operations, on every backend.
 *
 * `tfjs-core` 4.22 has them in files that Deno and Node cannot import (paths without an extension); the bundle of
 * `tfjs-layers`, which `tfjs-node-gpu` depends on anyway, registers them when it is loaded.
 *
 * @module
 */

import "@tensorflow/tfjs-layers";
