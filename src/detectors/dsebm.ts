/**
 * `dsebm`: a deep energy, low where normal images are; the energy is the score.
 *
 * ```text
 * E(x) = ½‖x − b′‖² − Σⱼ hⱼ(x),   f(x) = x − ∇E(x)
 * L    = mean over images and pixels of (x − f(x + ε))²,   ε ~ N(0, σ²), σ = noise · the spread of x
 * A(x) = E(x)
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x, x + ε | `x`, `noisy` | [m, h, w, c] |
 * | E, f | `energy`, `rebuild` | [m], [m, h, w, c], see `energy.ts` |
 * | b′ | `energy.prior` | [h, w, c] |
 *
 * L is denoising score matching: the descent step f(x̃) − x̃ = −∇E(x̃) from a noisy image should lead back to the image.
 *
 * Source: "Deep Structured Energy Based Models for Anomaly Detection" (Zhai et al., ICML 2016), with network and schedule
 * of the baseline of "Deep Anomaly Detection Using Geometric Transformations" (Golan and El-Yaniv, NeurIPS 2018), read
 * from the public code of its first author.
 *
 * Pitfalls: the loss contains a derivative, so training needs a second one. The energy itself is not in the loss: its additive
 * constant is arbitrary, and scores of two trained models cannot be compared. That code uses batch normalisation within E, so
 * that ∇E(x) depends on the rest of the batch; here there is none.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images, ImageShape } from "../data/images.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend } from "../engine/descend.ts";
import type { Rng } from "../engine/random.ts";
import { seededRng } from "../engine/random.ts";
import { given } from "../engine/recording.ts";
import type { EnergyNetwork } from "../networks/dsebm.ts";
import { energyNetwork } from "../networks/dsebm.ts";
import type { Schedule } from "./training/autoencoding.ts";
import { scheduled } from "./training/autoencoding.ts";
import { meanImage } from "./classical/principal_components.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { DSEBM_SCHEMA } from "./recipes/baselines.ts";
import { forBatches } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** How DSEBM is trained. */
export interface DsebmRecipe extends Omit<Schedule, "dropAfter"> {
  /** Channels after the first convolution. */
  readonly channels: number;
  /** Standard deviation of the noise, relative to that of the normal training images about their mean image. */
  readonly noise: number;
}

/**
 * One step of denoising score matching.
 *
 * @param x Images, [m, h, w, c].
 * @param noisy The same with noise.
 * @param network E and f.
 * @param optimiser Adam over the network's parameters.
 * @returns L, [1].
 */
export function dsebmStep(
  x: tf.Tensor4D,
  noisy: tf.Tensor4D,
  network: EnergyNetwork,
  optimiser: Optimiser,
): tf.Tensor1D {
  return descend(() => tf.mean(tf.squaredDifference(network.rebuild(noisy), x)), optimiser);
}

/** The root mean square distance of a pixel from its mean over images. */
function spread(images: Images): number {
  const mean = meanImage(images);
  const squares = images.pixels.reduce((sum, value, i) => sum + (value - mean[i % mean.length]!) ** 2, 0);
  return Math.sqrt(squares / images.pixels.length);
}

/**
 * DSEBM, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there is no network for such images.
 */
export function createDsebm(recipe: DsebmRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("dsebm", { schema: DSEBM_SCHEMA, recipe, seed, shape }, (recipe) => {
    const network = energyNetwork(shape, recipe.channels, seededRng(seed, "init"));
    const { parameters } = network;
    return {
      epochs: recipe.epochs,
      saved: parameters,
      async fit(images, options) {
        let noise: Rng;
        const sigma = recipe.noise * spread(images);
        const perturb = (x: tf.Tensor4D) => {
          const [drawn] = given(() => [tf.tensor4d(noise.normals(x.size), x.shape)]);
          return tf.add<tf.Tensor4D>(x, tf.mul(drawn, sigma));
        };
        const steps = {
          method: "dsebm",
          before: 0,
          of: recipe.epochs,
          saved: parameters,
          terms: ["denoising"],
          parameters,
          step: (x: tf.Tensor4D, optimiser: Optimiser) => dsebmStep(x, perturb(x), network, optimiser),
        };
        // The learning rate never drops.
        const phase = scheduled(images, seed, { ...recipe, dropAfter: recipe.epochs }, steps);
        const epoch = (number: number) => {
          noise = seededRng(seed, "noise", number);
          return phase.epoch(number);
        };
        await train({ ...phase, epoch }, options);
      },
      score: (images) => forBatches(images, network.energy),
      reconstruct: (images) => forBatches(images, network.rebuild),
    };
  });
}
