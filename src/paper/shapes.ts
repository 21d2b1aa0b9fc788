/**
 * Clear errors for tensors of the wrong shape.
 *
 * @module
 */

import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * Refuses a tensor whose shape does not fit.
 *
 * @param action What was being done, as in "Cannot …".
 * @param name The tensor's name.
 * @param tensor The tensor.
 * @param wanted The expected dimensions: a number must match, a letter matches any size.
 * @throws {RangeError} If the shape does not fit.
 *
 * @example The message for a wrong shape
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * assertThrows(
 *   () => checkShape("project z", "z", tf.zeros([2, 3]), ["m", 4]),
 *   RangeError,
 *   "Cannot project z as z must have the shape [m, 4]: its shape is [2, 3]",
 * );
 * ```
 */
export function checkShape(action: string, name: string, tensor: Tensor, wanted: readonly (number | string)[]): void {
  const fits = tensor.shape.length === wanted.length &&
    wanted.every((size, i) => typeof size === "string" || size === tensor.shape[i]);
  if (!fits) {
    throw new RangeError(
      `Cannot ${action} as ${name} must have the shape [${wanted.join(", ")}]: its shape is [${
        tensor.shape.join(", ")
      }]`,
    );
  }
}
