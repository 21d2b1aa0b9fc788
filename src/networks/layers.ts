/**
 * Layers with their derivatives: a forward pass returns its value and the pull-back of a gradient through it.
 *
 * The pull-back is asked for what is wanted, the gradient of the input or of the weights, and can be asked more than once:
 * Algorithm 1 sends one part of a gradient to the generator's weights alone and another part on to the memory, after one
 * forward pass.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { convolve, convolveAdjoint, convolveKernelGrad } from "../engine/convolution.ts";
import type { Shape4 } from "../engine/convolution.ts";
import { BATCH_NORM_EPSILON, batchNorm, batchNormInference, leakyReluGrad, reluGrad, tanhGrad } from "../engine/ops.ts";
import type { Running } from "../engine/ops.ts";
import type { Parameter } from "../engine/parameter.ts";
import type { Applied, Gradients, Layer } from "../engine/pullback.ts";

function weightless(apply: Layer["apply"]): Layer {
  return { parameters: [], buffers: [], apply };
}

/** The pull-back of a layer without weights: none of its work is done unless dL/dx is wanted. */
function toInput(gradient: (dy: tf.Tensor) => tf.Tensor): Applied["pullback"] {
  return (dy, want) => want.input ? { input: gradient(dy), weights: [] } : { weights: [] };
}

/** One layer after another. */
export function sequence(...layers: Layer[]): Layer {
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    buffers: layers.flatMap((layer) => layer.buffers),
    apply(x, mode) {
      const applied: Applied[] = [];
      let y = x;
      for (const layer of layers) {
        const next = layer.apply(y, mode);
        applied.push(next);
        y = next.y;
      }
      // Below this layer nobody has weights, so there a gradient is only wanted for the input.
      const first = layers.findIndex((layer) => layer.parameters.length > 0);
      return {
        y,
        pullback(dy, want) {
          const weights: tf.Tensor[][] = [];
          let gradient = dy;
          const last = want.input ? 0 : first;
          for (let i = layers.length - 1; i >= last; i--) {
            const got = applied[i]!.pullback(gradient, { ...want, input: i > last || want.input === true });
            weights.unshift(got.weights);
            if (got.input) gradient = got.input;
          }
          return { ...(want.input ? { input: gradient } : {}), weights: weights.flat() };
        },
      };
    },
  };
}

/** y = x·w + b. `w` is [in, out]; `b`, where there is one, [out]. */
export function dense(w: Parameter, b?: Parameter): Layer {
  return {
    parameters: b ? [w, b] : [w],
    buffers: [],
    apply(x, _mode) {
      const weights = w.value as tf.Tensor2D;
      const product = tf.matMul(x as tf.Tensor2D, weights);
      return {
        y: b ? tf.add(product, b.value) : product,
        pullback(dy, want) {
          const out: Gradients = { weights: [] };
          if (want.input) out.input = tf.matMul(dy as tf.Tensor2D, weights, false, true);
          if (want.weights) {
            out.weights.push(tf.matMul(x as tf.Tensor2D, dy as tf.Tensor2D, true, false));
            if (b) out.weights.push(tf.sum(dy, 0));
          }
          return out;
        },
      };
    },
  };
}

/** y = x ∗ w at a stride, [m, h, w, in] to [m, h/stride, w/stride, out]. `w` is [k, k, in, out]. */
export function convolution(w: Parameter, stride: number): Layer {
  return {
    parameters: [w],
    buffers: [],
    apply(input, _mode) {
      const x = input as tf.Tensor4D;
      const kernel = w.value as tf.Tensor4D;
      return {
        y: convolve(x, kernel, stride),
        pullback(dy, want) {
          const d = dy as tf.Tensor4D;
          return {
            ...(want.input ? { input: convolveAdjoint(d, kernel, stride, x.shape) } : {}),
            weights: want.weights ? [convolveKernelGrad(x, d, stride, kernel.shape)] : [],
          };
        },
      };
    },
  };
}

/** The transpose of a convolution, [m, h, w, in] to [m, height, width, out]. `w` is [k, k, out, in]. */
export function transposedConvolution(w: Parameter, stride: number, height: number, width: number): Layer {
  return {
    parameters: [w],
    buffers: [],
    apply(input, _mode) {
      const x = input as tf.Tensor4D;
      const kernel = w.value as tf.Tensor4D;
      const shape: Shape4 = [x.shape[0], height, width, kernel.shape[2]];
      return {
        y: convolveAdjoint(x, kernel, stride, shape),
        pullback(dy, want) {
          const d = dy as tf.Tensor4D;
          return {
            ...(want.input ? { input: convolve(d, kernel, stride) } : {}),
            weights: want.weights ? [convolveKernelGrad(d, x, stride, kernel.shape)] : [],
          };
        },
      };
    },
  };
}

/** y = x + b, a channel at a time. */
export function bias(b: Parameter): Layer {
  return {
    parameters: [b],
    buffers: [],
    apply: (x, _mode) => ({
      y: tf.add(x, b.value),
      pullback: (dy, want) => ({
        ...(want.input ? { input: dy } : {}),
        weights: want.weights ? [tf.sum(dy, [...dy.shape.keys()].slice(0, -1))] : [],
      }),
    }),
  };
}

/** In another shape, if it is another: even where nothing moves, an operation costs as much as a small one. */
function shaped<R extends tf.Rank>(x: tf.Tensor, shape: readonly number[]): tf.Tensor<R> {
  return x.shape.length === shape.length ? x as tf.Tensor<R> : tf.reshape<R>(x, [...shape] as tf.ShapeMap[R]);
}

/** Batch normalisation a channel at a time, of [m, h, w, c] or [m, c]. */
export function normalisation(gamma: Parameter, beta: Parameter, mean: Parameter, variance: Parameter): Layer {
  return {
    parameters: [gamma, beta],
    buffers: [mean, variance],
    apply(input, mode) {
      const shape = input.shape;
      const channels = shape[shape.length - 1]!;
      const x = shaped<tf.Rank.R4>(input, shape.length === 4 ? shape : [shape[0]!, 1, 1, channels]);
      const [g, b] = [gamma.value as tf.Tensor1D, beta.value as tf.Tensor1D];
      const running: Running = [mean.value as tf.Tensor1D, variance.value as tf.Tensor1D];
      if (!mode.training) {
        const y = batchNormInference(x, g, b, ...running);
        return {
          y: shaped(y, shape),
          pullback(dy, want) {
            if (want.weights) {
              throw new Error("Cannot find the weights' gradient of batch normalisation in inference mode: train it");
            }
            const scale = tf.mul(g, tf.rsqrt(tf.add(running[1], BATCH_NORM_EPSILON)));
            return { ...(want.input ? { input: tf.mul(dy, scale) } : {}), weights: [] };
          },
        };
      }
      const normalised = batchNorm(x, g, b, mode.track ? { running, share: mode.track } : undefined);
      if (normalised.running) {
        mean.set(normalised.running[0]);
        variance.set(normalised.running[1]);
      }
      return {
        y: shaped(normalised.y, shape),
        pullback(dy, want) {
          const [dx, dgamma, dbeta] = normalised.pullback(shaped<tf.Rank.R4>(dy, x.shape));
          return {
            ...(want.input ? { input: shaped(dx, shape) } : {}),
            weights: want.weights ? [dgamma, dbeta] : [],
          };
        },
      };
    },
  };
}

/** y = x where x > 0, else slope·x. */
export function leakyRelu(slope: number): Layer {
  return weightless((x, _mode) => ({
    y: tf.leakyRelu(x, slope),
    pullback: toInput((dy) => leakyReluGrad(dy, x, slope)),
  }));
}

/** y = max(x, 0). */
export function relu(): Layer {
  return weightless((x, _mode) => {
    const y = tf.relu(x);
    return { y, pullback: toInput((dy) => reluGrad(dy, y)) };
  });
}

/** y = tanh x. */
export function tanh(): Layer {
  return weightless((x, _mode) => {
    const y = tf.tanh(x);
    return { y, pullback: toInput((dy) => tanhGrad(dy, y)) };
  });
}

/** Dropout in training; of whole channels where the input is an image. */
export function dropout(rate: number): Layer {
  return weightless((x, mode) => {
    if (rate === 0 || !mode.training) return { y: x, pullback: toInput((dy) => dy) };
    const [m, ...rest] = x.shape as [number, ...number[]];
    const mask = mode.mask!(rest.length === 3 ? [m, 1, 1, rest[2]!] : x.shape, rate);
    return { y: tf.mul(x, mask), pullback: toInput((dy) => tf.mul(dy, mask)) };
  });
}

/** Another shape of the same values; `shape` is an example's. */
export function reshape(...shape: number[]): Layer {
  return weightless((x, _mode) => ({
    y: tf.reshape(x, [x.shape[0]!, ...shape]),
    pullback: toInput((dy) => tf.reshape(dy, x.shape)),
  }));
}
