/**
 * `dagmm`: a deep autoencoding Gaussian mixture model. What is unlikely under a mixture of codes and errors is an anomaly.
 *
 * ```text
 * z = [c, ‖x − x̂‖/‖x‖, ⟨x, x̂⟩/‖x‖‖x̂‖],   c the code of x, x̂ its reconstruction
 * γ = softmax(estimation(z)),   φ, μ, Σ of z and γ
 * L = (1/mp) Σᵢ ‖xᵢ − x̂ᵢ‖² + λ₁ (1/m) Σᵢ energy(zᵢ) + λ₂ Σₖⱼ 1/(Σₖ)ⱼⱼ
 * A(x) = energy(z)
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x, x̂ | `x`, `rebuilt` | [m, h, w, c], p values an image |
 * | c | `code` | [m, 5] |
 * | z | `z` | [m, 7] |
 * | γ | `gamma`, from `logits` | [m, k] |
 * | λ₁, λ₂ | `energyWeight`, `spreadWeight` | numbers |
 *
 * Source: "Deep Autoencoding Gaussian Mixture Model for Unsupervised Anomaly Detection" (Zong et al., ICLR 2018), which has no
 * images; for those, the public code of Golan and El-Yaniv (2018), from whose paper the numbers of Table 2 come.
 *
 * Traps: a component may shrink to a point, whose energy is −∞; and several public codes score with the mixture of the last
 * minibatch. Here Σ has a ridge, and the mixture is that of all normal training images, dropout off.
 *
 * @module
 */

import "../engine/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { Images, ImageShape } from "../data/images.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Mode } from "../engine/pullback.ts";
import { INFERENCE } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { stream } from "../engine/random.ts";
import type { DagmmNetworks } from "../networks/dagmm.ts";
import { dagmmNetworks, WIDTH } from "../networks/dagmm.ts";
import type { Optimiser } from "../paper/s4_5_training.ts";
import type { Schedule } from "./autoencoding.ts";
import { allOf, scheduled } from "./autoencoding.ts";
import type { Detector } from "./detector.ts";
import type { Mixture } from "./mixture.ts";
import { energyUnder, mixtureOf } from "./mixture.ts";
import { forBatches, maskFrom, restore, snapshot, train } from "./training.ts";

/** How DAGMM is trained. */
export interface DagmmRecipe extends Schedule {
  /** k, components of the mixture. */
  readonly components: number;
  /** λ₁. */
  readonly energyWeight: number;
  /** λ₂. */
  readonly spreadWeight: number;
  /** The dropout rate of the estimation network. */
  readonly dropout: number;
}

/** The recipe on CIFAR-10, and on MNIST, where its source has none. */
export const DAGMM_RECIPE: Readonly<DagmmRecipe> = {
  epochs: 200,
  dropAfter: 200,
  batch: 256,
  learningRate: 1e-3,
  components: 3,
  energyWeight: 0.01,
  spreadWeight: 0.0005,
  dropout: 0.5,
};

/** z of images from their codes and reconstructions. */
function features(x: tf.Tensor4D, rebuilt: tf.Tensor, code: tf.Tensor2D): tf.Tensor2D {
  const flat = (v: tf.Tensor) => tf.reshape(v, [x.shape[0], -1]);
  // Under the root, so that the derivative at 0 is 0 and not 0/0.
  const norm = (v: tf.Tensor) => tf.sqrt(tf.add(tf.sum(tf.square(flat(v)), 1, true), 1e-12));
  const distance = tf.div(norm(tf.sub(x, rebuilt)), norm(x));
  const cosine = tf.div(tf.sum(tf.mul(flat(x), flat(rebuilt)), 1, true), tf.mul(norm(x), norm(rebuilt)));
  return tf.concat([code, distance as tf.Tensor2D, cosine as tf.Tensor2D], 1);
}

/** What the mixture adds to the loss. */
function mixtureLoss(z: tf.Tensor2D, logits: tf.Tensor2D, recipe: DagmmRecipe): tf.Scalar {
  const mixture = mixtureOf(z, tf.softmax(logits));
  const diagonals = tf.sum(tf.mul(mixture.sigma, tf.eye(z.shape[1])), 2);
  return tf.add(
    tf.mul(tf.mean<tf.Scalar>(energyUnder(z, mixture)), recipe.energyWeight),
    tf.mul(tf.sum<tf.Scalar>(tf.reciprocal(diagonals)), recipe.spreadWeight),
  );
}

/**
 * One step.
 *
 * @param x Normal images, [m, h, w, c].
 * @param networks Their parameters are changed.
 * @param optimiser Moves encoder, decoder and estimation network.
 * @param recipe λ₁ and λ₂.
 * @param mask Draws the dropout masks.
 * @returns The reconstruction error and what the mixture adds, [2].
 */
export function dagmmStep(
  x: tf.Tensor4D,
  { encoder, decoder, estimation }: DagmmNetworks,
  optimiser: Optimiser,
  recipe: DagmmRecipe,
  mask: NonNullable<Mode["mask"]>,
): tf.Tensor1D {
  const training: Mode = { training: true, track: 0.1, mask };
  return tf.tidy(() => {
    const code = encoder.apply(x, training);
    const rebuilt = decoder.apply(code.y, training);
    const z = features(x, rebuilt.y, code.y as tf.Tensor2D);
    const logits = estimation.apply(z, training);
    const mixture = tf.valueAndGrads((z: tf.Tensor, l: tf.Tensor) =>
      mixtureLoss(z as tf.Tensor2D, l as tf.Tensor2D, recipe)
    )([z, logits.y]);
    const estimated = logits.pullback(mixture.grads[1]!, { input: true, weights: true });
    const dz = tf.add(mixture.grads[0]!, estimated.input!);
    const [dRebuilt, dCode] = tf.grads((y: tf.Tensor, c: tf.Tensor) =>
      tf.sum(tf.mul(features(x, y, c as tf.Tensor2D), dz))
    )([rebuilt.y, code.y]) as [tf.Tensor, tf.Tensor];
    const off = tf.sub(rebuilt.y, x);
    const decoded = rebuilt.pullback(tf.add(dRebuilt, tf.mul(off, 2 / x.size)), { input: true, weights: true });
    const encoded = code.pullback(tf.add(dCode, decoded.input!), { weights: true });
    optimiser.apply([...encoded.weights, ...decoded.weights, ...estimated.weights]);
    return tf.stack([tf.mean(tf.square(off)), mixture.value]) as tf.Tensor1D;
  });
}

/**
 * DAGMM, freshly initialised; its tensors live as long as the process.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images.
 * @returns The detector.
 */
export function createDagmm(recipe: DagmmRecipe, seed: number, shape: ImageShape): Detector {
  const k = recipe.components;
  const networks = dagmmNetworks(shape, k, recipe.dropout, stream(seed, "init"));
  const { encoder, decoder, estimation } = networks;
  const parameters = [encoder, decoder, estimation].flatMap((net) => net.parameters);
  const mixture = {
    phi: new Parameter("mixture.phi", tf.fill([k], 1 / k)),
    mu: new Parameter("mixture.mu", tf.zeros([k, WIDTH])),
    sigma: new Parameter("mixture.sigma", tf.tile(tf.reshape(tf.eye(WIDTH), [1, WIDTH, WIDTH]), [k, 1, 1])),
  };
  const saved = [...allOf(encoder, decoder, estimation), ...Object.values(mixture)];
  const zOf = (x: tf.Tensor4D) => {
    const code = encoder.apply(x, INFERENCE).y as tf.Tensor2D;
    return features(x, decoder.apply(code, INFERENCE).y, code);
  };
  const refit = async (images: Images) => {
    const z = tf.tensor2d(await forBatches(images, zOf), [images.count, WIDTH]);
    const found = tf.tidy(() => ({ ...mixtureOf(z, tf.softmax(estimation.apply(z, INFERENCE).y as tf.Tensor2D)) }));
    for (const name of ["phi", "mu", "sigma"] as const) mixture[name].set(found[name]);
    z.dispose();
  };
  return {
    method: "dagmm",
    epochs: recipe.epochs,
    async fit({ images }, options = {}) {
      let draws: Stream | undefined;
      let drawnFor = 0;
      const phase = scheduled(images, seed, recipe, {
        method: "dagmm",
        before: 0,
        of: recipe.epochs,
        saved,
        terms: ["reconstruction", "mixture"],
        parameters,
        step(x, optimiser, epoch) {
          if (epoch !== drawnFor) [draws, drawnFor] = [stream(seed, "dropout", epoch), epoch];
          return dagmmStep(x, networks, optimiser, recipe, maskFrom(draws!));
        },
      });
      await train(phase, {
        ...options,
        async onEpoch(report) {
          await refit(images);
          await options.onEpoch?.(report);
        },
      });
    },
    score: (images) =>
      forBatches(images, (x) => {
        const { phi, mu, sigma } = mixture;
        return energyUnder(zOf(x), { phi: phi.value, mu: mu.value, sigma: sigma.value } as Mixture);
      }),
    save: () => snapshot(saved),
    load: (arrays) => restore("dagmm", saved, arrays),
  };
}
