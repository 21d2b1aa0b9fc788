/**
 * `memae`: an autoencoder that decodes not the code itself but its reading from a memory of normal codes; its error is the
 * score.
 *
 * ```text
 * L    = MSE(x, x̂) + γ·H(ŵ),   x̂ = D(ẑ),   ẑ = ŵM,   ŵ from z = E(x)
 * A(x) = ‖x − x̂‖²
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, h, w, c] |
 * | z, ẑ | `z`, `value` | [m, 1024] |
 * | M | `memory` | [n, 1024] |
 * | ŵ | `weights` | [m, n], see `addressing.ts` |
 * | γ | `entropyWeight` | a number |
 *
 * ```text
 * 28²·1   E  conv 1×1 → 14²·16 → 7²·32 → 4²·64                  D  4²·64 → 7²·64 → 14²·32 → 28²·1
 * 32²·3   E  16²·64 → 8²·128 → 4²·128 → 2²·256                  D  2²·256 → 4²·256 → 8²·128 → 16²·128 → 32²·3
 * others  E  ·16 → ·32 → ·64 → ·64 … 4²·64                      D  the same from right to left
 * ```
 *
 * Every convolution has stride 2 and kernel 3, except the first on MNIST; batch normalisation and a ReLU follow each but the
 * last, which has a bias and unbounded output. The source does not give the padding; here it is "same".
 *
 * Source: "Memorizing Normality to Detect Anomaly" (Gong et al., ICCV 2019); networks as its public third-party
 * re-implementations cite them, memory and loss read from the authors' public code, which is for video.
 *
 * Pitfalls: the paper addresses by the cosine, the authors' code by the inner product. Cosines are at most 1, so their softmax
 * over many units is nearly flat and the threshold selects all or none; the inner product is used here. MSE is the mean over
 * pixels, and γ is relative to it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isOf } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend } from "../engine/descend.ts";
import type { Encoder, Generator } from "../engine/layer.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { Parameter } from "../engine/parameter.ts";
import { seededRng } from "../engine/random.ts";
import type { Rng } from "../engine/random.ts";
import { halvings, widening } from "../networks/halvings.ts";
import { address, entropy } from "../networks/layers/sparse_addressing.ts";
import { maker } from "../networks/layers/init.ts";
import { bias, convolution, relu, reshape, sequence, transposedConvolution } from "../networks/layers/layers.ts";
import type { Schedule } from "./training/autoencoding.ts";
import { scheduled, squaredErrors, TRAINING } from "./training/autoencoding.ts";
import type { MemoryDetector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { MEMAE_SCHEMA } from "./recipes/baselines.ts";
import { decodeRows, forBatches } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** How MEMAE is trained. */
export interface MemaeRecipe extends Omit<Schedule, "dropAfter"> {
  /** n, memory units. */
  readonly units: number;
  /** λ, the smallest weight of a unit that is read, in units of 1/n. */
  readonly threshold: number;
  /** γ, the weight of the entropy. */
  readonly entropyWeight: number;
}

/** The networks around the memory, and the memory. */
export interface MemaeNetworks {
  /** E: images, [m, h, w, c], to codes, [m, d]; d is 1024 on both data sets. */
  readonly encoder: Encoder;
  /** D: readings, [m, d], to images. */
  readonly decoder: Generator;
  /** M, [n, d]. */
  readonly memory: Parameter;
}

/** Sides and channels of the images between convolutions: from the image to the code, and back. */
type Stages = readonly (readonly [height: number, width: number, channels: number])[];

function encoderOf(stages: Stages, firstKernel: number, rng: Rng): Encoder {
  const e = maker("encoder", rng);
  const layers = stages.slice(1).flatMap(([, , channels], i) => {
    const kernel = i === 0 ? firstKernel : 3;
    const weight = e.weight(`conv${i + 1}`, kernel, kernel, stages[i]![2], channels);
    return [convolution(weight, 2), e.norm(`norm${i + 1}`, channels), relu()];
  });
  return sequence(...layers, reshape(values(stages.at(-1)!)));
}

function decoderOf(stages: Stages, rng: Rng): Generator {
  const d = maker("decoder", rng);
  const [first, ...rest] = stages;
  const layers = rest.flatMap(([height, width, channels], i) => {
    const weight = d.weight(`conv${i + 1}`, 3, 3, channels, stages[i]![2]);
    const up = transposedConvolution(weight, 2, height, width);
    return i === rest.length - 1
      ? [up, bias(d.bias(`conv${i + 1}`, channels))]
      : [up, d.norm(`norm${i + 1}`, channels), relu()];
  });
  return sequence(reshape(...first!), ...layers);
}

const values = ([height, width, channels]: Stages[number]) => height * width * channels;

/** The sizes of MEMAE's networks. */
interface Sizes {
  readonly firstKernel: number;
  readonly down: Stages;
  readonly up: Stages;
}

const MNIST: Sizes = {
  firstKernel: 1,
  down: [[28, 28, 1], [14, 14, 16], [7, 7, 32], [4, 4, 64]],
  up: [[4, 4, 64], [7, 7, 64], [14, 14, 32], [28, 28, 1]],
};

const CIFAR10: Sizes = {
  firstKernel: 3,
  down: [[32, 32, 3], [16, 16, 64], [8, 8, 128], [4, 4, 128], [2, 2, 256]],
  up: [[2, 2, 256], [4, 4, 256], [8, 8, 128], [16, 16, 128], [32, 32, 3]],
};

/** For images of any other size: 16, 32, 64, 64, … channels down to 4 × 4, and the same back. */
function sizesOf(shape: ImageShape): Sizes {
  if (isOf(shape, "mnist")) return MNIST;
  if (isOf(shape, "cifar10")) return CIFAR10;
  const { sides } = halvings(shape, "MEMAE's networks");
  const channels = widening(shape.channels, 16, sides.length - 1);
  const down = sides.map((side, i) => [...side, channels[i]!] as const);
  return { firstKernel: 3, down, up: down.toReversed() };
}

/**
 * The networks and the memory for images of a size, freshly initialised.
 *
 * @param shape The size: each side 16 to 256, 1 or 3 channels.
 * @param units n.
 * @param rng Draws weights, then the memory.
 * @returns E, D and M.
 * @throws {RangeError} If there are none for such images.
 */
export function memaeNetworks(shape: ImageShape, units: number, rng: Rng): MemaeNetworks {
  const { firstKernel, down, up } = sizesOf(shape);
  const [encoder, decoder] = [encoderOf(down, firstKernel, rng), decoderOf(up, rng)];
  const width = values(down.at(-1)!);
  const start = rng.uniforms(units * width).map((u) => (2 * u - 1) / Math.sqrt(width));
  return { encoder, decoder, memory: new Parameter("memory", tf.tensor2d(start, [units, width])) };
}

/**
 * One step down the gradient of L.
 *
 * @param x Images, [m, h, w, c].
 * @param networks E, D and M; E and D in training mode: their running statistics follow.
 * @param optimiser Adam over the weights of E, then of D, then M.
 * @param recipe λ·n and γ.
 * @returns MSE and H, [2].
 */
export function memaeStep(
  x: tf.Tensor4D,
  { encoder, decoder, memory }: MemaeNetworks,
  optimiser: Optimiser,
  { threshold, units, entropyWeight }: MemaeRecipe,
): tf.Tensor1D {
  return descend(() => {
    const z = encoder(x, TRAINING);
    const { value, weights } = address(z, memory.value as tf.Tensor2D, threshold / units);
    const mse = tf.mean<tf.Scalar>(tf.squaredDifference(x, decoder(value, TRAINING)));
    const spread = entropy(weights);
    return { loss: tf.add(mse, tf.mul(spread, entropyWeight)), terms: [mse, spread] };
  }, optimiser);
}

/**
 * MEMAE, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images.
 */
export function createMemae(recipe: MemaeRecipe, seed: number, shape: ImageShape): MemoryDetector {
  return guarded("memae", { schema: MEMAE_SCHEMA, recipe, seed, shape }, (recipe, use) => {
    const networks = memaeNetworks(shape, recipe.units, seededRng(seed, "init"));
    const { encoder, decoder, memory } = networks;
    const all = [...allOf(encoder, decoder), memory];
    const rebuild = (x: tf.Tensor4D) => {
      const { value } = address(encoder(x, INFERENCE), memory.value as tf.Tensor2D, recipe.threshold / recipe.units);
      return decoder(value, INFERENCE);
    };
    return {
      epochs: recipe.epochs,
      saved: all,
      async fit(images, options) {
        const steps = {
          method: "memae",
          before: 0,
          of: recipe.epochs,
          saved: all,
          terms: ["mse", "entropy"],
          parameters: [...encoder.parameters, ...decoder.parameters, memory],
          step: (x: tf.Tensor4D, optimiser: Optimiser) => memaeStep(x, networks, optimiser, recipe),
        };
        // The learning rate never drops.
        await train(scheduled(images, seed, { ...recipe, dropAfter: recipe.epochs }, steps), options);
      },
      score: (images) => forBatches(images, (x) => squaredErrors(x, rebuild(x))),
      reconstruct: (images) => forBatches(images, rebuild),
      extra: { decodeMemory: () => use("decode the memory", () => decodeRows(decoder, memory)) },
    };
  });
}
