/**
 * `dagmm`: an autoencoder and a Gaussian mixture over its codes and errors, trained together; the energy is the score.
 *
 * ```text
 * z    = [c, ‖x − x̂‖/‖x‖, ⟨x, x̂⟩/(‖x‖‖x̂‖)],   c = encoder(x),  x̂ = decoder(c),   γ = softmax(estimator(z))
 * L    = MSE(x, x̂) + λ₁·(1/m) Σᵢ E(zᵢ) + λ₂·Σₖ Σⱼ 1/(Σₖ)ⱼⱼ,   φ, μ, Σ of the batch
 * A(x) = E(z),   φ, μ, Σ of all normal training images
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x, x̂ | `x`, `rebuilt` | [m, h, w, channels] |
 * | c | `code` | [m, 5], see `strided.ts` |
 * | z | `z` | [m, 7] |
 * | γ | softmax of `logits` | [m, K] |
 * | φ, μ, Σ | `mixture` | [K], [K, 7], [K, 7, 7], see `mixture.ts` |
 * | λ₁, λ₂ | `energyWeight`, `varianceWeight` | numbers |
 *
 * Source: "Deep Autoencoding Gaussian Mixture Model for Unsupervised Anomaly Detection" (Zong et al., ICLR 2018), which is for
 * vectors; for images, the baseline of "Deep Anomaly Detection Using Geometric Transformations" (Golan and El-Yaniv, NeurIPS
 * 2018), read from the public code of its first author.
 *
 * Pitfalls: that code scores with the mixture of the last minibatch. Here the mixture is estimated again with dropout off and
 * batch normalisation using its running statistics, so a score depends on no batch. MSE is the mean over pixels, and λ₁ and λ₂
 * are relative to it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images, ImageShape } from "../data/images.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend } from "../engine/descend.ts";
import type { Encoder, Generator, Mask } from "../engine/layer.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Rng } from "../engine/random.ts";
import { seededRng } from "../engine/random.ts";
import { glorotMaker } from "../networks/layers/glorot.ts";
import { dense, dropout, sequence, tanh } from "../networks/layers/layers.ts";
import { stridedDecoder, stridedEncoder } from "../networks/strided.ts";
import type { Schedule } from "./training/autoencoding.ts";
import { scheduled, TRAINING } from "./training/autoencoding.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { DAGMM_SCHEMA } from "./recipes/baselines.ts";
import { inverseVariances, mixtureEnergy, mixtureOf } from "../networks/gaussian_mixture.ts";
import { forBatches, maskFrom } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** The length of c. */
const CODE = 5;

/** The length of z. */
const FEATURES = CODE + 2;

/** Units of the estimator's two hidden layers. */
const HIDDEN = [64, 10] as const;

/** Added to squared norms, to avoid division by zero for an image of zeros. */
const EPSILON = 1e-12;

/** How DAGMM is trained. */
export interface DagmmRecipe extends Omit<Schedule, "dropAfter"> {
  /** Channels of the convolution nearest the images. */
  readonly channels: number;
  /** K, Gaussians in the mixture. */
  readonly components: number;
  /** The estimator's dropout rate. */
  readonly dropout: number;
  /** λ₁. */
  readonly energyWeight: number;
  /** λ₂. */
  readonly varianceWeight: number;
}

/** The networks that are trained. */
export interface DagmmNetworks {
  /** x to c. */
  readonly encoder: Encoder;
  /** c to x̂. */
  readonly decoder: Generator;
  /** z to the logits of γ. */
  readonly estimator: Encoder;
}

/**
 * The networks, freshly initialised.
 *
 * @param recipe Their sizes.
 * @param shape The size of the images: each side 16 to 256, 1 or 3 channels.
 * @param rng Draws the weights.
 * @returns Encoder, decoder and estimator.
 * @throws {RangeError} If there are none for such images.
 */
export function dagmmNetworks(recipe: DagmmRecipe, shape: ImageShape, rng: Rng): DagmmNetworks {
  const sizes = { channels: recipe.channels, width: CODE };
  const encoder = stridedEncoder(shape, sizes, rng);
  const decoder = stridedDecoder(shape, sizes, rng);
  const { weight, bias } = glorotMaker("estimator", rng);
  const linear = (i: number, from: number, to: number) => dense(weight(`linear${i}`, from, to), bias(`linear${i}`, to));
  const estimator: Encoder = sequence(
    linear(1, FEATURES, HIDDEN[0]),
    tanh(),
    dropout(recipe.dropout),
    linear(2, HIDDEN[0], HIDDEN[1]),
    tanh(),
    dropout(recipe.dropout),
    linear(3, HIDDEN[1], recipe.components),
  );
  return { encoder, decoder, estimator };
}

/** z of images, [m, 7]. */
function features(x: tf.Tensor4D, code: tf.Tensor2D, rebuilt: tf.Tensor4D): tf.Tensor2D {
  const over = (of: tf.Tensor) => tf.reshape(tf.sum(of, [1, 2, 3]), [-1, 1]);
  const norm = (of: tf.Tensor) => tf.sqrt(tf.add(over(tf.square(of)), EPSILON));
  const distance = tf.div(norm(tf.sub(x, rebuilt)), norm(x));
  const cosine = tf.div(over(tf.mul(x, rebuilt)), tf.mul(norm(x), norm(rebuilt)));
  return tf.concat([code, distance as tf.Tensor2D, cosine as tf.Tensor2D], 1);
}

/**
 * One step down the gradient of L.
 *
 * @param x Images, [m, h, w, c].
 * @param networks Encoder, decoder and estimator, in training mode: their running statistics follow.
 * @param optimiser Adam over the weights of the three, in this order.
 * @param weights λ₁ and λ₂.
 * @param mask Dropout masks, in the order of the estimator's layers.
 * @returns MSE, and the two terms of the mixture with their weights, [2].
 */
export function dagmmStep(
  x: tf.Tensor4D,
  { encoder, decoder, estimator }: DagmmNetworks,
  optimiser: Optimiser,
  { energyWeight, varianceWeight }: Pick<DagmmRecipe, "energyWeight" | "varianceWeight">,
  mask: Mask,
): tf.Tensor1D {
  return descend(() => {
    const code = encoder(x, TRAINING);
    const rebuilt = decoder(code, TRAINING);
    const mse = tf.mean<tf.Scalar>(tf.squaredDifference(rebuilt, x));
    const z = features(x, code, rebuilt);
    const mixture = mixtureOf(z, tf.softmax(estimator(z, { ...TRAINING, mask })));
    const energy = tf.mean(mixtureEnergy(z, mixture));
    const ofMixture = tf.add(tf.mul(energy, energyWeight), tf.mul(inverseVariances(mixture), varianceWeight));
    return { loss: tf.add(mse, ofMixture), terms: [mse, ofMixture as tf.Scalar] };
  }, optimiser);
}

/**
 * DAGMM, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images.
 */
export function createDagmm(recipe: DagmmRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("dagmm", { schema: DAGMM_SCHEMA, recipe, seed, shape }, (recipe) => {
    const networks = dagmmNetworks(recipe, shape, seededRng(seed, "init"));
    const { encoder, decoder, estimator } = networks;
    const trained = allOf(encoder, decoder, estimator);
    const K = recipe.components;
    const mixture = {
      shares: new Parameter("mixture.shares", tf.fill([K], 1 / K)),
      means: new Parameter("mixture.means", tf.zeros([K, FEATURES])),
      covariances: new Parameter("mixture.covariances", tf.tile(tf.expandDims(tf.eye(FEATURES)), [K, 1, 1])),
    };
    const all = [...trained, ...Object.values(mixture)];

    const describe = (x: tf.Tensor4D) => {
      const code = encoder(x, INFERENCE);
      return features(x, code, decoder(code, INFERENCE));
    };

    /** The normal images, while the mixture is out of date with the weights; another object after each epoch. */
    let unseen: { readonly images: Images } | undefined;
    const estimate = async () => {
      const now = unseen;
      if (now === undefined) return;
      const values = await forBatches(now.images, describe);
      tf.tidy(() => {
        const z = tf.tensor2d(values, [now.images.count, FEATURES]);
        const { shares, means, covariances } = mixtureOf(z, tf.softmax(estimator(z, INFERENCE)));
        mixture.shares.set(shares);
        mixture.means.set(means);
        mixture.covariances.set(covariances);
      });
      if (unseen === now) unseen = undefined;
    };

    return {
      epochs: recipe.epochs,
      saved: all,
      async fit(images, options) {
        const steps = {
          method: "dagmm",
          before: 0,
          of: recipe.epochs,
          saved: trained,
          terms: ["reconstruction", "mixture"],
          parameters: [encoder, decoder, estimator].flatMap(({ parameters }) => parameters),
          step: (x: tf.Tensor4D, optimiser: Optimiser, mask: Mask) => dagmmStep(x, networks, optimiser, recipe, mask),
        };
        // The learning rate never drops.
        const phase = scheduled(images, seed, { ...recipe, dropAfter: recipe.epochs }, steps);
        const epoch = (number: number) => {
          unseen = { images };
          return { ...phase.epoch(number), mask: maskFrom(seededRng(seed, "dropout", number)) };
        };
        await train({ ...phase, epoch }, options);
        unseen = { images };
        await estimate();
      },
      async score(images) {
        await estimate();
        const { shares, means, covariances } = mixture;
        const now = { shares: shares.value, means: means.value, covariances: covariances.value };
        return forBatches(images, (x) => mixtureEnergy(describe(x), now));
      },
      restored: () => void (unseen = undefined),
      settle: estimate,
    };
  });
}
