/**
 * The few derivatives that are written by hand, because TensorFlow.js's own are slower; a test checks each against
 * TensorFlow.js's.
 *
 * On `native` each is one fused TensorFlow kernel instead of two to twelve elementwise ones. On the other backends they need
 * fewer operations than the tape's derivatives, with which a training step takes 1.2 times as long on `wasm`.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isNative, runNative, TF_FLOAT } from "./ops.ts";

/** ε of batch normalisation, PyTorch's default. */
export const BATCH_NORM_EPSILON = 1e-5;

/** Running statistics per channel: mean and variance, [c] each; the variance has the unbiased divisor. */
export type Running = readonly [mean: tf.Tensor1D, variance: tf.Tensor1D];

/** Running statistics and how to update them. */
export interface Track {
  /** Their current values. */
  readonly running: Running;
  /** The weight of a new batch in them, PyTorch's momentum. */
  readonly momentum: number;
  /** Receives them updated with this batch. */
  readonly follow: (running: Running) => void;
}

/**
 * `tf.customGrad` without its untyped arguments: a value, and a function from dL/dy and the saved tensors to dL/d(each input).
 */
function custom<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (save: tf.GradSaveFunc) => T,
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  return tf.customGrad<T>((...given) => ({
    value: forward(given.at(-1) as tf.GradSaveFunc),
    gradFunc: backward,
  }))(...inputs);
}

/**
 * Batch normalisation with the batch's own statistics: y = γ·(x − μ)/√(σ² + ε) + β, per channel.
 *
 * @param x Values, [m, h, w, c].
 * @param gamma Scales γ, [c].
 * @param beta Shifts β, [c].
 * @param epsilon ε.
 * @param track The running statistics, if they are updated.
 * @returns The normalised values, in `x`'s shape.
 */
export function batchNorm(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  track?: Track,
): tf.Tensor4D {
  if (!isNative()) return batchNormComposed(x, gamma, beta, epsilon, track);
  const attributes = {
    "T:type": TF_FLOAT,
    "U:type": TF_FLOAT,
    "epsilon:float": epsilon,
    "data_format:string": "NHWC",
    "is_training:bool": true,
  };
  return custom([x, gamma, beta], (save) => {
    const none = tf.tensor1d([]);
    const [y, mean, variance, ...reserved] = runNative(
      "FusedBatchNormV3",
      { ...attributes, "exponential_avg_factor:float": track?.momentum ?? 1 },
      [x, gamma, beta, ...(track?.running ?? [none, none])],
      6,
    );
    track?.follow([mean as tf.Tensor1D, variance as tf.Tensor1D]);
    save([x, gamma, ...reserved]);
    return y as tf.Tensor4D;
  }, (dy, saved) => runNative("FusedBatchNormGradV3", attributes, [dy, ...saved], 5).slice(0, 3));
}

/**
 * The same in TensorFlow.js's operations. With x̂ = (x − μ)/√(σ² + ε), of which y = γ·x̂ + β, and sums over a channel's N values:
 * dL/dβ = Σ dL/dy, dL/dγ = Σ dL/dy·x̂, dL/dx = (dL/dy − dL/dβ/N − x̂·dL/dγ/N)·γ/√(σ² + ε).
 */
function batchNormComposed(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number, track?: Track) {
  const axes = [0, 1, 2];
  const count = x.size / x.shape[3];
  return custom([x, gamma, beta], (save) => {
    const mean = tf.mean<tf.Tensor1D>(x, axes);
    const centred = tf.sub<tf.Tensor4D>(x, mean);
    const variance = tf.mean<tf.Tensor1D>(tf.square(centred), axes);
    if (track) {
      const { running, momentum, follow } = track;
      const mix = (was: tf.Tensor1D, is: tf.Tensor1D) =>
        tf.add<tf.Tensor1D>(tf.mul(was, 1 - momentum), tf.mul(is, momentum));
      follow([mix(running[0], mean), mix(running[1], tf.mul(variance, count / Math.max(1, count - 1)))]);
    }
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normalised = tf.mul<tf.Tensor4D>(centred, inverse);
    save([normalised, tf.mul(inverse, gamma)]);
    return tf.add<tf.Tensor4D>(tf.mul(normalised, gamma), beta);
  }, (dy, [normalised, scale]) => {
    const dbeta = tf.sum(dy, axes);
    const dgamma = tf.sum(tf.mul(dy, normalised!), axes);
    const centred = tf.sub(tf.sub(dy, tf.div(dbeta, count)), tf.mul(normalised!, tf.div(dgamma, count)));
    return [tf.mul(centred, scale!), dgamma, dbeta];
  });
}

/**
 * Batch normalisation with given statistics, for scoring.
 *
 * @param x Values, [m, h, w, c].
 * @param gamma Scales γ, [c].
 * @param beta Shifts β, [c].
 * @param epsilon ε.
 * @param running Means μ and variances σ².
 * @returns Normalised values in `x`'s shape.
 */
export function batchNormInference(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  [mean, variance]: Running,
): tf.Tensor4D {
  const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma);
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
}

/** An elementwise function f, with dL/dx computed from dL/dy and the saved tensor by a TensorFlow kernel, or composed. */
function elementwise(
  x: tf.Tensor,
  f: (x: tf.Tensor) => tf.Tensor,
  saved: "x" | "y",
  kernel: (dy: tf.Tensor, saved: tf.Tensor) => Parameters<typeof runNative>,
  composed: (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return custom([x], (save) => {
    const y = f(x);
    save([saved === "x" ? x : y]);
    return y;
  }, (dy, [of]) => isNative() ? runNative(...kernel(dy, of!)) : [composed(dy, of!)]);
}

const FLOAT = { "T:type": TF_FLOAT };

/** y = x where x > 0, otherwise slope·x. */
export function leakyRelu(x: tf.Tensor, slope: number): tf.Tensor {
  return elementwise(
    x,
    (x) => tf.leakyRelu(x, slope),
    "x",
    (dy, x) => ["LeakyReluGrad", { ...FLOAT, "alpha:float": slope }, [dy, x], 1],
    (dy, x) => tf.mul(dy, tf.step(x, slope)),
  );
}

/** y = max(x, 0). */
export function relu(x: tf.Tensor): tf.Tensor {
  return elementwise(x, tf.relu, "y", (dy, y) => ["ReluGrad", FLOAT, [dy, y], 1], (dy, y) => tf.mul(dy, tf.step(y)));
}

/** y = tanh x; dL/dx = dL/dy·(1 − y²). */
export function tanh(x: tf.Tensor): tf.Tensor {
  return elementwise(
    x,
    tf.tanh,
    "y",
    (dy, y) => ["TanhGrad", FLOAT, [y, dy], 1],
    (dy, y) => tf.sub(dy, tf.mul(dy, tf.square(y))),
  );
}

/** y = x + b, per channel: `x` is [m, …, c], `b` [c]. */
export function addBias(x: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (!isNative()) {
    return custom([x, b], () => tf.add(x, b), (dy) => [dy, tf.sum(dy, [...dy.shape.keys()].slice(0, -1))]);
  }
  const attributes = { ...FLOAT, "data_format:string": "NHWC" };
  return custom(
    [x, b],
    () => runNative("BiasAdd", attributes, [x, b], 1)[0]!,
    (dy) => [dy, runNative("BiasAddGrad", attributes, [dy], 1)[0]!],
  );
}

/** y = x·mask, with a constant mask. */
export function masked(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  return custom([x], (save) => {
    save([mask]);
    return tf.mul(x, mask);
  }, (dy, [mask]) => [tf.mul(dy, mask!)]);
}
