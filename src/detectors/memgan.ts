/**
 * MEMGAN as a detector: Algorithm 1 over epochs of minibatches, and the score of Eq. 8.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images, ImageShape } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { Adam } from "../engine/adam.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Mask } from "../engine/layer.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { seededRng } from "../engine/random.ts";
import { memganNetworks } from "../networks/memgan.ts";
import { project } from "../paper/s4_2_cycle.ts";
import type { Players } from "../paper/s4_5_training.ts";
import { trainStep } from "../paper/s4_5_training.ts";
import { LOSS_TERMS } from "../paper/terms.ts";
import { anomalyScore } from "../paper/s5_3_detection.ts";
import { squaredDistance } from "./classical/matrix.ts";
import type { MemoryDetector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { MEMGAN_SCHEMA } from "./recipes/memgan.ts";
import type { MemganRecipe } from "./recipes/memgan.ts";
import { adamSettings } from "./recipes/memgan.ts";
import { withFadingNoise } from "./training/instance_noise.ts";
import { checkFills, decodeRows, forBatches, maskFrom, minibatches, toTensor } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** MEMGAN, with what figures need besides scores. */
export interface Memgan extends MemoryDetector {
  /** E(x) of each image, in row-major order: count × d values. */
  encode(images: Images): Promise<Float32Array>;
  /** G(P(E(x))) of each image. */
  reconstruct(images: Images): Promise<Images>;
  /**
   * How far training moved M: ‖M − M₀‖ over ‖M₀‖, its norm at the start.
   *
   * @throws {TypeError} If M₀ are codes of training images, and this detector saw none: it was loaded.
   */
  memoryMoved(): Promise<number>;
}

/** M before training, in row-major order: n × d values, normal with the recipe's standard deviation. */
export function initialMemory(recipe: MemganRecipe, seed: number): Float32Array {
  return seededRng(seed, "memory").normals(recipe.units * recipe.width).map((value) => value * recipe.memoryScale);
}

/** The size of MNIST's images. */
const MNIST_SHAPE: ImageShape = { height: 28, width: 28, channels: 1 };

/**
 * MEMGAN, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images.
 */
export function createMemgan(recipe: MemganRecipe, seed: number, shape: ImageShape = MNIST_SHAPE): Memgan {
  const detector = guarded("memgan", { schema: MEMGAN_SCHEMA, recipe, seed, shape }, (recipe, use) => {
    const networks = memganNetworks(shape, recipe.width, recipe.dropout, seededRng(seed, "init"), recipe);
    const { encoder: E, generator: G, discriminator: D } = networks;
    const random = initialMemory(recipe, seed);
    const memory = new Parameter("memory", tf.tensor2d(random, [recipe.units, recipe.width]));
    const all = [...allOf(E, G, D), memory];
    /** M before training, as far as it is known: codes that it started from are no part of a model. */
    const known = recipe.memoryStart === undefined ? random : undefined;
    let start = known;

    /** E(x) of n images, all different, normalised by their own statistics: the running ones are not there yet. */
    const startAtCodes = async (images: Images) => {
      if (images.count < recipe.units) {
        throw new RangeError(`Cannot fit memgan: ${images.count} images do not give ${recipe.units} units their start`);
      }
      const which = seededRng(seed, "memory images").permutation(images.count).subarray(0, recipe.units);
      memory.set(tf.tidy(() => E(toTensor(gather(images, which)), { training: true })));
      start = await memory.value.data<"float32">();
    };

    const rebuild = (x: tf.Tensor4D) => G(project(memory.value as tf.Tensor2D, E(x, INFERENCE)), INFERENCE);

    return {
      epochs: recipe.epochs,
      saved: all,
      async fit(images, options) {
        if (recipe.epochs > 0) checkFills("memgan", images, recipe.batch);
        if (recipe.memoryStart === "codes") await startAtCodes(images);
        const adam = (parameters: readonly Parameter[]) => new Adam(parameters, adamSettings(recipe));
        const optimisers = {
          encoder: adam(E.parameters),
          generator: adam(G.parameters),
          discriminator: adam(D.parameters),
          memory: adam([memory]),
        };
        const { discriminatorNoise: sigma, discriminatorRate = recipe.learningRate } = recipe;
        const noisy = sigma === undefined ? undefined : withFadingNoise(D, seed, sigma, recipe);
        const players: Players = { ...networks, ...noisy, memory, optimisers };
        const step = ([x, random]: [tf.Tensor4D, tf.Tensor2D], mask: Mask) =>
          trainStep(x, random, players, mask, recipe.without);
        await train({
          method: "memgan",
          before: 0,
          epochs: recipe.epochs,
          of: recipe.epochs,
          steps: recipe.k,
          saved: all,
          optimisers: Object.values(optimisers),
          terms: LOSS_TERMS,
          learningRate(progress, of) {
            const first = of === optimisers.discriminator ? discriminatorRate : recipe.learningRate;
            return first + (recipe.finalRate - first) * progress;
          },
          epoch(epoch) {
            const batches = minibatches(seededRng(seed, "shuffle", epoch), images.count, recipe.batch);
            const alpha = seededRng(seed, "alpha", epoch);
            const { batch, units, alphaScale } = recipe;
            let drawn = 0;
            return {
              draw() {
                noisy?.at(epoch, drawn++);
                return [
                  toTensor(gather(images, batches.next().value)),
                  tf.tensor2d(alpha.normals(batch * units).map((value) => value * alphaScale), [batch, units]),
                ];
              },
              mask: maskFrom(seededRng(seed, "dropout", epoch)),
              step,
            };
          },
        }, options);
      },
      restored: () => start = known,
      score: (images) => forBatches(images, (x) => anomalyScore(x, rebuild(x))),
      reconstruct: (images) => forBatches(images, rebuild),
      extra: {
        encode: (images: Images) => use("encode", () => forBatches(images, (x) => E(x, INFERENCE)), images),
        decodeMemory: () => use("decode the memory", () => decodeRows(G, memory)),
        memoryMoved: () =>
          use("measure the memory", async () => {
            if (start === undefined) {
              throw new TypeError(
                "Cannot say how far memgan moved its memory: it was loaded, without the codes that it started from",
              );
            }
            const moved = squaredDistance(await memory.value.data<"float32">(), start);
            return Math.sqrt(moved / squaredDistance(start, new Float32Array(start.length)));
          }),
      },
    };
  });
  return detector as typeof detector & Memgan;
}
