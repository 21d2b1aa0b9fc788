/**
 * MEMGAN as a detector: Algorithm 1 over epochs of minibatches, and the score of Eq. 8.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images, NormalTrain } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { Adam } from "../engine/adam.ts";
import { Parameter } from "../engine/parameter.ts";
import { INFERENCE } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { stream } from "../engine/random.ts";
import { allOf, mnistNetworks } from "../networks/mnist.ts";
import { project } from "../paper/s4_2_cycle.ts";
import type { Players } from "../paper/s4_5_training.ts";
import { LOSS_TERMS, trainStep } from "../paper/s4_5_training.ts";
import { anomalyScore } from "../paper/s5_3_detection.ts";
import type { Checkpoint, Detector, FitOptions, NamedArray } from "./detector.ts";
import { NonFiniteLossError } from "./detector.ts";
import type { MemganRecipe } from "./recipe.ts";
import { adamSettings } from "./recipe.ts";

/** Images scored at once: large enough to be fast, small enough for any machine. */
const SCORE_BATCH = 500;

/** MEMGAN, and what figures look at besides scores. */
export interface Memgan extends Detector {
  /** G(mᵢ) of every memory unit: n images. */
  decodeMemory(): Promise<Images>;
  /** G(P(E(x))) of each image. */
  reconstruct(images: Images): Promise<Images>;
}

function toTensor({ count, height, width, channels, pixels }: Images): tf.Tensor4D {
  return tf.tensor4d(pixels, [count, height, width, channels]);
}

/** Endless minibatches: each pass visits the images in a new order, and leaves an incomplete last batch out. */
function* minibatches(draws: Stream, count: number, batch: number): Generator<Uint32Array, never> {
  while (true) {
    const order = draws.permutation(count);
    for (let from = 0; from + batch <= count; from += batch) yield order.subarray(from, from + batch);
  }
}

/** Dropout masks out of a stream: 0 with probability `rate`, else 1/(1 − rate). */
export function maskFrom(draws: Stream): (shape: number[], rate: number) => tf.Tensor {
  return (shape, rate) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b));
    for (let i = 0; i < values.length; i++) values[i] = draws.uniform() < rate ? 0 : 1 / (1 - rate);
    return tf.tensor(values, shape);
  };
}

/**
 * MEMGAN, freshly initialised; its tensors live as long as the process.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @returns The detector.
 */
export function createMemgan(recipe: MemganRecipe, seed: number): Memgan {
  const networks = mnistNetworks(recipe.width, recipe.dropout, stream(seed, "init"));
  const { encoder: E, generator: G } = networks;
  const start = stream(seed, "memory").normals(recipe.units * recipe.width).map((value) => value * recipe.memoryScale);
  const memory = new Parameter("memory", tf.tensor2d(start, [recipe.units, recipe.width]));
  const all = [...allOf(networks), memory];

  const snapshot = () => arraysOf(Object.fromEntries(all.map((p) => [p.name, p.value])));

  const load: Detector["load"] = (arrays) => {
    for (const parameter of all) {
      const given = arrays[parameter.name];
      if (given === undefined || String(given.shape) !== String(parameter.value.shape)) {
        throw new RangeError(
          `Cannot load MEMGAN's weights: "${parameter.name}" must have the shape [${
            parameter.value.shape.join(", ")
          }], ` +
            (given === undefined ? "it is missing" : `it has [${given.shape.join(", ")}]`),
        );
      }
      parameter.set(tf.tensor(Float32Array.from(given.values), [...given.shape]));
    }
  };

  const forBatches = async (images: Images, use: (x: tf.Tensor4D) => tf.Tensor): Promise<Float32Array> => {
    const size = images.pixels.length / images.count;
    const out: Float32Array[] = [];
    for (let from = 0; from < images.count; from += SCORE_BATCH) {
      const count = Math.min(SCORE_BATCH, images.count - from);
      const pixels = images.pixels.slice(from * size, (from + count) * size);
      const y = tf.tidy(() => use(toTensor({ ...images, count, pixels })));
      out.push(await y.data<"float32">());
      y.dispose();
    }
    return Float32Array.from(out.flatMap((values) => [...values]));
  };
  const rebuild = (x: tf.Tensor4D) => {
    const zx = E.apply(x, INFERENCE).y as tf.Tensor2D;
    return G.apply(project(memory.value as tf.Tensor2D, zx), INFERENCE).y;
  };

  return {
    method: "memgan",
    async fit(train: NormalTrain, { resume, onEpoch, onStep }: FitOptions = {}) {
      const { images } = train;
      const steps = recipe.k;
      if (images.count < recipe.batch) {
        throw new RangeError(`Cannot fit MEMGAN: ${images.count} images do not fill one batch of ${recipe.batch}`);
      }
      if (resume) load(resume.arrays);
      const optimisers = {
        encoder: new Adam(E.parameters, adamSettings(recipe)),
        generator: new Adam(G.parameters, adamSettings(recipe)),
        discriminator: new Adam(networks.discriminator.parameters, adamSettings(recipe)),
        memory: new Adam([memory], adamSettings(recipe)),
      };
      if (resume) Object.values(optimisers).forEach((each) => restore(each, steps, resume));
      const players: Players = { ...networks, memory, optimisers };
      for (let epoch = (resume?.epoch ?? 0) + 1; epoch <= recipe.epochs; epoch++) {
        const batches = minibatches(stream(seed, "shuffle", epoch), images.count, recipe.batch);
        const alpha = stream(seed, "alpha", epoch);
        const mask = maskFrom(stream(seed, "dropout", epoch));
        const sums = new Float64Array(LOSS_TERMS.length);
        for (let step = 0; step < steps; step++) {
          const x = toTensor(gather(images, batches.next().value));
          const random = tf.tensor2d(
            alpha.normals(recipe.batch * recipe.units).map((value) => value * recipe.alphaScale),
            [recipe.batch, recipe.units],
          );
          const progress = ((epoch - 1) * steps + step) / (recipe.epochs * steps);
          for (const each of Object.values(optimisers)) {
            each.learningRate = recipe.learningRate + (recipe.finalRate - recipe.learningRate) * progress;
          }
          const losses = trainStep(x, random, players, mask);
          const values = await losses.data();
          tf.dispose([x, random, losses]);
          values.forEach((value, i) => {
            if (!Number.isFinite(value)) {
              throw new NonFiniteLossError(LOSS_TERMS[i]!, (epoch - 1) * steps + step + 1, value);
            }
            sums[i]! += value;
          });
          onStep?.(step + 1, steps);
        }
        await onEpoch?.({
          epoch,
          epochs: recipe.epochs,
          losses: Object.fromEntries(LOSS_TERMS.map((term, i) => [term, sums[i]! / steps])),
          checkpoint: async () => {
            const moments = Object.assign({}, ...Object.values(optimisers).map((each) => each.moments()));
            const arrays = { ...await snapshot(), ...await arraysOf(moments) };
            tf.dispose(moments);
            return { epoch, arrays };
          },
        });
      }
      Object.values(optimisers).forEach((each) => each.dispose());
    },
    score: (images) => forBatches(images, (x) => anomalyScore(x, rebuild(x))),
    save: snapshot,
    load,
    async decodeMemory() {
      const y = tf.tidy(() => G.apply(memory.value, INFERENCE).y as tf.Tensor4D);
      const [count, height, width, channels] = y.shape;
      const pixels = await y.data<"float32">();
      y.dispose();
      return { count, height, width, channels, pixels };
    },
    reconstruct: async (images) => ({ ...images, pixels: await forBatches(images, rebuild) }),
  };
}

/** The values of tensors by name, read from wherever they are. */
async function arraysOf(tensors: Readonly<Record<string, tf.Tensor>>): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    arrays[name] = { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
  }
  return arrays;
}

/** Every optimiser has made one step a batch. */
function restore(optimiser: Adam, stepsAnEpoch: number, { epoch, arrays }: Checkpoint): void {
  const moments = Object.fromEntries(
    optimiser.parameters.flatMap(({ name }) => [`${name}/m`, `${name}/v`]).map((name) => {
      const { shape, values } = arrays[name]!;
      return [name, tf.tensor(values, [...shape])];
    }),
  );
  optimiser.restore(epoch * stepsAnEpoch, moments);
  tf.dispose(moments);
}
