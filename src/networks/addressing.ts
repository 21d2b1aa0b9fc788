/**
 * A memory that is read by few of its units: MemAE's sparse addressing, with its derivative.
 *
 * ```text
 * w = softmax(zMᵀ),   s = w where w > λ, else 0,   ŵ = s/‖s‖₁,   ẑ = ŵM
 * ```
 *
 * The public code writes s as max(w − λ, 0)·w/(|w − λ| + 10⁻¹²) to have a gradient; that is w·[w > λ] and passes the
 * gradient of w where w > λ, but for a part in 10⁶ within 10⁻⁶ of λ, where the sum's own rounding is as large.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** What ‖s‖₁ is at least, and what is added to ŵ in a logarithm. */
const TINY = 1e-12;

/** A reading of the memory, and the pull-back of gradients through it. */
export interface Reading {
  /** ẑ, [m, d]. */
  readonly value: tf.Tensor2D;
  /** ŵ, [m, n]: ≥ 0, each row with the sum 1, or 0 where no weight exceeds λ. */
  readonly weights: tf.Tensor2D;
  /** From dL/dẑ, [m, d], and dL/dŵ, [m, n], to dL/dz, [m, d], and dL/dM, [n, d]. */
  pullback(dvalue: tf.Tensor2D, dweights: tf.Tensor2D): [dz: tf.Tensor2D, dM: tf.Tensor2D];
}

/**
 * Reads a memory.
 *
 * @param z Codes, [m, d].
 * @param M Memory units, [n, d].
 * @param threshold λ, in [0, 1): a unit with a smaller share is not read.
 * @returns What is read.
 *
 * @example A share of a half is read, two of a quarter are not
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
  const read = tf.step(tf.sub(shares, threshold));
  const sum = tf.maximum(tf.sum(tf.mul(shares, read), 1, true), TINY);
  const weights = tf.div<tf.Tensor2D>(tf.mul(shares, read), sum);
  /** From the gradient of values in proportion to `base` to what it is with their sum held fixed. */
  const centred = (gradient: tf.Tensor, base: tf.Tensor) => tf.sub(gradient, tf.sum(tf.mul(gradient, base), 1, true));
  return {
    value: tf.matMul(weights, M),
    weights,
    pullback(dvalue, dweights) {
      const total = tf.add(dweights, tf.matMul(dvalue, M, false, true));
      const dshares = tf.mul(tf.div(centred(total, weights), sum), read);
      const dlogits = tf.mul<tf.Tensor2D>(shares, centred(dshares, shares));
      const ofReading = tf.matMul(weights, dvalue, true, false);
      return [tf.matMul(dlogits, M), tf.add(ofReading, tf.matMul(dlogits, z, true, false))];
    },
  };
}

/**
 * The entropy of weights, −(1/m) Σᵢ Σⱼ ŵᵢⱼ log ŵᵢⱼ, with its derivative.
 *
 * @param weights ŵ, [m, n].
 * @returns Its value, [1], and dH/dŵ, [m, n].
 *
 * @example Two units read equally: log 2
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * assertAlmostEquals(entropy(tf.tensor2d([[0.5, 0.5, 0]])).value.dataSync()[0]!, Math.LN2, 1e-6);
 * ```
 */
export function entropy(weights: tf.Tensor2D): { value: tf.Tensor1D; gradient: tf.Tensor2D } {
  const raised = tf.add(weights, TINY);
  const logs = tf.log(raised);
  return {
    value: tf.neg(tf.mean(tf.sum(tf.mul(weights, logs), 1), 0, true)),
    gradient: tf.div(tf.add(logs, tf.div(weights, raised)), -weights.shape[0]),
  };
}
