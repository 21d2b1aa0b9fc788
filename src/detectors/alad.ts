/**
 * `alad`: adversarially learned anomaly detection. An encoder E and a generator G are trained against a discriminator of pairs
 * (image, code). Two more discriminators, of images and of codes, make E and G inverse to each other. An image is anomalous
 * where the features of the image discriminator distinguish it from its reconstruction.
 *
 * ```text
 * V(D; a, b) = −log D(a) − log(1 − D(b)), a mean over the batch
 * Dxz, Dxx, Dzz:  min  V(Dxz; (x, E(x)), (G(z), z)),  V(Dxx; (x, x), (x, G(E(x)))),  V(Dzz; (z, z), (z, E(G(z))))
 * E:  min  −log(1 − Dxz(x, E(x))) + C        C = −log Dxx(x, G(E(x))) − log Dzz(z, E(G(z)))
 * G:  min  −log Dxz(G(z), z) + C
 * A(x) = ‖f(x, x) − f(x, G(E(x)))‖₁
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x, G(z), G(E(x)) | `x`, `xz`, `rebuilt` | [m, h, w, c] |
 * | z, E(x), E(G(z)) | `z`, `zx`, `recoded` | [m, latent] |
 * | f, what the last layer of Dxx sees | `features` | [m, features] |
 *
 * Source: Zenati, Romain, Foo, Lecouat and Chandrasekhar (2018), International Conference on Data Mining, and the authors' code
 * for CIFAR-10.
 *
 * Pitfalls. The code's C also contains the pairs (x, x) and (z, z) with the labels swapped; they have no gradient in E and G.
 * Dxx gets its two images one above the other, not as channels, so its convolutions see both only at the seam: f is nearly the
 * features of x above those of x′, and A(x) is a distance between features rather than a measure of how unusual the pair is.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import { Averages } from "../engine/averages.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend, stopGradient } from "../engine/descend.ts";
import type { Discriminator, Mask, Mode } from "../engine/layer.ts";
import { allOf, BATCH_NORM_MOMENTUM, INFERENCE } from "../engine/layer.ts";
import { seededRng } from "../engine/random.ts";
import type { AladNetworks } from "../networks/alad.ts";
import { aladNetworks } from "../networks/alad.ts";
import type { GanRecipe } from "./training/adversarial.ts";
import { crossEntropy, play } from "./training/adversarial.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { ALAD_SCHEMA } from "./recipes/baselines.ts";
import { forBatches } from "./training/batches.ts";

/** How ALAD is trained. */
export interface AladRecipe extends GanRecipe {
  /** The discriminators' dropout rate. */
  dropout: number;
}

/** The players, each with an optimiser. */
export const PLAYERS = ["encoder", "generator", "Dxz", "Dxx", "Dzz"] as const;

/** The loss terms of a step, in the order in which `trainStep` returns them. */
export const LOSS_TERMS = [
  "discriminator_xz",
  "discriminator_xx",
  "discriminator_zz",
  "adversarial_encoder",
  "adversarial_generator",
  "cycle_x",
  "cycle_z",
] as const;

/** The networks, and each player's optimiser. */
export interface Players extends AladNetworks {
  /** One per player. */
  readonly optimisers: Readonly<Record<typeof PLAYERS[number], Optimiser>>;
}

/** A pair that a discriminator takes. */
type Pair = Readonly<Parameters<Discriminator>> extends readonly [infer X, infer Z, unknown] ? readonly [X, Z] : never;

/**
 * A step of the three discriminators, then one of E and G on the same images and codes with the updated discriminators.
 *
 * @param x A minibatch of normal images, [m, h, w, c].
 * @param z Codes, [m, latent].
 * @param players Networks and optimisers; the parameters are changed.
 * @param mask Draws the discriminators' dropout masks.
 * @returns The loss terms of `LOSS_TERMS`, a vector that the caller owns.
 */
export function trainStep(
  x: tf.Tensor4D,
  z: tf.Tensor2D,
  { encoder: E, generator: G, Dxz, Dxx, Dzz, optimisers }: Players,
  mask: Mask,
): tf.Tensor1D {
  const sampled: Mode = { training: true, mask };
  // Running statistics follow the path that scores an image, x → E(x) → G(E(x)).
  const scored: Mode = { ...sampled, momentum: BATCH_NORM_MOMENTUM };
  const learn = (D: Discriminator, optimiser: Optimiser, data: Pair, made: Pair) => {
    const [a, b] = [data.map(stopGradient), made.map(stopGradient)] as unknown as [Pair, Pair];
    const loss = () => tf.add<tf.Scalar>(crossEntropy(D(...a, sampled), 1), crossEntropy(D(...b, sampled), 0));
    return tf.squeeze<tf.Scalar>(descend(loss, optimiser));
  };
  const deceive = (D: Discriminator, pair: Pair, answer: 0 | 1) => crossEntropy(D(...pair, sampled), answer);
  return tf.tidy(() =>
    descend(
      () => {
        const [zx, xz] = [E(x, scored), G(z, sampled)];
        const [rebuilt, recoded] = [G(zx, scored), E(xz, sampled)];
        const discriminators = [
          learn(Dxz, optimisers.Dxz, [x, zx], [xz, z]),
          learn(Dxx, optimisers.Dxx, [x, x], [x, rebuilt]),
          learn(Dzz, optimisers.Dzz, [z, z], [z, recoded]),
        ];
        // (x, E(x)) does not depend on G, (G(z), z) does not depend on E, and C depends on both: one sum has both gradients.
        const terms = [
          deceive(Dxz, [x, zx], 0),
          deceive(Dxz, [xz, z], 1),
          deceive(Dxx, [x, rebuilt], 1),
          deceive(Dzz, [z, recoded], 1),
        ];
        return { loss: tf.addN(terms), terms: [...discriminators, ...terms] };
      },
      optimisers.encoder,
      optimisers.generator,
    )
  );
}

/**
 * A(x) = ‖f(x, x) − f(x, G(E(x)))‖₁.
 *
 * @param x Images, [m, h, w, c].
 * @param networks E, G and f.
 * @returns A(x), [m].
 */
export function featureScore(
  x: tf.Tensor4D,
  { encoder, generator, features }: Pick<AladNetworks, "encoder" | "generator" | "features">,
): tf.Tensor1D {
  const rebuilt = generator(encoder(x, INFERENCE), INFERENCE);
  const see = (other: tf.Tensor4D) => features(tf.concat([x, other], 1), INFERENCE);
  return tf.sum(tf.abs(tf.sub(see(x), see(rebuilt))), 1);
}

/**
 * ALAD, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images.
 */
export function createAlad(recipe: AladRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("alad", { schema: ALAD_SCHEMA, recipe, seed, shape }, (recipe) => {
    const networks = aladNetworks(shape, recipe.latent, recipe.dropout, seededRng(seed, "init"));
    const scoring = [networks.encoder, networks.generator, networks.Dxx].flatMap(({ parameters }) => parameters);
    const averages = new Averages(scoring, recipe.averaging);
    const saved = [...allOf(...PLAYERS.map((player) => networks[player])), ...averages.saved];
    const rebuild = (x: tf.Tensor4D) => networks.generator(networks.encoder(x, INFERENCE), INFERENCE);

    return {
      epochs: recipe.epochs,
      saved,
      fit: (images, options) =>
        play(
          {
            method: "alad",
            recipe,
            seed,
            players: {
              encoder: networks.encoder.parameters,
              generator: networks.generator.parameters,
              Dxz: networks.Dxz.parameters,
              Dxx: networks.Dxx.parameters,
              Dzz: networks.Dzz.parameters,
            },
            averages,
            saved,
            terms: LOSS_TERMS,
            step: (x, z, optimisers, mask) => trainStep(x, z, { ...networks, optimisers }, mask),
          },
          images,
          options,
        ),
      score: (images) => forBatches(images, (x) => averages.within(() => featureScore(x, networks))),
      reconstruct: (images) => forBatches(images, (x) => averages.within(() => rebuild(x))),
    };
  });
}
