/**
 * A mixture of Gaussians with full covariances, estimated from soft memberships, and the energy of a vector in it.
 *
 * ```text
 * φₖ = (1/m) Σᵢ γᵢₖ,   μₖ = Σᵢ γᵢₖzᵢ / Σᵢ γᵢₖ,   Σₖ = Σᵢ γᵢₖ(zᵢ − μₖ)(zᵢ − μₖ)ᵀ / Σᵢ γᵢₖ + ε·1
 * E(z) = −log Σₖ φₖ N(z; μₖ, Σₖ)
 * ```
 *
 * No matrix is inverted. A Gaussian is the density of its first coordinate times the conditional density of the others, which
 * is again Gaussian: its mean shifts and its covariance shrinks by what the first coordinate explains. Repeating this for each
 * coordinate gives log N with differentiable operations alone, so that the tape computes the derivatives.
 *
 * A singular Σₖ, of a component with few vectors, is common: hence ε. In exact arithmetic no coordinate's variance, conditional
 * on those before, is then below ε; where rounding makes it smaller, it is set to ε.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** Prevents division by zero in an empty component. */
const EPSILON = 1e-12;

/** ε, added to every variance. */
export const FLOOR = 1e-3;

/** K Gaussians in n dimensions, and their weights. */
export interface Mixture {
  /** φ, [K]. */
  readonly shares: tf.Tensor;
  /** μ, [K, n]. */
  readonly means: tf.Tensor;
  /** Σ, [K, n, n], every eigenvalue at least ε. */
  readonly covariances: tf.Tensor;
}

/** Vectors minus each mean, [K, m, n]. */
function centred(z: tf.Tensor2D, means: tf.Tensor): tf.Tensor3D {
  return tf.sub<tf.Tensor3D>(tf.expandDims(z, 0), tf.expandDims(means, 1));
}

/**
 * The mixture estimated from vectors and memberships.
 *
 * @param z Vectors, [m, n].
 * @param gamma Memberships γ, [m, K]; each row sums to 1.
 * @returns The mixture.
 *
 * @example Two vectors entirely in one component: their mean, and the variance with the divisor m
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 *
 * const { means, covariances } = mixtureOf(tf.tensor2d([[1], [5]]), tf.ones([2, 1]));
 * assertAlmostEquals(means.dataSync()[0]!, 3, 1e-6);
 * assertAlmostEquals(covariances.dataSync()[0]!, 4 + FLOOR, 1e-6);
 * ```
 */
export function mixtureOf(z: tf.Tensor2D, gamma: tf.Tensor2D): Mixture {
  const [m, n] = z.shape;
  const components = gamma.shape[1];
  const members = tf.add(tf.sum(gamma, 0), EPSILON);
  const means = tf.div(tf.matMul(gamma, z, true), tf.reshape(members, [components, 1]));
  const d = centred(z, means);
  const weighted = tf.mul<tf.Tensor3D>(d, tf.reshape(tf.transpose(gamma), [components, m, 1]));
  const spread = tf.div(tf.matMul(d, weighted, true), tf.reshape(members, [components, 1, 1]));
  return {
    shares: tf.div(members, m),
    means,
    covariances: tf.add(spread, tf.mul(tf.eye(n), FLOOR)),
  };
}

/**
 * E(z) = −log Σₖ φₖ N(z; μₖ, Σₖ).
 *
 * @param z Vectors, [m, n].
 * @param mixture The mixture.
 * @returns Energies, [m].
 *
 * @example Of one standard Gaussian at its mean: log √2π
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 *
 * const standard = { shares: tf.ones([1]), means: tf.zeros([1, 1]), covariances: tf.ones([1, 1, 1]) };
 * assertAlmostEquals(mixtureEnergy(tf.zeros([1, 1]), standard).dataSync()[0]!, Math.log(2 * Math.PI) / 2, 1e-6);
 * ```
 */
export function mixtureEnergy(z: tf.Tensor2D, { shares, means, covariances }: Mixture): tf.Tensor1D {
  let d: tf.Tensor3D = centred(z, means);
  let covariance = covariances as tf.Tensor3D;
  let logs: tf.Tensor = tf.reshape(tf.log(shares), [-1, 1, 1]);
  for (let left = z.shape[1] - 1; left >= 0; left--) {
    const [first, rest] = tf.split(d, [1, left], 2) as [tf.Tensor3D, tf.Tensor3D];
    const [row, below] = tf.split(covariance, [1, left], 1) as [tf.Tensor3D, tf.Tensor3D];
    const [own, shared] = tf.split(row, [1, left], 2) as [tf.Tensor3D, tf.Tensor3D];
    const variance = tf.maximum<tf.Tensor3D>(own, FLOOR);
    const exponent = tf.add(tf.div(tf.square(first), variance), tf.log(tf.mul(variance, 2 * Math.PI)));
    logs = tf.sub(logs, tf.div(exponent, 2));
    if (left === 0) break;
    // The regression of the other coordinates on the first.
    const slopes = tf.div<tf.Tensor3D>(shared, variance);
    d = tf.sub(rest, tf.mul(first, slopes));
    covariance = tf.sub(tf.split(below, [1, left], 2)[1] as tf.Tensor3D, tf.matMul(shared, slopes, true));
  }
  return tf.neg(tf.logSumExp(tf.squeeze(logs, [2]), 0));
}

/** Σₖ Σⱼ 1/(Σₖ)ⱼⱼ, a scalar: it grows as a component shrinks onto single vectors. */
export function inverseVariances({ covariances }: Mixture): tf.Scalar {
  const n = covariances.shape[2]!;
  return tf.sum(tf.div(1, tf.sum(tf.mul(covariances, tf.eye(n)), 2)));
}
