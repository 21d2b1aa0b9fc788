/**
 * Layers: functions of a batch, with their parameters. TensorFlow.js's tape differentiates them.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import * as derivatives from "../../engine/derivatives.ts";
import type { Layer, Mode } from "../../engine/layer.ts";
import { Parameter } from "../../engine/parameter.ts";

/** A layer made from its function. */
function layer(
  apply: (x: tf.Tensor, mode: Mode) => tf.Tensor,
  parameters: readonly Parameter[] = [],
  buffers: readonly Parameter[] = [],
): Layer {
  return Object.assign(apply, { parameters, buffers });
}

/** One layer after another. */
export function sequence<T extends tf.Tensor = tf.Tensor>(...layers: readonly Layer[]): Layer<T> {
  return layer(
    (x, mode) => layers.reduce((y, each) => each(y, mode), x),
    layers.flatMap(({ parameters }) => parameters),
    layers.flatMap(({ buffers }) => buffers),
  ) as Layer<T>;
}

/** y = x·w + b. `w` is [in, out]; `b`, if there is one, is [out]. */
export function dense(w: Parameter, b?: Parameter): Layer {
  return layer((x) => {
    const product = tf.matMul(x as tf.Tensor2D, w.value as tf.Tensor2D);
    return b ? derivatives.addBias(product, b.value) : product;
  }, b ? [w, b] : [w]);
}

/**
 * y = x ∗ w at a stride, [m, h, w, in] to [m, ⌈h/stride⌉, ⌈w/stride⌉, out], with TensorFlow's "same" padding. For kernel 4 at
 * stride 2 on even sizes, and kernel 3 at stride 2 on odd sizes, this equals PyTorch's padding of 1. `w` is [k, k, in, out].
 */
export function convolution(w: Parameter, stride: number): Layer {
  return layer((x) => tf.conv2d(x as tf.Tensor4D, w.value as tf.Tensor4D, stride, "same"), [w]);
}

/** The transpose of a convolution, [m, h, w, in] to [m, height, width, out]. `w` is [k, k, out, in]. */
export function transposedConvolution(w: Parameter, stride: number, height: number, width: number): Layer {
  return layer((x) => {
    const kernel = w.value as tf.Tensor4D;
    const shape: [number, number, number, number] = [x.shape[0]!, height, width, kernel.shape[2]];
    return tf.conv2dTranspose(x as tf.Tensor4D, kernel, shape, stride, "same");
  }, [w]);
}

/** y = x + b, per channel. */
export function bias(b: Parameter): Layer {
  return layer((x) => derivatives.addBias(x, b.value), [b]);
}

/** The parameters and running statistics of a batch normalisation. */
export interface Normalisation {
  /** γ, [c]. */
  readonly gamma: Parameter;
  /** β, [c]. */
  readonly beta: Parameter;
  /** The running mean, [c]. */
  readonly mean: Parameter;
  /** The running variance, [c]. */
  readonly variance: Parameter;
}

/** Batch normalisation per channel, of [m, h, w, c] or [m, c]; ε is PyTorch's default unless it is given. */
export function normalisation(
  { gamma, beta, mean, variance }: Normalisation,
  epsilon: number = derivatives.BATCH_NORM_EPSILON,
): Layer {
  const normalise = (x: tf.Tensor4D, { training, momentum }: Mode) => {
    const [g, b] = [gamma.value as tf.Tensor1D, beta.value as tf.Tensor1D];
    const running = [mean.value as tf.Tensor1D, variance.value as tf.Tensor1D] as const;
    if (!training) return derivatives.batchNormInference(x, g, b, epsilon, running);
    const follow = ([newMean, newVariance]: derivatives.Running) => {
      mean.set(newMean);
      variance.set(newVariance);
    };
    return derivatives.batchNorm(x, g, b, epsilon, momentum ? { running, momentum, follow } : undefined);
  };
  return layer(
    (x, mode) => {
      // Even without moving data, a reshape costs as much as a small operation.
      if (x.shape.length === 4) return normalise(x as tf.Tensor4D, mode);
      return tf.reshape(normalise(tf.reshape(x, [x.shape[0]!, 1, 1, x.shape[1]!]), mode), x.shape);
    },
    [gamma, beta],
    [mean, variance],
  );
}

/** Batch normalisation without γ and β: y = (x − μ)/√(σ² + ε). Its running statistics are `<name>.mean` and `<name>.variance`. */
export function standardisation(name: string, channels: number, epsilon: number): Layer {
  const filled = (part: string, value: number) => new Parameter(`${name}.${part}`, tf.fill([channels], value));
  const inner = normalisation({
    gamma: filled("gamma", 1),
    beta: filled("beta", 0),
    mean: filled("mean", 0),
    variance: filled("variance", 1),
  }, epsilon);
  return layer((x, mode) => inner(x, mode), [], inner.buffers);
}

/** y = x where x > 0, otherwise slope·x. */
export function leakyRelu(slope: number): Layer {
  return layer((x) => derivatives.leakyRelu(x, slope));
}

/** y = max(x, 0). */
export function relu(): Layer {
  return layer((x) => derivatives.relu(x));
}

/** y = tanh x. */
export function tanh(): Layer {
  return layer((x) => derivatives.tanh(x));
}

/** y = 1/(1 + e⁻ˣ). */
export function sigmoid(): Layer {
  return layer((x) => tf.sigmoid(x));
}

/** y = log(1 + eˣ). */
export function softplus(): Layer {
  return layer((x) => tf.softplus(x));
}

/** Dropout in training; of whole channels where the input is an image. */
export function dropout(rate: number): Layer {
  return layer((x, { training, mask }) => {
    if (rate === 0 || !training) return x;
    const [m, ...rest] = x.shape as [number, ...number[]];
    return derivatives.masked(x, mask!(rest.length === 3 ? [m, 1, 1, rest[2]!] : x.shape, rate));
  });
}

/** Reshapes the values; `shape` is that of one example. */
export function reshape(...shape: number[]): Layer {
  return layer((x) => tf.reshape(x, [x.shape[0]!, ...shape]));
}

/** Repeats the last row or column of images with an odd number of them. */
function even(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const last = x.shape[axis] - 1;
  if (last % 2 === 1) return x;
  const begin: [number, number, number, number] = [0, 0, 0, 0];
  const size = [...x.shape] as [number, number, number, number];
  [begin[axis], size[axis]] = [last, 1];
  return tf.concat([x, tf.slice(x, begin, size)], axis);
}

/**
 * The greatest of each 2 × 2 block, [m, h, w, c] to [m, ⌈h/2⌉, ⌈w/2⌉, c]; the blocks at an odd end are of one row or column.
 *
 * The gradient goes to the first of equal greatest values, in row order, as in PyTorch and TensorFlow. Ties are common: where
 * an image is black its features are all equal.
 */
export function maxPool(): Layer {
  return layer((x) => {
    const whole = even(even(x as tf.Tensor4D, 1), 2);
    const [m, h, w, c] = whole.shape;
    // A block's four values, each as an image of a quarter of the size: the tape of `tf.maximum` gives ties to its first argument.
    const halves = tf.split(tf.reshape(whole, [m * h / 2, 2, w / 2, 2 * c]), 2, 1);
    const values = halves.flatMap((half) => tf.split(half, 2, 3));
    return tf.reshape(values.reduce((a, b) => tf.maximum(a, b)), [m, h / 2, w / 2, c]);
  });
}

/**
 * Repeats every pixel as a block of 2 × 2, [m, h, w, c] to [m, 2h, 2w, c]: nearest-neighbour up-sampling.
 *
 * @param sides Height and width to cut the result to, for sides that halving rounded up; without it nothing is cut.
 */
export function upsample(sides?: readonly [height: number, width: number]): Layer {
  return layer((x) => {
    const [m, h, w, c] = (x as tf.Tensor4D).shape;
    const doubled = tf.mul(tf.reshape(x, [m * h, 1, w, 1, c]), tf.ones([1, 2, 1, 2, 1]));
    const whole = tf.reshape(doubled, [m, 2 * h, 2 * w, c]);
    if (sides === undefined || (sides[0] === 2 * h && sides[1] === 2 * w)) return whole;
    return tf.slice(whole, [0, 0, 0, 0], [m, ...sides, c]);
  });
}

/** Removes `border` pixels on each side. After a 5 × 5 convolution padded by 2, `crop(1)` makes it one padded by 1. */
export function crop(border: number): Layer {
  return layer((x) => {
    const [m, h, w, c] = (x as tf.Tensor4D).shape;
    return tf.slice(x, [0, border, border, 0], [m, h - 2 * border, w - 2 * border, c]);
  });
}
