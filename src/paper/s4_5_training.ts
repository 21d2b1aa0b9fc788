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
 * Each player moves down its gradient. (The paper prints E's update with ∇ in θ_G: `erratum-encoder-gradient`.) D is updated first, on its own loss. The other three
 * gradients are those of one sum: with z_c = z held fixed and D constant,
 *
 * ```text
 * L = log D(x, E(x)) − log D(G(z_c), z_c) + l_cyc + l_proj + l_mi
 *
 * term                  moves          because
 * log D(x, E(x))        E              it does not depend on G or M
 * −log D(G(z_c), z_c)   G              it does not depend on E; z_c is held fixed, so nothing flows through z = Mᵀα to M
 * l_cyc                 E, G, M        it is ‖x − G(P(E(x)))‖, and P contains M
 * l_proj                E, M           it does not depend on G
 * l_mi                  E, G, M        it recovers α from E(G(z)), z = Mᵀα, and α′ contains M
 * ```
 *
 * so each player's part of ∇L is exactly its gradient in Algorithm 1. As in the paper l_cyc, l_proj and l_mi are computed once,
 * before the updates of E, G and M; so these three are updated together.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `x` | [m, h, w, c] |
 * | r, with α = softmax(r) | `random` | [m, n] |
 * | α, z = Mᵀα, z_c | `alpha`, `z`, `zFixed` | [m, n], [m, d], [m, d] |
 * | E(x), G(z_c) | `zx`, `xz` | [m, d], as x |
 * | P(E(x)) | `project(M, zx)` | [m, d] |
 * | D = σ(ℓ), so log D = log σ(ℓ) | `D` gives ℓ, `logSigmoid(ℓ)` | [m] |
 * | M | `M` | [n, d] |
 *
 * @see spec/algorithm_1.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "../engine/tensor.ts";
import type { Loss, Optimiser } from "../engine/descend.ts";
import { descend, stopGradient } from "../engine/descend.ts";
import type { Discriminator, Encoder, Generator, Mask, Mode } from "../engine/layer.ts";
import { BATCH_NORM_MOMENTUM } from "../engine/layer.ts";
import { aliObjective, logSigmoid } from "./s3_problem.ts";
import { sampleConvexCombination } from "./s4_1_memory.ts";
import { cycleLoss, project } from "./s4_2_cycle.ts";
import { projectionLoss } from "./s4_3_projection.ts";
import { mutualInformationLoss } from "./s4_4_mutual_information.ts";
import { checkShape } from "./shapes.ts";
import type { Removable } from "./terms.ts";
import { REMOVABLE } from "./terms.ts";

/** The networks, the memory, and each player's optimiser. */
export interface Players {
  /** E. */
  readonly encoder: Encoder;
  /** G. */
  readonly generator: Generator;
  /** D. */
  readonly discriminator: Discriminator;
  /** M. */
  readonly memory: { readonly value: Tensor };
  /** The optimiser of each player. */
  readonly optimisers: Readonly<Record<"encoder" | "generator" | "discriminator" | "memory", Optimiser>>;
}

/**
 * One pass of Algorithm 1's inner loop.
 *
 * @param x A minibatch of normal images, [m, h, w, c].
 * @param random The random vectors of Eq. 7, [m, n].
 * @param players Networks, memory, optimisers; their parameters are changed.
 * @param mask Draws dropout masks, new ones for each application of a network.
 * @param without The term whose gradient reaches no parameter, as in section 7's ablation; its value is still reported.
 * @returns The loss terms of `LOSS_TERMS`, a vector that the caller owns.
 * @throws {RangeError} If the shapes do not fit.
 */
export function trainStep(
  x: Tensor4D,
  random: Tensor2D,
  { encoder: E, generator: G, discriminator: D, memory, optimisers }: Players,
  mask: Mask,
  without?: Removable,
): Tensor1D {
  checkShape("make a training step", "the random vectors", random, [x.shape[0], memory.value.shape[0]!]);
  // Running statistics follow the path used for scoring, x → E(x) → G(P(E(x))). D, which is not used for scoring, follows its
  // real pairs.
  const tracked: Mode = { training: true, momentum: BATCH_NORM_MOMENTUM, mask };
  const untracked: Mode = { training: true, mask };
  const M = memory.value as tf.Tensor2D;

  const evaluate = (): Loss => {
    // Sample m random convex combinations of memory units.
    const { alpha, z } = sampleConvexCombination(M, random);
    const zFixed = stopGradient(z);
    const zx = E(x, tracked);
    const xz = G(zFixed, untracked);

    // Update D down ∇ (1/m) Σ [−log D(x, E(x)) − log(1 − D(G(z), z))], inside L's function, since it uses L's E(x) and G(z).
    // Only D's optimiser is given, so no other parameters change; as E(x) and G(z) are held fixed, no gradient is computed for
    // them either.
    const [zxFixed, xzFixed] = [stopGradient(zx), stopGradient(xz)];
    const discriminatorLoss = descend(
      () => tf.neg(aliObjective(D(x, zxFixed, tracked), D(xzFixed, zFixed, untracked))),
      optimisers.discriminator,
    );

    // L, term by term. D is the one just updated, so the order of these lines matters.
    const adversarialE = tf.mean<tf.Scalar>(logSigmoid(D(x, zx, untracked)));
    const adversarialG = tf.neg<tf.Scalar>(tf.mean(logSigmoid(D(xz, zFixed, untracked))));
    const terms = {
      cycle: cycleLoss(x, G(project(M, zx), tracked)),
      projection: projectionLoss(M, zx),
      // G(z) a second time, because here the gradient must flow through G to z, and from z to M.
      mutual_information: mutualInformationLoss(M, alpha, E(G(z, untracked), untracked)),
    };
    const kept = REMOVABLE.filter((term) => term !== without).map((term) => terms[term]);
    return {
      loss: tf.addN([adversarialE, adversarialG, ...kept]),
      terms: [
        tf.squeeze(discriminatorLoss),
        adversarialE,
        adversarialG,
        terms.cycle,
        terms.projection,
        terms.mutual_information,
      ],
    };
  };

  // Update E, G and M, each with its own part of ∇L. D's optimiser is not given, so D does not change. L is evaluated once.
  return descend(evaluate, optimisers.encoder, optimisers.generator, optimisers.memory);
}
