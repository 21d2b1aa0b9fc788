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

/** What the backward pass of a batch normalisation needs. */
export interface Normalised {
  /** The normalised values, in `x`'s shape. */
  y: tf.Tensor4D;
  /** The batch's mean a channel, [c]. */
  mean: tf.Tensor1D;
  /** The batch's variance a channel with the unbiased divisor, [c]. */
  variance: tf.Tensor1D;
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
 * @returns The values, the statistics and the derivative.
 */
export function batchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): Normalised {
  return isNative() ? batchNormNative(x, gamma, beta) : batchNormComposed(x, gamma, beta);
}

function batchNormNative(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): Normalised {
  const none = tf.tensor1d([]);
  const [y, mean, variance, ...reserved] = runNative(
    "FusedBatchNormV3",
    { ...NORM_ATTRIBUTES, "exponential_avg_factor:float": 1 },
    [x, gamma, beta, none, none],
    6,
  );
  return {
    y: y as tf.Tensor4D,
    mean: mean as tf.Tensor1D,
    variance: variance as tf.Tensor1D,
    pullback: (dy) =>
      runNative("FusedBatchNormGradV3", NORM_ATTRIBUTES, [dy, x, gamma, ...reserved], 5).slice(0, 3) as [
        tf.Tensor4D,
        tf.Tensor1D,
        tf.Tensor1D,
      ],
  };
}

function batchNormComposed(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): Normalised {
  const axes = [0, 1, 2];
  const count = x.size / x.shape[3];
  const mean = tf.mean<tf.Tensor1D>(x, axes);
  const centred = tf.sub<tf.Tensor4D>(x, mean);
  const biased = tf.mean<tf.Tensor1D>(tf.square(centred), axes);
  const inverse = tf.rsqrt(tf.add<tf.Tensor1D>(biased, BATCH_NORM_EPSILON));
  const normalised = tf.mul<tf.Tensor4D>(centred, inverse);
  return {
    y: tf.add(tf.mul(normalised, gamma), beta),
    mean,
    variance: tf.mul(biased, count / Math.max(1, count - 1)),
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

/**
 * Strided convolution with TensorFlow's "same" padding: an h × w image gives ⌈h/stride⌉ × ⌈w/stride⌉ windows. For the kernel 4
 * at stride 2 on even sizes, and 3 at stride 2 on odd ones, that is PyTorch's padding of 1.
 */
function same(stride: number) {
  return {
    strides: [stride, stride] as [number, number],
    pad: "same" as const,
    dataFormat: "NHWC" as const,
    dilations: [1, 1] as [number, number],
  };
}

/** A shape of four dimensions. */
export type Shape4 = [number, number, number, number];

/** y = x ∗ w. `x` is [m, h, w, c_in], `w` is [k, k, c_in, c_out]. */
export function convolve(x: tf.Tensor4D, w: tf.Tensor4D, stride: number): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2D, { x, filter: w }, same(stride));
}

/** The adjoint of `convolve` in its input: dL/dx of shape `inputShape` from dL/dy; also the transposed convolution. */
export function convolveAdjoint(dy: tf.Tensor4D, w: tf.Tensor4D, stride: number, inputShape: Shape4): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter: w }, { ...same(stride), inputShape });
}

/** The adjoint of `convolve` in its kernel: dL/dw of shape `filterShape` from dL/dy. */
export function convolveKernelGrad(x: tf.Tensor4D, dy: tf.Tensor4D, stride: number, filterShape: Shape4): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...same(stride), filterShape });
}
