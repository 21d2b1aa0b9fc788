/**
 * Section 4.1, memory augmented bidirectional GAN: latent codes are convex combinations of memory units.
 *
 * ```text
 * V_MEM(D, G, E) = E_x[log D(x, E(x))] + E_{z∼M}[log(1 − D(G(z), z))]     Eq. 3
 * z ∼ M:  z = Mᵀα,  α = softmax(r),  r random
 * ```
 *
 * Eq. 3 is Eq. 2 with another distribution of z, so `aliObjective` computes it. This module provides the distribution.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | M, its rows the memory units | `M` | [n, d] |
 * | α, α > 0, Σᵢ αᵢ = 1 | `alpha` | [m, n] |
 * | r | `random` | [m, n] |
 * | z | `z` | [m, d] |
 *
 * @see spec/s4_1_memory.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "../engine/tensor.ts";
import { checkShape } from "./shapes.ts";

/**
 * Convex combinations of the memory units: z = Mᵀα, one example per row.
 *
 * @param M Memory units, [n, d].
 * @param alpha Coefficients, [m, n]; each row is positive and sums to 1.
 * @returns z, [m, d].
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example Equal coefficients give the mean of the units
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[0, 0], [4, 0], [0, 8], [4, 8]]);
 * assertEquals([...combine(M, tf.fill([1, 4], 1 / 4)).dataSync()], [2, 4]);
 * ```
 */
export function combine(M: Tensor2D, alpha: Tensor2D): Tensor2D {
  checkShape("combine memory units", "M", M, ["n", "d"]);
  checkShape("combine memory units", "alpha", alpha, ["m", M.shape[0]]);
  return tf.matMul(alpha, M);
}

/**
 * z ∼ M of Eq. 3: random convex combinations of the memory units, α = softmax(r), z = Mᵀα.
 *
 * @param M Memory units, [n, d].
 * @param random The random vectors r, [m, n]; the paper does not give their distribution.
 * @returns α, [m, n], and z, [m, d].
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example The softmax of a standard normal vector is spread over many units, though unevenly: exp of α's entropy is about 32
 * of 50
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 * import { seededRng } from "../engine/random.ts";
 *
 * const random = tf.tensor2d(seededRng(0, "alpha").normals(1000 * 50), [1000, 50]);
 * const { alpha } = sampleConvexCombination(tf.zeros([50, 2]), random);
 * assertAlmostEquals(tf.min(tf.sum(alpha, 1)).dataSync()[0]!, 1, 1e-5);
 * const entropy = tf.mean(tf.sum(tf.mul(alpha, tf.log(alpha)), 1)).dataSync()[0]! * -1;
 * assertAlmostEquals(Math.exp(entropy), 32, 1);
 * ```
 */
export function sampleConvexCombination(
  M: Tensor2D,
  random: Tensor2D,
): { alpha: Tensor2D; z: Tensor2D } {
  const alpha = tf.softmax(random);
  return { alpha, z: combine(M, alpha) };
}
