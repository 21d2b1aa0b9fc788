/**
 * `dsebm`: a deep structured energy-based model, whose energy is the score.
 *
 * ```text
 * E(x) = ½‖x − b′‖² − Φ(x),   f(x) = x − ∇E(x) = b′ + ∇Φ(x)
 * L    = (1/mp) Σᵢ ‖xᵢ − f(xᵢ + σεᵢ)‖²,   ε ~ N(0, I)
 * A(x) = E(x)
 * ```
 *
 * Denoising score matching: f has to undo noise, so that energy falls towards normal images. ∇Φ is computed by hand, and so
 * is the derivative of L in the weights, which is one of a derivative: `energy.ts`.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x, ε | `x`, `noise` | [m, h, w, c], p values an image |
 * | Φ | `phi` | images to [m] |
 * | b′ | `mean` | [1, h, w, c] |
 * | σ | `noise` of the recipe | a number |
 *
 * Source: "Deep Structured Energy Based Models for Anomaly Detection" (Zhai et al., ICML 2016); networks and schedule as in
 * the public code of Golan and El-Yaniv (2018), from whose paper the numbers of Table 2 come.
 *
 * Traps: with batch normalisation ∇E of an image would depend on its batch, so there is none; and one implementation has a
 * b′ for each place in a batch.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import type { Optimiser } from "../paper/s4_5_training.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Stream } from "../engine/random.ts";
import { stream } from "../engine/random.ts";
import type { Potential } from "../networks/energy.ts";
import { energyFor } from "../networks/energy.ts";
import type { Schedule } from "./autoencoding.ts";
import { scheduled } from "./autoencoding.ts";
import type { Detector } from "./detector.ts";
import { forBatches, restore, snapshot, train } from "./training.ts";

/** How DSEBM is trained. */
export interface DsebmRecipe extends Schedule {
  /** σ, of the noise on images in [−1, 1]. */
  readonly noise: number;
}

/** The recipe on CIFAR-10, and on MNIST, where its source has none. */
export const DSEBM_RECIPE: Readonly<DsebmRecipe> = {
  epochs: 200,
  dropAfter: 200,
  batch: 128,
  learningRate: 1e-3,
  noise: 0.5,
};

/** A model: Φ and b′. */
export interface EnergyModel {
  /** Φ. */
  readonly phi: Potential;
  /** b′, [1, h, w, c]. */
  readonly mean: Parameter;
}

/**
 * E(x) of images.
 *
 * @param x Images, [m, h, w, c].
 * @param model The model.
 * @returns The energies, [m].
 */
export function energies(x: tf.Tensor4D, { phi, mean }: EnergyModel): tf.Tensor1D {
  const squares = tf.sum<tf.Tensor1D>(tf.reshape(tf.square(tf.sub(x, mean.value)), [x.shape[0], -1]), 1);
  return tf.sub(tf.mul(squares, 0.5), phi.apply(x).value);
}

/**
 * One step of denoising score matching.
 *
 * @param x Normal images, [m, h, w, c].
 * @param noise σε, as `x`.
 * @param model The model; its parameters are changed.
 * @param optimiser Moves Φ's parameters, then b′.
 * @returns L, [1].
 */
export function dsebmStep(
  x: tf.Tensor4D,
  noise: tf.Tensor4D,
  { phi, mean }: EnergyModel,
  optimiser: Optimiser,
): tf.Tensor1D {
  return tf.tidy(() => {
    const field = phi.apply(tf.add(x, noise));
    const off = tf.sub<tf.Tensor4D>(tf.add(mean.value, field.gradient), x);
    const v = tf.mul<tf.Tensor4D>(off, 2 / x.size);
    optimiser.apply([...field.pullback(v), tf.sum(v, 0, true)]);
    return tf.reshape<tf.Rank.R1>(tf.mean(tf.square(off)), [1]);
  });
}

/**
 * DSEBM, freshly initialised; its tensors live as long as the process.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images.
 * @returns The detector.
 */
export function createDsebm(recipe: DsebmRecipe, seed: number, shape: ImageShape): Detector {
  const { height, width, channels } = shape;
  const phi = energyFor(shape, stream(seed, "init"));
  const mean = new Parameter("mean", tf.zeros([1, height, width, channels]));
  const model: EnergyModel = { phi, mean };
  const parameters = [...phi.parameters, mean];
  return {
    method: "dsebm",
    epochs: recipe.epochs,
    async fit({ images }, options = {}) {
      let draws: Stream | undefined;
      let drawnFor = 0;
      const phase = scheduled(images, seed, recipe, {
        method: "dsebm",
        before: 0,
        of: recipe.epochs,
        saved: parameters,
        terms: ["loss"],
        parameters,
        step(x, optimiser, epoch) {
          if (epoch !== drawnFor) [draws, drawnFor] = [stream(seed, "noise", epoch), epoch];
          const noise = draws!.normals(x.size).map((value) => value * recipe.noise);
          return dsebmStep(x, tf.tensor4d(noise, x.shape), model, optimiser);
        },
      });
      await train(phase, options);
    },
    score: (images) => forBatches(images, (x) => energies(x, model)),
    save: () => snapshot(parameters),
    load: (arrays) => restore("dsebm", parameters, arrays),
  };
}
