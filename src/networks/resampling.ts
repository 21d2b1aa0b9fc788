/**
 * Layers of the autoencoders: pooling, up-sampling, cropping, the logistic function, and normalisation without weights.
 *
 * Written in the style of `layers.ts`: a forward pass and the pull-back of a gradient through it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { BATCH_NORM_EPSILON } from "../engine/ops.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Layer } from "../engine/pullback.ts";
import { normalisation } from "./layers.ts";

/** A layer without weights, from its value and dL/dx as a function of dL/dy. */
function weightless(apply: (x: tf.Tensor4D) => { y: tf.Tensor; gradient: (dy: tf.Tensor4D) => tf.Tensor }): Layer {
  return {
    parameters: [],
    buffers: [],
    apply(x) {
      const { y, gradient } = apply(x as tf.Tensor4D);
      return {
        y,
        pullback: (dy, want) => ({ ...(want.input ? { input: gradient(dy as tf.Tensor4D) } : {}), weights: [] }),
      };
    },
  };
}

/**
 * The greatest of each 2 × 2 block, [m, h, w, c] to [m, h/2, w/2, c]; h and w even.
 *
 * A gradient goes to the first of equal greatest values, row by row, as in PyTorch and TensorFlow. Ties are the rule, not
 * the exception: where an image is black its features are all the same.
 */
export function maxPool(): Layer {
  return weightless((x) => {
    const [m, h, w, c] = x.shape;
    // A block's four values, each as an image of a quarter of the size.
    const halves = tf.split(tf.reshape(x, [m * h / 2, 2, w / 2, 2 * c]), 2, 1);
    const values = halves.flatMap((half) => tf.split(half, 2, 3)) as tf.Tensor4D[];
    const top = values.reduce((a, b) => tf.maximum(a, b));
    return {
      y: tf.reshape(top, [m, h / 2, w / 2, c]),
      gradient(dy) {
        let rest: tf.Tensor = tf.reshape(dy, top.shape);
        const parts = values.map((value) => {
          const part = tf.where(tf.equal(value, top), rest, tf.zerosLike(rest));
          rest = tf.sub(rest, part);
          return part;
        });
        const rows = [tf.concat(parts.slice(0, 2), 3), tf.concat(parts.slice(2), 3)];
        return tf.reshape(tf.concat(rows, 1), x.shape);
      },
    };
  });
}

/** Every pixel as a block of 2 × 2, [m, h, w, c] to [m, 2h, 2w, c]: nearest-neighbour up-sampling. */
export function upsample(): Layer {
  return weightless((x) => ({
    y: tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
    gradient: (dy) => tf.mul(tf.avgPool(dy, 2, 2, "valid"), 4),
  }));
}

/** Without `border` pixels on each side. After a 5 × 5 convolution padded by 2, `crop(1)` makes it one padded by 1. */
export function crop(border: number): Layer {
  return weightless((x) => {
    const [m, h, w, c] = x.shape;
    const edge: [number, number] = [border, border];
    return {
      y: tf.slice(x, [0, border, border, 0], [m, h - 2 * border, w - 2 * border, c]),
      gradient: (dy) => tf.pad(dy, [[0, 0], edge, edge, [0, 0]]),
    };
  });
}

/** y = 1/(1 + e⁻ˣ). */
export function sigmoid(): Layer {
  return weightless((x) => {
    const y = tf.sigmoid(x);
    return { y, gradient: (dy) => tf.mul(dy, tf.mul(y, tf.sub(1, y))) };
  });
}

/**
 * Batch normalisation without γ and β, and with an ε of its own: y = (x − μ)/√(σ² + ε).
 *
 * The engine's ε₀ is fixed, so x is scaled by s = √(ε₀/ε) first: (sx − sμ)/√(s²σ² + ε₀) is the same. The running statistics
 * are those of sx, and start as those of x with the mean 0 and the variance 1.
 *
 * @param name Its running statistics are `<name>.mean` and `<name>.variance`.
 * @param channels c, the length of the last axis.
 * @param epsilon ε.
 */
export function standardisation(name: string, channels: number, epsilon: number): Layer {
  const scale = Math.sqrt(BATCH_NORM_EPSILON / epsilon);
  const filled = (part: string, value: number) => new Parameter(`${name}.${part}`, tf.fill([channels], value));
  const inner = normalisation(filled("gamma", 1), filled("beta", 0), filled("mean", 0), filled("variance", scale ** 2));
  return {
    parameters: [],
    buffers: inner.buffers,
    apply(x, mode) {
      const { y, pullback } = inner.apply(tf.mul(x, scale), mode);
      return {
        y,
        pullback: (dy, want) =>
          want.input ? { input: tf.mul(pullback(dy, want).input!, scale), weights: [] } : { weights: [] },
      };
    },
  };
}
