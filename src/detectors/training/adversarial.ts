/**
 * What AnoGAN and ALAD share: the players' loss, and epochs of batches of images and codes.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../../data/images.ts";
import { gather } from "../../data/images.ts";
import { Adam } from "../../engine/adam.ts";
import type { Averages } from "../../engine/averages.ts";
import type { Parameter } from "../../engine/parameter.ts";
import type { Mask } from "../../engine/layer.ts";
import { seededRng } from "../../engine/random.ts";
import { logSigmoid } from "../../paper/s3_problem.ts";
import type { FitOptions } from "../detector.ts";
import { checkFills, maskFrom, minibatches, toTensor } from "./batches.ts";
import { train } from "./train.ts";

/**
 * −log of the probability that D gives to a label: with D = σ(ℓ), −log D for "from data", −log(1 − D) for "generated".
 *
 * @param logits ℓ, [m].
 * @param answer 1 for "from data", 0 for "generated".
 * @returns The mean over the batch.
 *
 * @example An undecided discriminator has loss log 2, whatever the label
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * assertAlmostEquals(crossEntropy(tf.zeros([2]), 1).dataSync()[0]!, Math.LN2, 1e-6);
 * ```
 */
export function crossEntropy(logits: tf.Tensor1D, answer: 0 | 1): tf.Scalar {
  return tf.neg(tf.mean(logSigmoid(answer === 1 ? logits : tf.neg(logits))));
}

/** How a GAN is trained. */
export interface GanRecipe {
  /** The size of a code z ~ N(0, I). */
  latent: number;
  /** Passes over the training images. */
  epochs: number;
  /** m, images per step. */
  batch: number;
  /** η of every player's Adam. */
  learningRate: number;
  /** β₁ of every player's Adam. */
  beta1: number;
  /** δ of the averages of weights by which images are scored; the last weights score where there is none. */
  averaging?: number;
}

/** A GAN to be trained. */
export interface Game<Player extends string> {
  /** The method, for messages. */
  readonly method: string;
  /** How it is trained. */
  readonly recipe: GanRecipe;
  /** The run's seed. */
  readonly seed: number;
  /** Each player's parameters. */
  readonly players: Readonly<Record<Player, readonly Parameter[]>>;
  /** The averages by which it scores. */
  readonly averages: Averages;
  /** The parameters that a checkpoint holds besides the optimisers' moments. */
  readonly saved: readonly Parameter[];
  /** Names of the loss terms. */
  readonly terms: readonly string[];
  /** One step on images [m, h, w, c] and codes [m, latent]; returns each loss term, a vector that the caller owns. */
  step(
    x: tf.Tensor4D,
    z: tf.Tensor2D,
    optimisers: Readonly<Record<Player, Adam>>,
    mask: Mask,
  ): tf.Tensor;
}

/**
 * Trains a GAN.
 *
 * @param game The GAN.
 * @param images Normal images.
 * @param options How it is monitored and resumed.
 * @throws {RangeError} If the images do not fill a batch.
 * @throws {NonFiniteLossError} If a loss is not finite, with its term and step.
 */
export async function play<Player extends string>(
  { method, recipe, seed, players, averages, saved, terms, step }: Game<Player>,
  images: Images,
  options: FitOptions,
): Promise<void> {
  const { latent, epochs, batch, learningRate, beta1 } = recipe;
  checkFills(method, images, batch);
  const optimisers = Object.fromEntries(
    Object.entries<readonly Parameter[]>(players).map((
      [player, parameters],
    ) => [player, new Adam(parameters, { learningRate, beta1, beta2: 0.999, epsilon: 1e-8 })]),
  ) as Record<Player, Adam>;
  const takeStep = ([x, z]: [tf.Tensor4D, tf.Tensor2D], mask: Mask) => {
    const losses = step(x, z, optimisers, mask);
    averages.follow();
    return losses;
  };
  await train({
    method,
    before: 0,
    epochs,
    of: epochs,
    steps: Math.floor(images.count / batch),
    saved,
    optimisers: Object.values<Adam>(optimisers),
    terms,
    learningRate: () => learningRate,
    epoch(epoch) {
      const batches = minibatches(seededRng(seed, "shuffle", epoch), images.count, batch);
      const codes = seededRng(seed, "codes", epoch);
      return {
        draw: () => [
          toTensor(gather(images, batches.next().value)),
          tf.tensor2d(codes.normals(batch * latent), [batch, latent]),
        ],
        mask: maskFrom(seededRng(seed, "dropout", epoch)),
        step: takeStep,
      };
    },
  }, options);
}
