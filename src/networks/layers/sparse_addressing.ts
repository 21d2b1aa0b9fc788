/**
 * A memory of which few units are read: MemAE's sparse addressing.
 *
 * ```text
 * w = softmax(zMᵀ),   s = w where w > λ, else 0,   ŵ = s/‖s‖₁,   ẑ = ŵM
 * ```
 *
 * The public code writes s as max(w − λ, 0)·w/(|w − λ| + 10⁻¹²) to have a gradient. This equals w·[w > λ] and passes the
 * gradient of w where w > λ, except for a part in 10⁶ within 10⁻⁶ of λ, where the sum's own rounding is as large.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { withoutGradient } from "../../engine/descend.ts";

/** The lower bound of ‖s‖₁, also added to ŵ in a logarithm. */
const EPSILON = 1e-12;

/** The result of reading a memory. */
export interface Reading {
  /** ẑ, [m, d]. */
  readonly value: tf.Tensor2D;
  /** ŵ, [m, n]: ≥ 0, each row sums to 1, or to 0 where no weight exceeds λ. */
  readonly weights: tf.Tensor2D;
}

/**
 * Reads a memory.
 *
 * @param z Codes, [m, d].
 * @param M Memory units, [n, d].
 * @param threshold λ, in [0, 1): a unit with a smaller weight is not read.
 * @returns ẑ and ŵ.
 *
 * @example A weight of a half is read, two of a quarter are not
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[Math.log(2)], [0], [0]]);
 * assertEquals([...address(tf.tensor2d([[1]]), M, 0.3).weights.dataSync()], [1, 0, 0]);
 * ```
 */
export function address(z: tf.Tensor2D, M: tf.Tensor2D, threshold: number): Reading {
  const shares = tf.softmax(tf.matMul(z, M, false, true));
  const read = tf.mul(shares, withoutGradient(() => tf.step(tf.sub(shares, threshold))));
  const weights = tf.div<tf.Tensor2D>(read, tf.maximum(tf.sum(read, 1, true), EPSILON));
  return { value: tf.matMul(weights, M), weights };
}

/**
 * The entropy of weights, −(1/m) Σᵢ Σⱼ ŵᵢⱼ log ŵᵢⱼ.
 *
 * @param weights ŵ, [m, n].
 * @returns Its value.
 *
 * @example Two units read equally: log 2
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * assertAlmostEquals(entropy(tf.tensor2d([[0.5, 0.5, 0]])).dataSync()[0]!, Math.LN2, 1e-6);
 * ```
 */
export function entropy(weights: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(weights, tf.log(tf.add(weights, EPSILON))), 1)));
}
