/**
 * What every trained detector shares: minibatches, resumable epochs, and scoring in batches.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../../data/images.ts";
import type { Adam } from "../../engine/adam.ts";
import type { Parameter } from "../../engine/parameter.ts";
import type { Generator as Decoder, Mask } from "../../engine/layer.ts";
import { INFERENCE } from "../../engine/layer.ts";
import type { Rng } from "../../engine/random.ts";
import { given } from "../../engine/recording.ts";
import type { Repeated } from "../../engine/repeat.ts";
import { repeated } from "../../engine/repeat.ts";
import type { Checkpoint, FitOptions } from "../detector.ts";
import { CheckpointError, NonFiniteLossError } from "../detector.ts";
import { arrayOf, arraysOf, restore, snapshot } from "./weights.ts";

/** Images scored at once: large enough to be fast, small enough for any machine. */
const SCORE_BATCH = 500;

/** Values scored at once, at most: so many images of CIFAR-10's size. Of larger ones their layers would need gigabytes. */
const SCORE_VALUES = SCORE_BATCH * 32 * 32 * 3;

/**
 * How many images are scored at once.
 *
 * @param size The values of an image: height · width · channels.
 * @returns At least one.
 *
 * @example 500 of the sizes of the paper's data sets, and seven of the largest there are networks for
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([28 * 28, 32 * 32 * 3, 256 * 256 * 3].map(scoredAtOnce), [500, 500, 7]);
 * ```
 */
export function scoredAtOnce(size: number): number {
  return Math.max(1, Math.min(SCORE_BATCH, Math.floor(SCORE_VALUES / size)));
}

/** Images as a tensor, [count, height, width, channels]. */
export function toTensor({ count, height, width, channels, pixels }: Images): tf.Tensor4D {
  return tf.tensor4d(pixels, [count, height, width, channels]);
}

/** Requires at least one batch. */
export function checkFills(method: string, { count }: Images, batch: number): void {
  if (count >= batch) return;
  throw new RangeError(`Cannot fit ${method}: ${count} images do not fill one batch of ${batch}`);
}

/** Endless minibatches: each pass visits the images in a new order, and leaves an incomplete last batch out. */
export function* minibatches(rng: Rng, count: number, batch: number): Generator<Uint32Array, never> {
  while (true) {
    const order = rng.permutation(count);
    for (let from = 0; from + batch <= count; from += batch) yield order.subarray(from, from + batch);
  }
}

/** Dropout masks from a generator: 0 with probability `rate`, otherwise 1/(1 − rate). */
export function maskFrom(rng: Rng): Mask {
  return (shape, rate) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b));
    const kept = 1 / (1 - rate);
    for (let i = 0; i < values.length; i++) values[i] = rng.uniform() < rate ? 0 : kept;
    return tf.tensor(values, shape);
  };
}

/** The values of a tensor, which is freed. */
async function valuesOf(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}

/**
 * The values of a function of images, computed in batches.
 *
 * @param images Any number of them.
 * @param use From [m, height, width, channels] to a tensor whose first axis is m; intermediate tensors are freed.
 * @returns The values, image by image.
 */
export async function forBatches(images: Images, use: (x: tf.Tensor4D) => tf.Tensor): Promise<Float32Array> {
  const size = images.pixels.length / images.count;
  const batch = scoredAtOnce(size);
  const out: Float32Array[] = [];
  for (let from = 0; from < images.count; from += batch) {
    const count = Math.min(batch, images.count - from);
    const pixels = images.pixels.slice(from * size, (from + count) * size);
    out.push(await valuesOf(tf.tidy(() => use(toTensor({ ...images, count, pixels })))));
  }
  const all = new Float32Array(out.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of out) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

/**
 * The decoding of each row of a memory.
 *
 * @param decoder From [n, d] to [n, height, width, channels].
 * @param memory The rows, [n, d].
 * @returns n images.
 */
export async function decodeRows(decoder: Decoder, memory: Parameter): Promise<Images> {
  const y = tf.tidy(() => decoder(memory.value, INFERENCE));
  const [count, height, width, channels] = y.shape;
  return { count, height, width, channels, pixels: await valuesOf(y) };
}

/**
 * A step: it updates parameters using the tensors drawn for it, and returns the value of each loss term, [terms]; its other
 * tensors are freed. It uses operations on tensors alone, since TensorFlow may repeat the step as recorded once.
 */
export type Step<Drawn extends tf.Tensor[]> = (drawn: Drawn, mask: Mask) => tf.Tensor;

/** The steps of an epoch and their inputs. */
export interface Epoch<Drawn extends tf.Tensor[]> {
  /** Images, random vectors: tensors for one step, drawn on the host. */
  draw(): [...Drawn];
  /** Masks, where the step has dropout. */
  readonly mask?: Mask;
  /** The step; the same function object in all epochs in which it computes the same. */
  readonly step: Step<Drawn>;
}

/** One phase of training: epochs of equally many steps, each of which advances every optimiser once. */
export interface Phase<Drawn extends tf.Tensor[] = [tf.Tensor4D]> {
  /** The method, for messages. */
  readonly method: string;
  /** Epochs before this phase; 0 for the first. */
  readonly before: number;
  /** Epochs in this phase. */
  readonly epochs: number;
  /** Epochs in all phases. */
  readonly of: number;
  /** Steps per epoch. */
  readonly steps: number;
  /** The parameters that a checkpoint holds besides the optimisers' moments: weights and running statistics. */
  readonly saved: readonly Parameter[];
  /** The optimisers, disposed of at the end. */
  readonly optimisers: readonly Adam[];
  /** Names of the loss terms. */
  readonly terms: readonly string[];
  /** η of a step for an optimiser, from the fraction of the phase that is done, 0 to 1. */
  learningRate(progress: number, of: Adam): number;
  /**
   * Called at an epoch's start with its number, from 1 over all phases, so that its random draws do not depend on the
   * epochs before.
   */
  epoch(epoch: number): Epoch<Drawn>;
}

/** Every optimiser has made one step per batch. */
function restoreMoments(method: string, optimiser: Adam, steps: number, arrays: Checkpoint["arrays"]): void {
  const given = optimiser.parameters.flatMap(({ name, value }) =>
    [`${name}/m`, `${name}/v`].map((moment) =>
      [moment, arrayOf(`Cannot resume ${method}`, moment, value.shape, arrays)] as const
    )
  );
  const moments = Object.fromEntries(given.map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]));
  optimiser.restore(steps, moments);
  tf.dispose(moments);
}

/** Sets everything to what a checkpoint holds. */
function resumeFrom(
  { epoch, arrays }: Checkpoint,
  { method, before, steps, saved, optimisers }: Omit<Phase, "epoch">,
): void {
  try {
    restore(method, saved, arrays);
    optimisers.forEach((each) => restoreMoments(method, each, (epoch - before) * steps, arrays));
  } catch (error) {
    throw error instanceof RangeError ? new CheckpointError(error.message) : error;
  }
}

/**
 * Trains through a phase, resuming from a checkpoint of this phase if there is one; does nothing if the checkpoint is of a
 * later phase.
 *
 * @param phase The phase.
 * @param options How it is monitored and resumed.
 * @throws {CheckpointError} If the checkpoint lacks a weight or a moment, or has it in another shape.
 * @throws {NonFiniteLossError} If a loss is not finite, with its term and step.
 */
export async function train<Drawn extends tf.Tensor[]>(phase: Phase<Drawn>, options: FitOptions): Promise<void> {
  const steppers = new Map<Step<Drawn>, Repeated>();
  try {
    await pass(phase, options, steppers);
  } finally {
    for (const each of [...steppers.values(), ...phase.optimisers]) each.dispose();
  }
}

/** Trains through a phase; the caller frees the optimisers and the steppers. */
async function pass<Drawn extends tf.Tensor[]>(
  phase: Phase<Drawn>,
  { resume, onEpoch, onStep }: FitOptions,
  steppers: Map<Step<Drawn>, Repeated>,
): Promise<void> {
  const { before, epochs, steps, saved, optimisers, terms } = phase;
  if (resume && resume.epoch > before && resume.epoch <= before + epochs) resumeFrom(resume, phase);
  const moved = [...new Set([...saved, ...optimisers.flatMap(({ parameters }) => parameters)])];
  let now: Epoch<Drawn>;
  const stepper = (step: Step<Drawn>) =>
    repeated(() => {
      const drawn = given(() => now.draw());
      try {
        return tf.tidy(() => step(drawn, (shape, rate) => given(() => [now.mask!(shape, rate)])[0]));
      } finally {
        tf.dispose(drawn);
      }
    }, moved);
  for (let epoch = Math.max(before, resume?.epoch ?? 0) + 1; epoch <= before + epochs; epoch++) {
    now = phase.epoch(epoch);
    const takeStep = steppers.get(now.step) ?? stepper(now.step);
    steppers.set(now.step, takeStep);
    const sums = new Float64Array(terms.length);
    for (let step = 0; step < steps; step++) {
      const done = (epoch - before - 1) * steps + step;
      for (const each of optimisers) each.learningRate = phase.learningRate(done / (epochs * steps), each);
      const values = await valuesOf(takeStep());
      values.forEach((value, i) => {
        if (!Number.isFinite(value)) throw new NonFiniteLossError(terms[i]!, before * steps + done + 1, value);
        sums[i]! += value;
      });
      onStep?.(step + 1, steps);
    }
    takeStep.settle();
    await onEpoch?.({
      epoch,
      epochs: phase.of,
      losses: Object.fromEntries(terms.map((term, i) => [term, sums[i]! / steps])),
      checkpoint: async () => {
        const moments = Object.assign({}, ...optimisers.map((each) => each.moments()));
        try {
          return { epoch, arrays: { ...await snapshot(saved), ...await arraysOf(moments) } };
        } finally {
          tf.dispose(moments);
        }
      },
    });
  }
}
