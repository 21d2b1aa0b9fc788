/**
 * The few operations that training spends its time on, each with its derivative written out.
 *
 * TensorFlow.js would derive them from its tape; written out, a forward pass is shared by every gradient that needs it,
 * and on `native` batch normalisation and the rectifiers are TensorFlow's own fused kernels instead of a dozen
 * element-wise ones. The other backends compute the same values from `tfjs-core`'s operations.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** The part of tfjs-node's backend that runs a TensorFlow operation by its name. */
interface Native {
  binding: Record<string, number>;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** An attribute of a TensorFlow operation, as tfjs-node's binding wants it. */
export interface Attribute {
  /** The attribute's name in TensorFlow's registry. */
  name: string;
  /** The binding's code of its type. */
  type: number;
  /** Its value. */
  value: unknown;
}

let current: Native | undefined;
let currentOf: unknown;

/** The native backend where it is the current one. */
function native(): Native | undefined {
  const backend = tf.backend();
  if (backend !== currentOf) {
    currentOf = backend;
    current = tf.getBackend() === "tensorflow" ? backend as unknown as Native : undefined;
  }
  return current;
}

/** True where TensorFlow itself is the current backend, so that `runNative` works. */
export function isNative(): boolean {
  return native() !== undefined;
}

/**
 * Runs a TensorFlow operation by its name; for `native` only.
 *
 * @param name The operation's name in TensorFlow's registry.
 * @param attributes From names to values; a value's kind is given by the key's suffix: `:type`, `:float`, `:int`, `:bool`,
 * `:string`, `:shape`.
 * @param inputs Its inputs.
 * @param outputs How many outputs it has.
 * @returns Its outputs.
 */
export function runNative(
  name: string,
  attributes: Record<string, unknown>,
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = native()!;
  const list = Object.entries(attributes).map(([key, value]) => {
    const [attribute, kind] = key.split(":") as [string, string];
    return { name: attribute, type: backend.binding[`TF_ATTR_${kind.toUpperCase()}`]!, value };
  });
  return backend.executeMultipleOutputs(name, list, inputs, outputs);
}

/** float32 in TensorFlow's numbering of types. */
export const TF_FLOAT = 1;

/** The smallest variance that batch normalisation divides by, PyTorch's default. */
export const BATCH_NORM_EPSILON = 1e-5;

/** Running statistics a channel: mean and variance, [c] each; the variance with the unbiased divisor. */
export type Running = readonly [mean: tf.Tensor1D, variance: tf.Tensor1D];

/** Running statistics to go on with. */
export interface Track {
  /** As they are. */
  readonly running: Running;
  /** The new batch's share in them. */
  readonly share: number;
}

/** A batch normalisation and its derivative. */
export interface Normalised {
  /** The normalised values, in `x`'s shape. */
  y: tf.Tensor4D;
  /** The running statistics with this batch's share, where they are tracked. */
  running?: Running;
  /** From dL/dy to dL/dx, dL/dγ and dL/dβ. */
  pullback(dy: tf.Tensor4D): [dx: tf.Tensor4D, dgamma: tf.Tensor1D, dbeta: tf.Tensor1D];
}

const NORM_ATTRIBUTES = {
  "T:type": TF_FLOAT,
  "U:type": TF_FLOAT,
  "epsilon:float": BATCH_NORM_EPSILON,
  "data_format:string": "NHWC",
  "is_training:bool": true,
};

/**
 * Batch normalisation with the batch's own statistics: y = γ·(x − μ)/√(σ² + ε) + β, a channel at a time.
 *
 * @param x Values, [m, h, w, c].
 * @param gamma Scales γ, [c].
 * @param beta Shifts β, [c].
 * @param track Running statistics, where they are kept.
 * @returns The values, the statistics and the derivative.
 */
export function batchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, track?: Track): Normalised {
  return isNative() ? batchNormNative(x, gamma, beta, track) : batchNormComposed(x, gamma, beta, track);
}

function batchNormNative(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, track?: Track): Normalised {
  const none = tf.tensor1d([]);
  const [y, mean, variance, ...reserved] = runNative(
    "FusedBatchNormV3",
    { ...NORM_ATTRIBUTES, "exponential_avg_factor:float": track?.share ?? 1 },
    [x, gamma, beta, ...(track?.running ?? [none, none])],
    6,
  );
  return {
    y: y as tf.Tensor4D,
    ...(track ? { running: [mean as tf.Tensor1D, variance as tf.Tensor1D] } : {}),
    pullback: (dy) =>
      runNative("FusedBatchNormGradV3", NORM_ATTRIBUTES, [dy, x, gamma, ...reserved], 5).slice(0, 3) as [
        tf.Tensor4D,
        tf.Tensor1D,
        tf.Tensor1D,
      ],
  };
}

function batchNormComposed(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, track?: Track): Normalised {
  const axes = [0, 1, 2];
  const count = x.size / x.shape[3];
  const mean = tf.mean<tf.Tensor1D>(x, axes);
  const centred = tf.sub<tf.Tensor4D>(x, mean);
  const biased = tf.mean<tf.Tensor1D>(tf.square(centred), axes);
  const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(biased, BATCH_NORM_EPSILON));
  const normalised = tf.mul<tf.Tensor4D>(centred, inverse);
  const follow = ({ running, share }: Track): Running => {
    const now: Running = [mean, tf.mul(biased, count / Math.max(1, count - 1))];
    const mix = (i: 0 | 1) => tf.add<tf.Tensor1D>(tf.mul(running[i], 1 - share), tf.mul(now[i], share));
    return [mix(0), mix(1)];
  };
  return {
    y: tf.add(tf.mul(normalised, gamma), beta),
    ...(track ? { running: follow(track) } : {}),
    pullback(dy) {
      const dbeta = tf.sum<tf.Tensor1D>(dy, axes);
      const dgamma = tf.sum<tf.Tensor1D>(tf.mul(dy, normalised), axes);
      const centredDy = tf.sub(tf.sub(dy, tf.div(dbeta, count)), tf.mul(normalised, tf.div(dgamma, count)));
      return [tf.mul(centredDy, tf.mul(inverse, gamma)), dgamma, dbeta];
    },
  };
}

/**
 * Batch normalisation with given statistics, for scoring.
 *
 * @param x Values, [m, h, w, c].
 * @param gamma Scales γ, [c].
 * @param beta Shifts β, [c].
 * @param mean Means μ, [c].
 * @param variance Variances σ², [c].
 * @returns Normalised values in `x`'s shape.
 */
export function batchNormInference(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
): tf.Tensor4D {
  const scale = tf.mul(tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)), gamma);
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
}

/** dL/dx of a leaky rectifier, from dL/dy and its input. */
export function leakyReluGrad<T extends tf.Tensor>(dy: T, x: T, slope: number): T {
  if (isNative()) return runNative("LeakyReluGrad", { "T:type": TF_FLOAT, "alpha:float": slope }, [dy, x], 1)[0] as T;
  return tf.mul(dy, tf.step(x, slope));
}

/** dL/dx of a rectifier, from dL/dy and its output. */
export function reluGrad<T extends tf.Tensor>(dy: T, y: T): T {
  if (isNative()) return runNative("ReluGrad", { "T:type": TF_FLOAT }, [dy, y], 1)[0] as T;
  return tf.mul(dy, tf.step(y));
}

/** dL/dx of a hyperbolic tangent, from dL/dy and its output: dy·(1 − y²). */
export function tanhGrad<T extends tf.Tensor>(dy: T, y: T): T {
  if (isNative()) return runNative("TanhGrad", { "T:type": TF_FLOAT }, [y, dy], 1)[0] as T;
  return tf.sub(dy, tf.mul(dy, tf.square(y)));
}
