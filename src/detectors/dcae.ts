/**
 * `dcae`: a deep convolutional autoencoder, whose reconstruction error is the score.
 *
 * ```text
 * L    = (1/m) Σᵢ ‖xᵢ − D(E(xᵢ))‖² + ½λ‖W‖²
 * A(x) = ‖x − D(E(x))‖²
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, h, w, c] |
 * | E, D | `encoder`, `decoder` | see `autoencoder.ts` |
 * | λ | `decay` | a number |
 *
 * Source: the baseline of "Deep One-Class Classification" (Ruff et al., ICML 2018), read from the public PyTorch port of
 * its first author, where it is the pre-training of Deep SVDD.
 *
 * Pitfalls: the error is the sum over an image's pixels, not their mean, which determines its weight relative to the weight
 * decay. The decoder ends in a logistic function, so images are first mapped from [−1, 1] to [0, 1]; values beyond that range
 * cannot be reconstructed and add to the score.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import type { Optimiser } from "../engine/descend.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { seededRng } from "../engine/random.ts";
import { autoencoderFor } from "../networks/dcae.ts";
import { reconstructionStep, scheduled, squaredErrors, toUnit } from "./training/autoencoding.ts";
import type { Schedule } from "./training/autoencoding.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { DCAE_SCHEMA } from "./recipes/baselines.ts";
import { forBatches } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** How DCAE is trained. */
export interface DcaeRecipe extends Schedule {
  /** λ, the weight decay. */
  readonly decay: number;
}

/**
 * DCAE, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there is no autoencoder for such images.
 */
export function createDcae(recipe: DcaeRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("dcae", { schema: DCAE_SCHEMA, recipe, seed, shape }, (recipe) => {
    const autoencoder = autoencoderFor(shape, seededRng(seed, "init"));
    const { encoder, decoder } = autoencoder;
    const all = allOf(encoder, decoder);
    const rebuild = (x: tf.Tensor4D) => decoder(encoder(x, INFERENCE), INFERENCE);
    return {
      epochs: recipe.epochs,
      saved: all,
      async fit(images, options) {
        const steps = {
          method: "dcae",
          before: 0,
          of: recipe.epochs,
          saved: all,
          terms: ["reconstruction"],
          parameters: [...encoder.parameters, ...decoder.parameters],
          step: (x: tf.Tensor4D, optimiser: Optimiser) => reconstructionStep(toUnit(x), autoencoder, optimiser),
        };
        await train(scheduled(images, seed, recipe, steps), options);
      },
      score: (images) =>
        forBatches(images, (given) => {
          const x = toUnit(given);
          return squaredErrors(x, rebuild(x));
        }),
      reconstruct: (images) => forBatches(images, (x) => tf.sub(tf.mul(rebuild(toUnit(x)), 2), 1)),
    };
  });
}
