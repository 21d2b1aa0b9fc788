/**
 * A potential Φ over images, its gradient ∇Φ, and the derivative of that in the weights.
 *
 * ```text
 * yₗ = s(zₗ),  zₗ = Wₗ yₗ₋₁ + bₗ,  y₀ = x,  Φ(x) = Σ y_L,    s = softplus, s′ = σ, s″ = σ(1 − σ)
 * gₗ = ∂Φ/∂yₗ:   g_L = 1,   gₗ₋₁ = Wₗᵀ(s′(zₗ) ⊙ gₗ),   so ∇Φ(x) = g₀
 * ```
 *
 * ⟨v, ∇Φ(x)⟩ is the derivative of Φ along v. Its own tangents ẏₗ run forwards, ẏ₀ = v, and its adjoint backwards, in which
 * gₗ is the adjoint of ẏₗ, known already:
 *
 * ```text
 * żₗ = Wₗ ẏₗ₋₁,   ẏₗ = s′(zₗ) ⊙ żₗ
 * z̄ₗ = s′(zₗ) ⊙ ȳₗ + s″(zₗ) ⊙ żₗ ⊙ gₗ,   ȳₗ₋₁ = Wₗᵀ z̄ₗ,   ȳ_L = 0
 * dWₗ = z̄ₗ yₗ₋₁ᵀ + (s′(zₗ) ⊙ gₗ) ẏₗ₋₁ᵀ,   dbₗ = Σ z̄ₗ
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | Φ(x) | `value` | [m] |
 * | ∇Φ(x) | `gradient` | as x |
 * | v | `v` | as x |
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Applied, Layer } from "../engine/pullback.ts";
import { INFERENCE } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { bias, convolution, dense, reshape, sequence } from "./layers.ts";

/** Φ at some images. */
export interface Field {
  /** Φ(x), [m]. */
  readonly value: tf.Tensor1D;
  /** ∇Φ(x), as x. */
  readonly gradient: tf.Tensor4D;
  /** The gradient of Σ ⟨v, ∇Φ(x)⟩ in the parameters, v held fixed. */
  pullback(v: tf.Tensor4D): tf.Tensor[];
}

/** Φ. */
export interface Potential {
  /** What is trained. */
  readonly parameters: readonly Parameter[];
  /** Φ at images [m, h, w, c]. */
  apply(x: tf.Tensor4D): Field;
}

/** One layer: a linear map without a shift, and the shift. */
interface Block {
  readonly linear: Layer;
  readonly shift: Layer;
}

/** A block that has been applied: its map at y, and s′ of what came out. */
interface Traced {
  readonly map: Applied;
  readonly slope: tf.Tensor;
  /** s′(z) ⊙ g. */
  dz: tf.Tensor;
}

/** Φ over blocks. */
export function potential(blocks: readonly Block[]): Potential {
  return {
    parameters: blocks.flatMap(({ linear, shift }) => [...linear.parameters, ...shift.parameters]),
    apply(x) {
      let y: tf.Tensor = x;
      const traces = blocks.map(({ linear, shift }): Traced => {
        const map = linear.apply(y, INFERENCE);
        const { y: z } = shift.apply(map.y, INFERENCE);
        y = tf.softplus(z);
        const slope = tf.sigmoid(z);
        return { map, slope, dz: slope };
      });
      let g: tf.Tensor = tf.onesLike(y);
      for (const trace of traces.toReversed()) {
        trace.dz = tf.mul(trace.slope, g);
        g = trace.map.pullback(trace.dz, { input: true }).input!;
      }
      return {
        value: tf.sum<tf.Tensor1D>(tf.reshape(y, [x.shape[0], -1]), 1),
        gradient: g as tf.Tensor4D,
        pullback: (v) => secondPullback(blocks, traces, v),
      };
    },
  };
}

function secondPullback(blocks: readonly Block[], traces: readonly Traced[], v: tf.Tensor4D): tf.Tensor[] {
  let tangent: tf.Tensor = v;
  const tangents = traces.map(({ slope }, l) => {
    const map = blocks[l]!.linear.apply(tangent, INFERENCE);
    tangent = tf.mul(slope, map.y);
    return map;
  });
  const gradients: tf.Tensor[][] = [];
  let adjoint: tf.Tensor | undefined;
  for (let l = traces.length - 1; l >= 0; l--) {
    const { map, slope, dz } = traces[l]!;
    // s″ ⊙ ż ⊙ g, with g ⊙ s′ at hand: s″ = s′(1 − s′).
    const bent = tf.mul(tf.mul(tf.sub(1, slope), dz), tangents[l]!.y);
    const zBar: tf.Tensor = adjoint === undefined ? bent : tf.add(tf.mul(slope, adjoint), bent);
    const [byValue, byTangent] = [
      map.pullback(zBar, { input: l > 0, weights: true }),
      tangents[l]!.pullback(dz, { weights: true }),
    ];
    const db = tf.sum(zBar, [...zBar.shape.keys()].slice(0, -1));
    gradients.unshift([...byValue.weights.map((dw, i) => tf.add(dw, byTangent.weights[i]!)), db]);
    adjoint = byValue.input;
  }
  return gradients.flat();
}

/** Channels of the convolutions, and values at the end. */
const [CHANNELS, FEATURES] = [[64, 128, 256], 256];

/**
 * The potential of DSEBM: three convolutions of stride 2 and 256 features, each value through softplus.
 *
 * @param shape The size of its images.
 * @param draws Draws the weights, by the law of Glorot and Bengio (2010).
 * @returns Φ.
 */
export function energyFor(shape: ImageShape, draws: Stream): Potential {
  const uniform = (name: string, inputs: number, outputs: number, ...of: number[]) => {
    const bound = Math.sqrt(6 / (inputs + outputs));
    const values = draws.uniforms(of.reduce((a, b) => a * b)).map((u) => bound * (2 * u - 1));
    return new Parameter(`energy.${name}.weight`, tf.tensor(values, of));
  };
  const shift = (name: string, width: number) => bias(new Parameter(`energy.${name}.bias`, tf.zeros([width])));
  let [height, width, from] = [shape.height, shape.width, shape.channels];
  const blocks: Block[] = CHANNELS.map((to, i) => {
    const linear = convolution(uniform(`conv${i + 1}`, 9 * from, 9 * to, 3, 3, from, to), 2);
    [height, width, from] = [Math.ceil(height / 2), Math.ceil(width / 2), to];
    return { linear, shift: shift(`conv${i + 1}`, to) };
  });
  const values = height * width * from;
  const features = dense(uniform("features", values, FEATURES, values, FEATURES));
  return potential([...blocks, { linear: sequence(reshape(values), features), shift: shift("features", FEATURES) }]);
}
