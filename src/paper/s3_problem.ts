/**
 * Section 3, problem statement: the objectives of a GAN and of a bidirectional GAN.
 *
 * ```text
 * V(D, G)        = E_x[log D(x)]       + E_z[log(1 − D(G(z)))]            Eq. 1
 * V_ALI(D, G, E) = E_x[log D(x, E(x))] + E_z[log(1 − D(G(z), z))]         Eq. 2
 * ```
 *
 * D is the probability that its argument comes from data. The functions take its logit ℓ, D = σ(ℓ), so that log D =
 * −softplus(−ℓ) and log(1 − D) = −softplus(ℓ) never overflow.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | logit of D(x), D(x, E(x)) | `real` | [m] |
 * | logit of D(G(z)), D(G(z), z) | `fake` | [m] |
 *
 * @see spec/s3_problem.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor1D } from "../engine/tensor.ts";
import { checkShape } from "./shapes.ts";

/** log σ(ℓ), elementwise. */
export function logSigmoid(logits: Tensor1D): Tensor1D {
  return tf.neg(tf.softplus(tf.neg(logits)));
}

/**
 * Eq. 1: V(D, G) = E[log D(x)] + E[log(1 − D(G(z)))].
 *
 * @param real Logits of D(x), [m].
 * @param fake Logits of D(G(z)), [m].
 * @returns V, a scalar ≤ 0.
 * @throws {RangeError} If an argument is not a vector.
 *
 * @example Where D cannot tell, V = −2·log 2, the value at the optimum of G
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const v = ganObjective(tf.zeros([8]), tf.zeros([8]));
 * assertAlmostEquals(v.dataSync()[0]!, -2 * Math.LN2, 1e-6);
 * ```
 */
export function ganObjective(real: Tensor1D, fake: Tensor1D): Scalar {
  checkShape("compute Eq. 1", "real", real, ["m"]);
  checkShape("compute Eq. 1", "fake", fake, ["m"]);
  return tf.add(tf.mean(logSigmoid(real)), tf.mean(logSigmoid(tf.neg(fake))));
}

/**
 * Eq. 2: V_ALI(D, G, E) = E[log D(x, E(x))] + E[log(1 − D(G(z), z))]. Theorem 1's objective.
 *
 * The same function of the two logits as Eq. 1; in ALI only D's input is new.
 *
 * @param real Logits of D(x, E(x)), [m].
 * @param fake Logits of D(G(z), z), [m].
 * @returns V_ALI, a scalar ≤ 0.
 * @throws {RangeError} If an argument is not a vector.
 *
 * @example A discriminator that is certain and correct reaches the upper bound 0
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const v = aliObjective(tf.fill([4], 40), tf.fill([4], -40));
 * assertAlmostEquals(v.dataSync()[0]!, 0, 1e-6);
 * ```
 */
export function aliObjective(real: Tensor1D, fake: Tensor1D): Scalar {
  return ganObjective(real, fake);
}
