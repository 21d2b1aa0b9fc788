/**
 * A Gaussian mixture whose memberships are given, and the energy of points under it.
 *
 * ```text
 * φₖ = mean γₖ,   μₖ = Σ γₖz / Σ γₖ,   Σₖ = Σ γₖ(z − μₖ)(z − μₖ)ᵀ / Σ γₖ + εI
 * energy(z) = −log Σₖ φₖ N(z; μₖ, Σₖ)
 * ```
 *
 * Σₖ = LLᵀ, so that N needs no inverse and no determinant: with Ly = z − μ, log N = −½‖y‖² − Σ log Lᵢᵢ − ½w log 2π. L is
 * written out entry by entry, of all components at once, in operations that TensorFlow.js can differentiate.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | z | `z` | [m, w] |
 * | γ | `gamma` | [m, k], each row with the sum 1 |
 * | φ, μ, Σ | `phi`, `mu`, `sigma` | [k], [k, w], [k, w, w] |
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** ε: a component that shrinks to a point would have an energy of −∞. */
const RIDGE = 1e-3;

/** A mixture. */
export interface Mixture {
  /** φ, [k]. */
  readonly phi: tf.Tensor1D;
  /** μ, [k, w]. */
  readonly mu: tf.Tensor2D;
  /** Σ, [k, w, w]. */
  readonly sigma: tf.Tensor3D;
}

/**
 * The mixture of points by their memberships.
 *
 * @param z Points, [m, w].
 * @param gamma Memberships, [m, k].
 * @returns The mixture.
 */
export function mixtureOf(z: tf.Tensor2D, gamma: tf.Tensor2D): Mixture {
  const [k, w] = [gamma.shape[1], z.shape[1]];
  const weights = tf.sum<tf.Tensor1D>(gamma, 0);
  const mu = tf.div<tf.Tensor2D>(tf.matMul(gamma, z, true, false), tf.reshape(weights, [k, 1]));
  const off = tf.sub(tf.reshape(z, [-1, 1, w]), tf.reshape(mu, [1, k, w]));
  const weighted = tf.mul(off, tf.reshape(gamma, [-1, k, 1]));
  // Both as [k, m, w] and its transpose.
  const product = tf.matMul(tf.transpose(weighted, [1, 2, 0]), tf.transpose(off, [1, 0, 2]));
  const sigma = tf.add<tf.Tensor3D>(tf.div(product, tf.reshape(weights, [k, 1, 1])), tf.mul(tf.eye(w), RIDGE));
  return { phi: tf.mean(gamma, 0), mu, sigma };
}

/** Column `i` of the last axis. */
function column(x: tf.Tensor, i: number): tf.Tensor {
  const begin = x.shape.map((_, axis) => axis === x.rank - 1 ? i : 0);
  const size = x.shape.map((length, axis) => axis === x.rank - 1 ? 1 : length);
  return tf.reshape(tf.slice(x, begin, size), x.shape.slice(0, -1));
}

/** L of each component, entry by entry, [k] each. */
function cholesky(sigma: tf.Tensor3D): tf.Tensor[][] {
  const w = sigma.shape[1];
  const rows = tf.unstack(tf.transpose(sigma, [1, 2, 0])).map((row) => tf.unstack(row));
  const L: tf.Tensor[][] = [];
  for (let i = 0; i < w; i++) {
    L.push([]);
    for (let j = 0; j <= i; j++) {
      let rest = rows[i]![j]!;
      for (let t = 0; t < j; t++) rest = tf.sub(rest, tf.mul(L[i]![t]!, L[j]![t]!));
      L[i]!.push(i === j ? tf.sqrt(rest) : tf.div(rest, L[j]![j]!));
    }
  }
  return L;
}

/**
 * The energy of points.
 *
 * @param z Points, [m, w].
 * @param mixture The mixture.
 * @returns −log p(z), [m].
 *
 * @example At the mean of a standard normal law in two dimensions it is log 2π
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const mixture = { phi: tf.tensor1d([1]), mu: tf.zeros<tf.Rank.R2>([1, 2]), sigma: tf.tensor3d([[[1, 0], [0, 1]]]) };
 * assertAlmostEquals(energyUnder(tf.zeros([1, 2]), mixture).dataSync()[0]!, Math.log(2 * Math.PI), 1e-6);
 * ```
 */
export function energyUnder(z: tf.Tensor2D, { phi, mu, sigma }: Mixture): tf.Tensor1D {
  const [k, w] = mu.shape;
  const L = cholesky(sigma);
  const off = tf.sub(tf.reshape(z, [-1, 1, w]), tf.reshape(mu, [1, k, w]));
  const y: tf.Tensor[] = [];
  for (let i = 0; i < w; i++) {
    let rest = column(off, i);
    for (let j = 0; j < i; j++) rest = tf.sub(rest, tf.mul(y[j]!, L[i]![j]!));
    y.push(tf.div(rest, L[i]![i]!));
  }
  const squares = tf.addN(y.map((each) => tf.square(each)));
  const logs = tf.addN(L.map((row, i) => tf.log(row[i]!)));
  const joint = tf.sub(tf.log(phi), tf.add(tf.mul(squares, 0.5), logs));
  return tf.sub<tf.Tensor1D>(w / 2 * Math.log(2 * Math.PI), tf.logSumExp(joint, 1));
}
