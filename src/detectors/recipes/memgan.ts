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
  // What follows is absent where it is not used, and so not in the run's description.
  /** Units start at E(x) of training images, by the E that training starts with; absent: at random, with `memoryScale`. */
  memoryStart?: "codes";
  /** η of D at the first step, from where it falls to `finalRate`; absent: `learningRate`. */
  discriminatorRate?: number;
  /** In training D sees images plus N(0, σ²), and σ falls linearly from this to 0; absent: 0. */
  discriminatorNoise?: number;
  /** D's layers are spectrally normalised; absent: batch normalisation. */
  discriminatorNorm?: "spectral";
  /** Channels after the first convolution of D; absent: as in E and G. */
  discriminatorChannels?: number;
  /** Channels after the first convolution of E, and before the last of G; absent: 32. */
  channels?: number;
  /** The loss term that is left out, as in section 7's ablation. */
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
  memoryStart: z.enum(["codes"]).exactOptional(),
  discriminatorRate: positive.exactOptional(),
  discriminatorNoise: positive.exactOptional(),
  discriminatorNorm: z.enum(["spectral"]).exactOptional(),
  discriminatorChannels: whole(1).exactOptional(),
  channels: whole(1).exactOptional(),
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
