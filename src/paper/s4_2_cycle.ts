/**
 * Section 4.2, cycle consistency: a code is projected onto the memory before it is decoded.
 *
 * ```text
 * l_cyc = E_x ‖x − G(P(E(x)))‖₂                                           Eq. 4
 * P(z)  = Mᵀα,  α = softmax(Mz)                                           Eq. 5
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, …] |
 * | G(P(E(x))) | `reconstruction` | as x |
 * | z | `z` | [m, d] |
 * | M | `M` | [n, d] |
 * | α | `alpha` | [m, n] |
 *
 * @see spec/s4_2_cycle.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor1D, Tensor2D } from "../engine/tensor.ts";
import { combine } from "./s4_1_memory.ts";
import { checkShape } from "./shapes.ts";

/** Added under the root of a norm, so that its gradient at 0 is 0 and not 0/0. */
const EPSILON = 1e-12;

/**
 * ‖v‖₂ of each example's values, whatever their shape.
 *
 * @param v Values, [m, …].
 * @returns Norms, [m].
 */
export function norms(v: Tensor): Tensor1D {
  const flat = tf.reshape(v, [v.shape[0]!, -1]);
  return tf.sqrt(tf.add(tf.sum<tf.Tensor1D>(tf.square(flat), 1), EPSILON));
}

/**
 * Attention of Eq. 5: α = softmax(Mz).
 *
 * @param M Memory units, [n, d].
 * @param z Codes, [m, d].
 * @returns α, [m, n]: positive, except values too small for float32, which are 0; each row sums to 1.
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example Attention uses the inner product: a code equal to a unit, if long enough, gives that unit nearly all the weight
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[3, 0], [0, 3]]);
 * const [first, second] = attend(M, tf.tensor2d([[3, 0]])).dataSync();
 * assertAlmostEquals(first!, 1 / (1 + Math.exp(-9)), 1e-6);
 * assertAlmostEquals(second!, 1 / (1 + Math.exp(9)), 1e-6);
 * ```
 */
export function attend(M: Tensor2D, z: Tensor2D): Tensor2D {
  checkShape("attend to the memory", "M", M, ["n", "d"]);
  checkShape("attend to the memory", "z", z, ["m", M.shape[1]]);
  return tf.softmax(tf.matMul(z, M, false, true));
}

/**
 * Eq. 5: P(z) = Mᵀ softmax(Mz), a convex combination of memory units, so inside their convex hull.
 *
 * @param M Memory units, [n, d].
 * @param z Codes, [m, d].
 * @returns P(z), [m, d].
 * @throws {RangeError} If the shapes do not fit.
 *
 * @example P is not a projection in the sense of P∘P = P: it moves even a memory unit
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[1, 0], [-1, 0]]);
 * assertAlmostEquals(project(M, tf.tensor2d([[1, 0]])).dataSync()[0]!, Math.tanh(1), 1e-6);
 * ```
 */
export function project(M: Tensor2D, z: Tensor2D): Tensor2D {
  return combine(M, attend(M, z));
}

/**
 * Eq. 4: l_cyc = (1/m) Σᵢ ‖xᵢ − G(P(E(xᵢ)))‖₂. It is the norm, not its square.
 *
 * @param x Images, [m, …].
 * @param reconstruction G(P(E(x))), as `x`.
 * @returns l_cyc, a scalar ≥ 0.
 * @throws {RangeError} If the shapes differ.
 *
 * @example Two images off by (3, 4) and by nothing: (5 + 0)/2
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const l = cycleLoss(tf.zeros([2, 2]), tf.tensor2d([[3, 4], [0, 0]]));
 * assertAlmostEquals(l.dataSync()[0]!, 2.5, 1e-6);
 * ```
 */
export function cycleLoss(x: Tensor, reconstruction: Tensor): Scalar {
  checkShape("compute Eq. 4", "the reconstruction", reconstruction, x.shape);
  return tf.mean(norms(tf.sub(x, reconstruction)));
}
