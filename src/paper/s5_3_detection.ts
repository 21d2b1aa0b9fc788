/**
 * Section 5.3, detection of anomalous data: an image that the memory cannot reconstruct is anomalous.
 *
 * ```text
 * A(x) = ‖x − G(P(E(x)))‖₂                                                Eq. 8
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, …] |
 * | G(P(E(x))) | `reconstruction` | as x |
 *
 * @see spec/s5_3_detection.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "../engine/tensor.ts";
import { norms } from "./s4_2_cycle.ts";
import { checkShape } from "./shapes.ts";

/**
 * Eq. 8: A(x) = ‖x − G(P(E(x)))‖₂, one score per example; higher is more anomalous.
 *
 * @param x Images, [m, …].
 * @param reconstruction G(P(E(x))), as `x`.
 * @returns Scores, [m], each ≥ 0.
 * @throws {RangeError} If the shapes differ.
 *
 * @example The image that is reconstructed worse scores higher
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const [first, second] = anomalyScore(tf.zeros([2, 2]), tf.tensor2d([[3, 4], [0, 1]])).dataSync();
 * assertAlmostEquals(first!, 5, 1e-6);
 * assertAlmostEquals(second!, 1, 1e-6);
 * ```
 */
export function anomalyScore(x: Tensor, reconstruction: Tensor): Tensor1D {
  checkShape("compute Eq. 8", "the reconstruction", reconstruction, x.shape);
  return norms(tf.sub(x, reconstruction));
}
