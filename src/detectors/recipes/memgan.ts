/**
 * All hyper-parameters of MEMGAN, with the paper's values where it gives them.
 *
 * @module
 */

import { z } from "zod";
import type { Preprocessing } from "../../data/preprocess.ts";
import type { AdamSettings } from "../../engine/adam.ts";
import type { Removable } from "../../paper/terms.ts";
import { REMOVABLE } from "../../paper/terms.ts";
import { fraction, positive, weight, whole } from "./ranges.ts";

/** A complete description of how MEMGAN is trained. */
export interface MemganRecipe {
  /** n, the number of memory units. */
  units: number;
  /** d, the size of a memory unit. */
  width: number;
  /** Epochs, each of k steps. */
  epochs: number;
  /** k, steps per epoch. */
  k: number;
  /** m, images per step. */
  batch: number;
  /** η of all four Adam optimisers at the first step. */
  learningRate: number;
  /** η after the last step; in between it falls linearly. */
  finalRate: number;
  /** β₁ of all four. */
  beta1: number;
  /** Memory units start as N(0, memoryScale²). */
  memoryScale: number;
  /** Eq. 7's random vector is N(0, alphaScale²) before its softmax. */
  alphaScale: number;
  /** D's dropout rate. */
  dropout: number;
  /**
   * The loss term that is left out, as in section 7's ablation; if none is, the field is absent, and so not in the run's
   * description.
   */
  without?: Removable;
}

/** The recipes that MEMGAN can be made by. */
export const MEMGAN_SCHEMA: z.ZodType<MemganRecipe> = z.strictObject({
  units: whole(1),
  width: whole(1),
  epochs: whole(0),
  k: whole(1),
  batch: whole(2),
  // The ends of a line, of which either may be 0.
  learningRate: weight,
  finalRate: weight,
  beta1: fraction,
  memoryScale: positive,
  alphaScale: positive,
  dropout: fraction,
  without: z.enum(REMOVABLE).exactOptional(),
});

/** The recipe in use on MNIST; `spec/` says how each value was chosen. */
export const MNIST_RECIPE: Readonly<MemganRecipe> = {
  units: 50,
  width: 64,
  epochs: 7,
  k: 400,
  batch: 32,
  learningRate: 1e-4,
  finalRate: 1e-5,
  beta1: 0.5,
  memoryScale: 1,
  alphaScale: 1,
  dropout: 0.3,
};

/** The recipe in use on CIFAR-10; `spec/s6_3_cifar10.md` says how each value was chosen. */
export const CIFAR10_RECIPE: Readonly<MemganRecipe> = {
  ...MNIST_RECIPE,
  units: 100,
  width: 256,
  epochs: 10,
  k: 150,
  learningRate: 5e-5,
  finalRate: 5e-5,
  dropout: 0.5,
};

/** The preprocessing of MEMGAN's images on MNIST, and of every row compared with it. */
export const PREPROCESSING: Preprocessing = "std";

/** Adam's settings from a recipe. */
export function adamSettings(recipe: MemganRecipe): AdamSettings {
  return { learningRate: recipe.learningRate, beta1: recipe.beta1, beta2: 0.999, epsilon: 1e-8 };
}
