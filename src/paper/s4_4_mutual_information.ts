/**
 * Section 4.4, mutual information loss: the coefficients sampled from the memory should be recoverable from the image.
 *
 * ```text
 * z = Mᵀα,  z′ = E(G(z)),  α′ = softmax(Mz′),  l_mi = −Σᵢ αᵢ log α′ᵢ       Eq. 7
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | α | `alpha` | [m, n] |
 * | z′ | `zPrime` | [m, d] |
 * | M | `M` | [n, d] |
 *
 * @see spec/s4_4_mutual_information.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor2D } from "../engine/tensor.ts";
import { checkShape } from "./shapes.ts";

/**
 * Eq. 7: l_mi = −(1/m) Σⱼ Σᵢ αⱼᵢ log α′ⱼᵢ with α′ = softmax(Mz′).
 *
 * @param M Memory units, [n, d].
 * @param alpha The coefficients of z, [m, n].
 * @param zPrime z′ = E(G(z)), [m, d].
 * @returns l_mi, a scalar, never below the entropy of `alpha`.
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example A code without information, z′ = 0, costs log n whatever α was
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const alpha = tf.softmax(tf.reshape(tf.range(0, 50), [1, 50])) as tf.Tensor2D;
 * const l = mutualInformationLoss(tf.ones([50, 64]), alpha, tf.zeros([1, 64]));
 * assertAlmostEquals(l.dataSync()[0]!, Math.log(50), 1e-5);
 * ```
 */
export function mutualInformationLoss(M: Tensor2D, alpha: Tensor2D, zPrime: Tensor2D): Scalar {
  checkShape("compute Eq. 7", "M", M, ["n", "d"]);
  checkShape("compute Eq. 7", "alpha", alpha, ["m", M.shape[0]]);
  checkShape("compute Eq. 7", "z'", zPrime, [alpha.shape[0], M.shape[1]]);
  const logAlphaPrime = tf.logSoftmax(tf.matMul(zPrime, M, false, true));
  return tf.mean(tf.neg(tf.sum(tf.mul(alpha, logAlphaPrime), 1)));
}
