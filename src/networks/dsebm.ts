/**
 * The energy of DSEBM and its gradient with respect to the image.
 *
 * ```text
 * E(x)  = ½‖x − b′‖² − g(x),   g(x) = Σⱼ hⱼ(x)
 * f(x)  = x − ∇E(x) = b′ + ∇g(x)
 *
 * hₗ    = log(1 + e^aₗ),  aₗ = Wₗhₗ₋₁ + cₗ,  h₀ = x
 *
 * 28²·1 → 14²·64 → 7²·128 → 4²·256 → 256       32²·3 → 16²·64 → 8²·128 → 4²·256 → 256
 * ```
 *
 * A loss of f contains a derivative, so its gradient contains a second one: ∇g is computed by a tape inside the tape of the
 * loss.
 *
 * @module
 */

import "../engine/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import type { Encoder, Layer } from "../engine/layer.ts";
import { INFERENCE } from "../engine/layer.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Rng } from "../engine/random.ts";
import { glorotMaker } from "./layers/glorot.ts";
import { bias, convolution, dense, reshape, sequence, softplus } from "./layers/layers.ts";
import { stages } from "./strided.ts";

/** The number of hⱼ. */
const UNITS = 256;

/** E and f. */
export interface EnergyNetwork {
  /** b′, then W and c of each layer, from the image on. */
  readonly parameters: readonly Parameter[];
  /** E of each image, [m]. */
  energy(x: tf.Tensor4D): tf.Tensor1D;
  /** f(x) = x − ∇E(x). */
  rebuild(x: tf.Tensor4D): tf.Tensor4D;
}

/**
 * The network, freshly initialised: Glorot's uniform distribution, b′ and c zero.
 *
 * @param shape The images' size; each side 16 to 256, 1 or 3 channels.
 * @param channels Channels after the first convolution; the next has twice, all others four times as many.
 * @param rng Draws the weights.
 * @returns The network.
 * @throws {RangeError} If there are no networks for such images.
 *
 * @example At first b′ is 0, so the energy of an image of zeros is −256·log 2
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { seededRng } from "../engine/random.ts";
 *
 * const network = energyNetwork({ height: 28, width: 28, channels: 1 }, 4, seededRng(0, "init"));
 * for (const { name, value } of network.parameters) if (/dense.weight/.test(name)) value.dataSync().fill(0);
 * const [energy] = network.energy(tf.zeros([1, 28, 28, 1])).dataSync();
 * assertAlmostEquals(energy!, -256 * Math.LN2, 1e-3);
 * ```
 */
export function energyNetwork(shape: ImageShape, channels: number, rng: Rng): EnergyNetwork {
  const { height, width, channels: colours } = shape;
  const { widths, flat } = stages(shape, channels);
  const { weight, bias: zeros } = glorotMaker("energy", rng);
  const prior = new Parameter("energy.prior", tf.zeros([height, width, colours]));
  const conv = (i: number): Layer[] => [
    convolution(weight(`conv${i}`, 3, 3, widths[i - 1]!, widths[i]!), 2),
    bias(zeros(`conv${i}`, widths[i]!)),
    softplus(),
  ];
  const h: Encoder = sequence(
    ...widths.slice(1).flatMap((_, i) => conv(i + 1)),
    reshape(flat),
    dense(weight("dense", flat, UNITS), zeros("dense", UNITS)),
    softplus(),
  );
  const g = (x: tf.Tensor) => tf.sum<tf.Tensor1D>(h(x, INFERENCE), 1);
  return {
    parameters: [prior, ...h.parameters],
    energy: (x) => tf.sub(tf.div(tf.sum<tf.Tensor1D>(tf.squaredDifference(x, prior.value), [1, 2, 3]), 2), g(x)),
    // No image affects the g of another, so the gradient of the sum over the batch gives each image's own.
    rebuild: (x) => tf.add(tf.grad(g)(x), prior.value),
  };
}
