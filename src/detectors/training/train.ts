/**
 * What every trained detector shares: epochs of steps, resumed where a checkpoint ends.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Adam } from "../../engine/adam.ts";
import type { Mask } from "../../engine/layer.ts";
import type { Parameter } from "../../engine/parameter.ts";
import { given } from "../../engine/recording.ts";
import type { Repeated } from "../../engine/repeat.ts";
import { repeated } from "../../engine/repeat.ts";
import type { Checkpoint, FitOptions } from "../detector.ts";
import { CheckpointError, NonFiniteLossError } from "../detector.ts";
import { valuesOf } from "./batches.ts";
import { arrayOf, arraysOf, restore, snapshot } from "./weights.ts";

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
