/**
 * Section 4.3, memory projection loss: the memory should be able to represent the codes of normal data.
 *
 * ```text
 * l_proj = E_x ‖E(x) − P(E(x))‖₂                                          Eq. 6
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | E(x) | `zx` | [m, d] |
 * | M | `M` | [n, d] |
 *
 * @see spec/s4_3_projection.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor2D } from "../engine/tensor.ts";
import { norms, project } from "./s4_2_cycle.ts";

/**
 * Eq. 6: l_proj = (1/m) Σᵢ ‖E(xᵢ) − P(E(xᵢ))‖₂.
 *
 * @param M Memory units, [n, d].
 * @param zx Codes E(x), [m, d].
 * @returns l_proj, a scalar ≥ 0.
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example A code far outside the hull of M is as far from its projection as from the hull
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[1, 0], [-1, 0]]);
 * assertAlmostEquals(projectionLoss(M, tf.tensor2d([[10, 0]])).dataSync()[0]!, 9, 1e-5);
 * ```
 */
export function projectionLoss(M: Tensor2D, zx: Tensor2D): Scalar {
  return tf.mean(norms(tf.sub(zx, project(M, zx))));
}
