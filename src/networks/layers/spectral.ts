/**
 * Spectral normalisation (Miyato et al., 2018): a layer's weights W divided by their largest singular value σ.
 *
 * ```text
 * v = W·u / |W·u|,   u ← Wᵀ·v / |Wᵀ·v|,   σ = vᵀ·W·u          one step of power iteration; u and v are taken as constants
 * ```
 *
 * W is the weights as a matrix, all inputs of an output by the outputs. A layer without bias is linear in its weights, so its
 * output is divided instead of its weights, and the layer itself is unchanged.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { withoutGradient } from "../../engine/descend.ts";
import type { Layer } from "../../engine/layer.ts";
import { Parameter } from "../../engine/parameter.ts";
import type { Rng } from "../../engine/random.ts";
import type { Maker } from "./init.ts";
import { maker } from "./init.ts";

function unit(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul<tf.Tensor2D>(x, tf.rsqrt(tf.add(tf.sum(tf.square(x)), 1e-24)));
}

/**
 * A layer with its weights spectrally normalised.
 *
 * @param layer A `dense` without bias, or a `convolution`.
 * @param u The estimate of W's leading right singular vector, [1, out]; each application in training refines it by one step.
 * @returns The layer.
 */
export function spectral(layer: Layer, u: Parameter): Layer {
  const [weight] = layer.parameters as [Parameter];
  return Object.assign((...[x, mode]: Parameters<Layer>) => {
    const W = tf.reshape<tf.Rank.R2>(weight.value, [-1, weight.value.shape.at(-1)!]);
    const before = u.value as tf.Tensor2D;
    const v = withoutGradient(() => unit(tf.matMul(before, W, false, true)));
    const back = tf.matMul<tf.Tensor2D>(v, W);
    if (!mode.training) return tf.div(layer(x, mode), tf.sum(tf.mul(back, withoutGradient(() => unit(before)))));
    // With the u computed in this step, vᵀ·W·u is the length of vᵀ·W, in value and in derivative.
    const sigma = tf.sqrt(tf.sum(tf.square(back)));
    u.set(withoutGradient(() => tf.div(back, sigma)));
    return tf.div(layer(x, mode), sigma);
  }, { parameters: layer.parameters, buffers: [u] });
}

/** Makes the parameters of a network some of whose layers are spectrally normalised. */
export interface SpectralMaker extends Maker {
  /** The layer that `of` makes of its weights, normalised; u starts as N(0, 1). */
  normalised(name: string, of: (w: Parameter) => Layer, ...shape: number[]): Layer;
}

/** Creates such a maker. */
export function spectralMaker(network: string, rng: Rng): SpectralMaker {
  const make = maker(network, rng);
  return {
    ...make,
    normalised(name, of, ...shape) {
      const weight = make.weight(name, ...shape);
      const out = shape.at(-1)!;
      return spectral(of(weight), new Parameter(`${network}.${name}.u`, tf.tensor2d(rng.normals(out), [1, out])));
    },
  };
}
