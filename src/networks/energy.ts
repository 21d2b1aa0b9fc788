/**
 * The energy of DSEBM, its gradient in the image, and the gradient of that in the weights.
 *
 * ```text
 * E(x)  = ½‖x − b′‖² − g(x),   g(x) = Σⱼ hⱼ(x)
 * f(x)  = x − ∇E(x) = b′ + ∇g(x)
 *
 * hₗ    = s(aₗ),  aₗ = Wₗhₗ₋₁ + cₗ,  h₀ = x          s(a) = log(1 + eᵃ), s′ = σ, s″ = σ(1 − σ)
 * vₗ    = uₗ·σ(aₗ),  uₗ₋₁ = Wₗᵀvₗ,  u of the top = 1       u₀ = ∇g(x)
 *
 * 28²·1 → 14²·64 → 7²·128 → 4²·256 → 256       32²·3 → 16²·64 → 8²·128 → 4²·256 → 256
 * ```
 *
 * The second derivative needs no tape within a tape. A loss of f reaches the weights through t₀ = ∂L/∂f:
 *
 * ```text
 * ∂L/∂W = ∂⟨t₀, ∇g(x)⟩/∂W = ∂(derivative of g at x in the direction t₀)/∂W,   t₀ held fixed
 * tₗ    = σ(aₗ)·pₗ,  pₗ = Wₗtₗ₋₁
 * ```
 *
 * and that derivative is one more pass upwards. Pulled back, it meets the vₗ, which are known, at every pₗ.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Applied, Layer } from "../engine/pullback.ts";
import { INFERENCE } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { glorotMaker } from "./glorot.ts";
import { convolution, dense, reshape, sequence } from "./layers.ts";
import { checkSides } from "./strided.ts";

/** The number of hⱼ. */
const UNITS = 256;

/** A reconstruction, and the way back from it. */
export interface Rebuilt {
  /** f(x), [m, h, w, c]. */
  readonly y: tf.Tensor4D;
  /** From dL/df to the gradients of the parameters, in their order. */
  pullback(dy: tf.Tensor4D): tf.Tensor[];
}

/** E and f. */
export interface EnergyNetwork {
  /** b′, then W and c of each layer from below. */
  readonly parameters: readonly Parameter[];
  /** E of each image, [m]. */
  energy(x: tf.Tensor4D): tf.Tensor1D;
  /** f(x) = x − ∇E(x). */
  rebuild(x: tf.Tensor4D): Rebuilt;
}

/** A layer at some x: hₗ, σ(aₗ), and the pull-back of Wₗ. */
interface Passed {
  readonly h: tf.Tensor;
  readonly slope: tf.Tensor;
  readonly pullback: Applied["pullback"];
}

/**
 * The network, freshly initialised: Glorot's uniform law, b′ and c zero.
 *
 * @param shape The images' size; three halvings of each side must give 4.
 * @param channels Channels after the first convolution; the next two have twice and four times as many.
 * @param draws Draws the weights.
 * @returns The network.
 * @throws {RangeError} If the images have another size.
 *
 * @example At first b′ is 0, so the energy of an image of zeros is −256·log 2
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { stream } from "../engine/random.ts";
 *
 * const network = energyNetwork({ height: 28, width: 28, channels: 1 }, 4, stream(0, "init"));
 * for (const { name, value } of network.parameters) if (/dense.weight/.test(name)) value.dataSync().fill(0);
 * const [energy] = network.energy(tf.zeros([1, 28, 28, 1])).dataSync();
 * assertAlmostEquals(energy!, -256 * Math.LN2, 1e-3);
 * ```
 */
export function energyNetwork(shape: ImageShape, channels: number, draws: Stream): EnergyNetwork {
  const { height, width, channels: colours } = shape;
  checkSides(shape);
  const { weight, bias } = glorotMaker("energy", draws);
  const prior = new Parameter("energy.prior", tf.zeros([height, width, colours]));
  const widths = [colours, channels, 2 * channels, 4 * channels];
  const flat = 16 * widths[3]!;
  const linears: Layer[] = [
    ...[1, 2, 3].map((i) => convolution(weight(`conv${i}`, 3, 3, widths[i - 1]!, widths[i]!), 2)),
    sequence(reshape(flat), dense(weight("dense", flat, UNITS))),
  ];
  const biases = [...[1, 2, 3].map((i) => bias(`conv${i}`, widths[i]!)), bias("dense", UNITS)];

  const ascend = (x: tf.Tensor): Passed[] => {
    let h = x;
    return linears.map((linear, l) => {
      const { y, pullback } = linear.apply(h, INFERENCE);
      const a = tf.add(y, biases[l]!.value);
      h = tf.softplus(a);
      return { h, slope: tf.sigmoid(a), pullback };
    });
  };

  return {
    parameters: [prior, ...linears.flatMap(({ parameters }, l) => [...parameters, biases[l]!])],
    energy(x) {
      const distance = tf.sum<tf.Tensor1D>(tf.squaredDifference(x, prior.value), [1, 2, 3]);
      return tf.sub(tf.div(distance, 2), tf.sum(ascend(x).at(-1)!.h, 1));
    },
    rebuild(x) {
      const passed = ascend(x);
      const v: tf.Tensor[] = [];
      const u = passed.reduceRight<tf.Tensor>((u, { slope, pullback }) => {
        v.unshift(tf.mul(u, slope));
        return pullback(v[0]!, { input: true }).input!;
      }, tf.onesLike(passed.at(-1)!.h));
      return {
        y: tf.add(u, prior.value),
        pullback(dy) {
          let t: tf.Tensor = dy;
          const tangents = linears.map((linear, l) => {
            const p = linear.apply(t, INFERENCE);
            t = tf.mul(p.y, passed[l]!.slope);
            return p;
          });
          const gradients: tf.Tensor[] = [];
          let dh: tf.Tensor | undefined;
          for (let l = linears.length - 1; l >= 0; l--) {
            const { slope, pullback } = passed[l]!;
            const p = tangents[l]!;
            const curved = tf.mul(tf.mul(v[l]!, p.y), tf.sub(1, slope));
            const da = dh ? tf.add(curved, tf.mul(dh, slope)) : curved;
            const ofValue = pullback(da, { input: l > 0, weights: true });
            const ofTangent = p.pullback(v[l]!, { weights: true });
            dh = ofValue.input;
            gradients.unshift(
              tf.add(ofValue.weights[0]!, ofTangent.weights[0]!),
              tf.sum(da, [...da.shape.keys()].slice(0, -1)),
            );
          }
          return [tf.sum(dy, 0), ...gradients];
        },
      };
    },
  };
}
