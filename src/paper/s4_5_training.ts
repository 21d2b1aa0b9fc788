/**
 * Algorithm 1: one step of training, on one minibatch.
 *
 * ```text
 * D:  ∇ (1/m) Σ [−log D(x, E(x)) − log(1 − D(G(z), z))]
 * E:  ∇ (1/m) Σ [ log D(x, E(x)) + l_cyc + l_proj + l_mi]
 * G:  ∇ (1/m) Σ [−log D(G(z), z) + l_cyc          + l_mi]
 * M:  ∇ (1/m) Σ [                  l_cyc + l_proj + l_mi]
 * ```
 *
 * E(x) and G(z) are computed once: D is updated on their values, then judges them anew. From there each gradient goes where the
 * paper sends it and nowhere else; in particular the adversarial term reaches G's weights through G(z), but not M through z.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, h, w, c] |
 * | r, with α = softmax(r) | `random` | [m, n] |
 * | α, z = Mᵀα | `alpha`, `z` | [m, n], [m, d] |
 * | E(x), P(E(x)), G(P(E(x))) | `zx`, `pz`, `rebuilt` | [m, d], [m, d], as x |
 * | G(z), z′ = E(G(z)) | `xz`, `zPrime` | as x, [m, d] |
 * | M | `M` | [n, d] |
 *
 * @see spec/algorithm_1.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import "../engine/gradients.ts";
import type { Discriminator, Layer, Mode } from "../engine/pullback.ts";
import * as tf from "@tensorflow/tfjs-core";
import { aliObjective, logSigmoid } from "./s3_problem.ts";
import { sampleConvexCombination } from "./s4_1_memory.ts";
import { cycleLoss, project } from "./s4_2_cycle.ts";
import { projectionLoss } from "./s4_3_projection.ts";
import { mutualInformationLoss } from "./s4_4_mutual_information.ts";
import { checkShape } from "./shapes.ts";

/** Moves one player's parameters along a gradient, for instance by Adam. */
export interface Optimiser {
  /** One step; gradients in the order of the player's parameters. */
  apply(gradients: readonly tf.Tensor[]): void;
}

/** The networks, the memory, and each player's optimiser. */
export interface Players {
  /** E. */
  readonly encoder: Layer;
  /** G. */
  readonly generator: Layer;
  /** D. */
  readonly discriminator: Discriminator;
  /** M. */
  readonly memory: { readonly value: tf.Tensor };
  /** Whose parameters move how. */
  readonly optimisers: Readonly<Record<"encoder" | "generator" | "discriminator" | "memory", Optimiser>>;
}

/** The loss terms of a step, in the order in which `trainStep` returns them. */
export const LOSS_TERMS = [
  "discriminator",
  "adversarial_encoder",
  "adversarial_generator",
  "cycle",
  "projection",
  "mutual_information",
] as const;

/** The loss terms that section 7 may leave out. */
export const REMOVABLE = ["cycle", "projection", "mutual_information"] as const;

/** A loss term that may be left out. */
export type Removable = typeof REMOVABLE[number];

/** A batch's share in the running statistics of batch normalisation, PyTorch's default. */
const TRACK = 0.1;

function add(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Tensor[] {
  return a.map((gradient, i) => tf.add(gradient, b[i]!));
}

/**
 * One pass of Algorithm 1's inner loop.
 *
 * @param x A minibatch of normal images, [m, h, w, c].
 * @param random The random vectors of Eq. 7, [m, n].
 * @param players Networks, memory, optimisers; their parameters are changed.
 * @param mask Draws D's dropout masks.
 * @param without The term whose gradients reach nobody, as in section 7's ablation; its value is still reported.
 * @returns The loss terms of `LOSS_TERMS`, a vector that the caller owns.
 * @throws {RangeError} If the shapes do not fit.
 */
export function trainStep(
  x: tf.Tensor4D,
  random: tf.Tensor2D,
  { encoder: E, generator: G, discriminator: D, memory, optimisers }: Players,
  mask: NonNullable<Mode["mask"]>,
  without?: Removable,
): tf.Tensor1D {
  checkShape("make a training step", "the random vectors", random, [x.shape[0], memory.value.shape[0]!]);
  // Running statistics are those of the path that scores an image, x → E(x) → G(P(E(x))).
  const scored: Mode = { training: true, track: TRACK, mask };
  const sampled: Mode = { training: true, mask };
  // A gradient, unless its term is left out.
  const unless = <T extends tf.Tensor>(term: Removable, gradient: T) =>
    term === without ? tf.zerosLike(gradient) : gradient;
  return tf.tidy(() => {
    const M = memory.value as tf.Tensor2D;
    const { alpha, z } = sampleConvexCombination(M, random);
    const zx = E.apply(x, scored);
    const xz = G.apply(z, sampled);

    const real = D.apply(x, zx.y, scored);
    const fake = D.apply(xz.y, z, sampled);
    const discriminator = tf.valueAndGrads((r: tf.Tensor, f: tf.Tensor) =>
      tf.neg(aliObjective(r as tf.Tensor1D, f as tf.Tensor1D))
    )([real.logits, fake.logits]);
    const [dReal, dFake] = discriminator.grads as [tf.Tensor1D, tf.Tensor1D];
    optimisers.discriminator.apply(
      add(real.pullback(dReal, { weights: true }).weights, fake.pullback(dFake, { weights: true }).weights),
    );

    const asReal = D.apply(x, zx.y, sampled);
    const asFake = D.apply(xz.y, z, sampled);
    const meanLog = (logits: tf.Tensor) => tf.mean<tf.Scalar>(logSigmoid(logits as tf.Tensor1D));
    const adversarialE = tf.valueAndGrad(meanLog)(asReal.logits);
    const adversarialG = tf.valueAndGrad((logits: tf.Tensor) => tf.neg<tf.Scalar>(meanLog(logits)))(asFake.logits);
    const dzxAdversarial = asReal.pullback(adversarialE.grad as tf.Tensor1D, { z: true }).z!;
    const dxzAdversarial = asFake.pullback(adversarialG.grad as tf.Tensor1D, { x: true }).x!;

    const rebuilt = G.apply(project(M, zx.y as tf.Tensor2D), scored);
    const cycle = tf.valueAndGrad((y: tf.Tensor) => cycleLoss(x, y))(rebuilt.y);
    const byCycle = rebuilt.pullback(unless("cycle", cycle.grad), { input: true, weights: true });
    // ⟨P(E(x)), dL/dP⟩ has the gradients that l_cyc has through Eq. 5.
    const projection = projectionLoss(M, zx.y as tf.Tensor2D);
    const [dmByX, dzxByX] = tf.grads((m: tf.Tensor, code: tf.Tensor) => {
      const ofCycle = tf.sum(tf.mul(project(m as tf.Tensor2D, code as tf.Tensor2D), byCycle.input!));
      const ofProjection = projectionLoss(m as tf.Tensor2D, code as tf.Tensor2D);
      return without === "projection" ? ofCycle : tf.add(ofCycle, ofProjection);
    })([M, zx.y]) as [tf.Tensor2D, tf.Tensor2D];

    const zPrime = E.apply(xz.y, sampled);
    const information = tf.valueAndGrads((m: tf.Tensor, code: tf.Tensor) =>
      mutualInformationLoss(m as tf.Tensor2D, alpha, code as tf.Tensor2D)
    )([M, zPrime.y]);
    const [dmByZ, dzPrime] = information.grads.map((each) => unless("mutual_information", each)) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const byInformation = zPrime.pullback(dzPrime, { input: true, weights: true });

    const dE = zx.pullback(tf.add(dzxByX, dzxAdversarial), { weights: true }).weights;
    const dG = xz.pullback(tf.add(byInformation.input!, dxzAdversarial), { weights: true }).weights;
    // z = Mᵀα: the mutual information goes on to M through G(z); the adversarial term stops at G.
    const dz = xz.pullback(byInformation.input!, { input: true }).input as tf.Tensor2D;
    const dM = tf.addN([dmByX, dmByZ, tf.matMul(alpha, dz, true, false)]);
    optimisers.encoder.apply(add(dE, byInformation.weights));
    optimisers.generator.apply(add(dG, byCycle.weights));
    optimisers.memory.apply([dM]);

    return tf.stack([
      discriminator.value,
      adversarialE.value,
      adversarialG.value,
      cycle.value,
      projection,
      information.value,
    ]) as tf.Tensor1D;
  });
}
