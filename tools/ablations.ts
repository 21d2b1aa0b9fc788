/**
 * Choices that no hyper-parameter expresses, each as the change that makes the alternative.
 *
 * @module
 */

import type { Change } from "./copy.ts";

/** An alternative to a choice. */
export interface Ablation {
  /** What is done instead. */
  readonly what: string;
  /** The clause of the choice; its folder has this name. */
  readonly clause: string;
  /** How. */
  readonly changes: readonly Change[];
}

/** The digits. */
export const CLASSES: readonly number[] = [3, 8];

/** The seeds. */
export const SEEDS: readonly number[] = [0, 1, 2];

/** The schedule of every run, as a file of variants has it: short, so that there can be many. */
export const SCHEDULE = { "two epochs": { epochs: 2 } };

const ADAM = "src/engine/adam.ts";

/** All of them. */
export const ABLATIONS: readonly Ablation[] = [
  {
    what: "‖·‖₂² instead of ‖·‖₂",
    clause: "choice-norm",
    changes: [{
      file: "src/paper/s4_2_cycle.ts",
      from: "tf.sqrt(tf.add(tf.sum<tf.Tensor1D>(tf.square(flat), 1), EPSILON))",
      to: "tf.add(tf.sum<tf.Tensor1D>(tf.square(flat), 1), EPSILON)",
    }],
  },
  {
    what: "softmax(2Mz), a temperature of 1/2",
    clause: "choice-temperature",
    changes: [{
      file: "src/paper/s4_2_cycle.ts",
      from: "tf.softmax(tf.matMul(z, M, false, true))",
      to: "tf.softmax(tf.mul(tf.matMul(z, M, false, true), 2))",
    }],
  },
  {
    what: "at test time the statistics of batches of 500",
    clause: "choice-inference-mode",
    changes: [
      {
        file: "src/detectors/memgan.ts",
        from: "E(x, INFERENCE)), INFERENCE)",
        to: "E(x, { training: true })), { training: true })",
      },
    ],
  },
  {
    what: "running statistics follow both paths",
    clause: "choice-running-statistics",
    changes: [{
      file: "src/paper/s4_5_training.ts",
      from: "const untracked: Mode = { training: true, mask };",
      to: "const untracked: Mode = { training: true, momentum: BATCH_NORM_MOMENTUM, mask };",
    }],
  },
  {
    what: "half the channels",
    clause: "choice-architecture",
    changes: [{ file: "src/networks/memgan.ts", from: "const CHANNELS = 32;", to: "const CHANNELS = 16;" }],
  },
  {
    what: "weights N(0, 0.05²)",
    clause: "choice-initialisation",
    changes: [{ file: "src/networks/layers/init.ts", from: "WEIGHT_SCALE = 0.02", to: "WEIGHT_SCALE = 0.05" }],
  },
  {
    what: "plain gradient descent at the same learning rates",
    clause: "algorithm-1-optimiser",
    changes: [
      {
        file: ADAM,
        from: "isNative() ? nativeSlot(p) : composedSlot(p, settings)",
        to: "composedSlot(p, settings)",
      },
      { file: ADAM, from: "tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), floor))", to: "tf.mul(gradient, rate)" },
      { file: ADAM, from: "this.learningRate * root / (1 - beta1 ** this.steps)", to: "this.learningRate" },
    ],
  },
];
