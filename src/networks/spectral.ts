/**
 * Spectral normalisation (Miyato et al., 2018): a layer's weights W divided by their largest singular value σ.
 *
 * ```text
 * v = W·u / |W·u|,   u ← Wᵀ·v / |Wᵀ·v|,   σ = vᵀ·W·u          one step of power iteration
 * dL/dW = (dL/dW̄ − ⟨dL/dW̄, W̄⟩·v·uᵀ) / σ,   W̄ = W/σ          u and v are taken as constants
 * ```
 *
 * W is the weights as a matrix, all that leads to an output by the outputs. A layer without bias is linear in its weights, so its
 * values are divided, not the weights, and the layer stays what it was.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Parameter } from "../engine/parameter.ts";
import type { Layer } from "../engine/pullback.ts";

function unit(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul<tf.Tensor2D>(x, tf.rsqrt(tf.add(tf.sum(tf.square(x)), 1e-24)));
}

/**
 * A layer with its weights spectrally normalised.
 *
 * @param layer A `dense` without bias, or a `convolution`.
 * @param u The estimate of W's leading right singular vector, [1, out]; each application in training refines it by a step.
 * @returns The layer.
 */
export function spectral(layer: Layer, u: Parameter): Layer {
  return {
    parameters: layer.parameters,
    buffers: [u],
    apply(x, mode) {
      const weight = layer.parameters[0]!.value;
      const w = tf.reshape<tf.Rank.R2>(weight, [-1, weight.shape.at(-1)!]);
      const before = u.value as tf.Tensor2D;
      const v = unit(tf.matMul(before, w, false, true));
      const back = tf.matMul<tf.Tensor2D>(v, w);
      const after = unit(mode.training ? back : before);
      // A clone: the next application replaces it, and this one's pull-back still needs its own.
      if (mode.training) u.set(tf.clone(after));
      const sigma = tf.sum(tf.mul(back, after));
      const linear = layer.apply(x, mode);
      return {
        y: tf.div(linear.y, sigma),
        pullback(dy, want) {
          const got = linear.pullback(tf.div(dy, sigma), want);
          if (!want.weights) return got;
          // What comes back is dL/dW̄ over σ.
          const direct = got.weights[0]!;
          const through = tf.div(tf.sum(tf.mul(direct, weight)), sigma);
          const outer = tf.reshape(tf.matMul(v, after, true, false), weight.shape);
          return { ...got, weights: [tf.sub(direct, tf.mul(outer, through))] };
        },
      };
    },
  };
}
