/**
 * `adgan`: AnoGAN, which the paper's tables call ADGAN. A GAN learns to generate normal images. Gradient descent then searches
 * for an image's code; an image that no code reproduces is anomalous.
 *
 * ```text
 * D:  min  (1/m) Σ [−log D(x) − log(1 − D(G(z)))]
 * G:  min  (1/m) Σ [−log D(G(z))]
 * A(x) = min over z of  (1 − λ)·‖x − G(z)‖₁ + λ·‖f(x) − f(G(z))‖₁,   λ = 0.1
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, h, w, c] |
 * | z, z₀ | `z`, `start` | [m, latent], [1, latent] |
 * | G(z) | `made` | as x |
 * | f, what D's last layer sees | `features` | [m, features] |
 *
 * Source: Schlegl, Seeböck, Waldstein, Schmidt-Erfurth and Langs (2017), Information Processing in Medical Imaging, which comes
 * without code. Networks and schedules are those of two public implementations by Zenati et al. (2018): the one beside their
 * efficient GAN-based anomaly detection, on MNIST, and the one beside ALAD, on CIFAR-10.
 *
 * Pitfalls. The two implementations weight the terms in opposite ways: the pixels by 0.9 and by 0.1. Adam moves a coordinate of
 * z by about its learning rate per step, so learning rate times steps bounds the distance from z₀. Batch normalisation must use
 * its running statistics during the search, or the codes of a batch's images would depend on each other.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import { Adam } from "../engine/adam.ts";
import { Averages } from "../engine/averages.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend, stopGradient } from "../engine/descend.ts";
import type { Mode } from "../engine/layer.ts";
import { allOf, BATCH_NORM_MOMENTUM, INFERENCE } from "../engine/layer.ts";
import { Parameter } from "../engine/parameter.ts";
import { seededRng } from "../engine/random.ts";
import type { GanNetworks } from "../networks/adgan.ts";
import { ganNetworks } from "../networks/adgan.ts";
import type { GanRecipe } from "./training/adversarial.ts";
import { crossEntropy, play } from "./training/adversarial.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { ADGAN_SCHEMA } from "./recipes/baselines.ts";
import { forBatches } from "./training/batches.ts";

/** How AnoGAN is trained, and how it searches for codes. */
export interface AdganRecipe extends GanRecipe {
  /** Steps of Adam on an image's code. */
  inversionSteps: number;
  /** Their η in the first two fifths of the steps; a tenth of it in the next fifth, a twentieth in the rest. */
  inversionRate: number;
}

/** λ, the weight of the features in the loss on z and in the score. */
export const FEATURE_WEIGHT = 0.1;

/** The loss terms of a step, in the order in which `trainStep` returns them. */
export const LOSS_TERMS = ["discriminator", "generator"] as const;

/** The networks, and each player's optimiser. */
export interface Players extends GanNetworks {
  /** One per player; the discriminator's parameters are those of `features`, then of `judge`. */
  readonly optimisers: Readonly<Record<"generator" | "discriminator", Optimiser>>;
}

/**
 * A step of D, then one of G on the same codes with the updated D.
 *
 * @param x A minibatch of normal images, [m, h, w, c].
 * @param z Codes, [m, latent].
 * @param players Networks and optimisers; the parameters are changed.
 * @returns The loss terms of `LOSS_TERMS`, a vector that the caller owns.
 */
export function trainStep(x: tf.Tensor4D, z: tf.Tensor2D, players: Players): tf.Tensor1D {
  const { generator: G, features, judge, optimisers } = players;
  const D = (images: tf.Tensor, mode: Mode) => tf.reshape<tf.Rank.R1>(judge(features(images, mode), mode), [-1]);
  const tracked: Mode = { training: true, momentum: BATCH_NORM_MOMENTUM };
  return tf.tidy(() =>
    descend(() => {
      const made = G(z, tracked);
      const madeFixed = stopGradient(made);
      const discriminator = descend(
        () => tf.add(crossEntropy(D(x, tracked), 1), crossEntropy(D(madeFixed, tracked), 0)),
        optimisers.discriminator,
      );
      const deceived = crossEntropy(D(made, { training: true }), 1);
      return { loss: deceived, terms: [tf.squeeze(discriminator), deceived] };
    }, optimisers.generator)
  );
}

/** The factor on the codes' learning rate, from the fraction of steps done. */
function rateLeft(progress: number): number {
  return progress < 0.4 ? 1 : progress < 0.6 ? 0.1 : 0.05;
}

/**
 * Searches for each image's code and returns the remaining loss. Adam works per coordinate and every image has its own
 * coordinates, so a batch is that many independent searches.
 *
 * @param x Images, [m, h, w, c].
 * @param start z₀, where each search starts, [1, latent].
 * @param networks G and f.
 * @param recipe Steps and learning rate.
 * @returns A(x), [m]; the caller owns it.
 */
export function inversionScore(
  x: tf.Tensor4D,
  start: tf.Tensor2D,
  { generator: G, features }: Pick<GanNetworks, "generator" | "features">,
  { inversionSteps, inversionRate }: Pick<AdganRecipe, "inversionSteps" | "inversionRate">,
): tf.Tensor1D {
  return tf.tidy(() => {
    const wanted = features(x, INFERENCE);
    const z = new Parameter("z", tf.tile(start, [x.shape[0], 1]));
    const adam = new Adam([z], { learningRate: inversionRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const left = (): tf.Tensor1D => {
      const made = G(z.value, INFERENCE);
      const ofPixels = tf.sum<tf.Tensor1D>(tf.abs(tf.sub(made, x)), [1, 2, 3]);
      const ofFeatures = tf.sum<tf.Tensor1D>(tf.abs(tf.sub(features(made, INFERENCE), wanted)), 1);
      return tf.add(tf.mul(ofPixels, 1 - FEATURE_WEIGHT), tf.mul(ofFeatures, FEATURE_WEIGHT));
    };
    try {
      for (let step = 0; step < inversionSteps; step++) {
        adam.learningRate = inversionRate * rateLeft(step / inversionSteps);
        descend(() => tf.sum(left()), adam).dispose();
      }
      return left();
    } finally {
      adam.dispose();
      z.dispose();
    }
  });
}

/**
 * AnoGAN, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images.
 */
export function createAdgan(recipe: AdganRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("adgan", { schema: ADGAN_SCHEMA, recipe, seed, shape }, (recipe) => {
    const networks = ganNetworks(shape, recipe.latent, seededRng(seed, "init"));
    const { generator, features, judge } = networks;
    const all = allOf(generator, features, judge);
    // Saved with the networks: from another start the same weights give other scores.
    const start = new Parameter(
      "start",
      tf.tensor2d(seededRng(seed, "start").normals(recipe.latent), [1, recipe.latent]),
    );
    // The published code scores by averages of G's weights and by D's last ones.
    const averages = new Averages(generator.parameters, recipe.averaging);
    const saved = [...all, start, ...averages.saved];
    const invert = (x: tf.Tensor4D) => inversionScore(x, start.value as tf.Tensor2D, networks, recipe);

    return {
      epochs: recipe.epochs,
      saved,
      fit: (images, options) =>
        play(
          {
            method: "adgan",
            recipe,
            seed,
            players: {
              generator: generator.parameters,
              discriminator: [...features.parameters, ...judge.parameters],
            },
            averages,
            saved,
            terms: LOSS_TERMS,
            step: (x, z, optimisers) => trainStep(x, z, { ...networks, optimisers }),
          },
          images,
          options,
        ),
      score: (images) => forBatches(images, (x) => averages.within(() => invert(x))),
    };
  });
}
