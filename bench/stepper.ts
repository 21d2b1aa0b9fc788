/**
 * MEMGAN's training step on random images, for measurements, and how many products it takes.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { DatasetName } from "../src/data/dataset.ts";
import { ABOUT } from "../src/data/dataset.ts";
import { maskFrom } from "../src/detectors/training/batches.ts";
import type { MemganRecipe } from "../src/detectors/recipes/memgan.ts";
import { adamSettings, CIFAR10_RECIPE, MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { Adam } from "../src/engine/adam.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { given } from "../src/engine/recording.ts";
import { repeated } from "../src/engine/repeat.ts";
import { allOf } from "../src/engine/layer.ts";
import { memganNetworks } from "../src/networks/memgan.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";

/** The recipe of each data set, with the dropout of `torch_memgan.py`. */
export const RECIPES: Readonly<Record<DatasetName, MemganRecipe>> = {
  mnist: MNIST_RECIPE,
  cifar10: { ...CIFAR10_RECIPE, dropout: MNIST_RECIPE.dropout },
};

/** A step, and the multiply-adds that it cannot do without. */
export interface Stepper {
  /** Does a step on the same images, with new random vectors and masks. */
  step(): Promise<void>;
  /** Multiply-adds an image. */
  readonly products: number;
  /** Numbers that are trained. */
  readonly parameters: number;
}

/** How often a step goes through E, G and D, forward and backward, with E(x) and G(z) computed once. */
const PASSES = { encoder: 2 + 2 + 2, generator: 2 + 3 + 2, discriminator: 4 + 3 + 2 };

/** Multiply-adds of a network an image: a kernel is used at each place of its smaller side. */
function products(parameters: readonly Parameter[], placesOf: (channels: number) => number): number {
  return parameters.reduce((sum, { value: { shape, size } }) => {
    if (shape.length < 2) return sum;
    return sum + size * (shape.length === 4 ? placesOf(shape[3]!) : 1);
  }, 0);
}

/**
 * A step on random images.
 *
 * @param dataset Whose networks.
 * @param batch Images a step.
 * @param changed What differs from the recipe: n, d.
 * @param asWritten Each operation started from here, instead of the step being repeated as in a run.
 * @returns The step.
 */
export function stepper(
  dataset: DatasetName,
  batch: number,
  changed: Partial<MemganRecipe> = {},
  asWritten = false,
): Stepper {
  const recipe = { ...RECIPES[dataset], ...changed };
  const { units, width, dropout } = recipe;
  const { shape } = ABOUT[dataset];
  const networks = memganNetworks(shape, width, dropout, seededRng(0, "init"));
  const { encoder, generator, discriminator } = networks;
  const memory = new Parameter("memory", tf.tensor2d(seededRng(0, "memory").normals(units * width), [units, width]));
  const adam = (parameters: readonly Parameter[]) => new Adam(parameters, adamSettings(recipe));
  const players = {
    ...networks,
    memory,
    optimisers: {
      encoder: adam(encoder.parameters),
      generator: adam(generator.parameters),
      discriminator: adam(discriminator.parameters),
      memory: adam([memory]),
    },
  };
  const [mask, alpha] = [maskFrom(seededRng(0, "dropout")), seededRng(0, "alpha")];
  const size: [number, number, number, number] = [batch, shape.height, shape.width, shape.channels];
  const pixels = seededRng(0, "x").uniforms(size.reduce((a, b) => a * b)).map((u) => 2 * u - 1);
  const written = () => {
    const [x, random] = given(() => [
      tf.tensor4d(pixels, size),
      tf.tensor2d(alpha.normals(batch * units), [batch, units]),
    ]);
    const losses = trainStep(x, random, players, (shape, rate) => given(() => [mask(shape, rate)])[0]);
    tf.dispose([x, random]);
    return losses;
  };
  const takeStep = asWritten ? written : repeated(written, [...allOf(encoder, generator, discriminator), memory]);
  // A stack has 32, 64 and 128 channels where an image is a half, a quarter and an eighth as wide, rounded up.
  const placesOf = (channels: number) => Math.ceil(shape.height / (channels / 16)) ** 2;
  const trained = Object.values(players.optimisers).flatMap(({ parameters }) => parameters);
  return {
    parameters: trained.reduce((sum, { value }) => sum + value.size, 0),
    products: Object.entries(PASSES).reduce(
      (sum, [player, passes]) => sum + passes * products(networks[player as keyof typeof PASSES].parameters, placesOf),
      0,
    ),
    async step() {
      const losses = takeStep();
      await losses.data();
      losses.dispose();
    },
  };
}
