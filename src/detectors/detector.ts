/**
 * The interface of every row in the paper's tables: a detector is fitted on normal images and gives each image a score.
 *
 * @module
 */

import type { Images, NormalTrain } from "../data/images.ts";

/** An array of float32 values and its shape, as stored in a `.safetensors` file. */
export interface NamedArray {
  /** Its dimensions. */
  readonly shape: readonly number[];
  /** Its values, in row-major order. */
  readonly values: Float32Array;
}

/** Everything that training needs to resume after an epoch, and nothing that depends on time or machine. */
export interface Checkpoint {
  /** Completed epochs. */
  readonly epoch: number;
  /** Weights, running statistics and the optimisers' moments, by name. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
}

/** A completed epoch. */
export interface EpochReport {
  /** Its number, 1 for the first. */
  readonly epoch: number;
  /** The number of epochs in all. */
  readonly epochs: number;
  /** Each loss term, averaged over the epoch's steps. */
  readonly losses: Readonly<Record<string, number>>;
  /** Takes a checkpoint at this moment. */
  checkpoint(): Promise<Checkpoint>;
}

/** How a fit is monitored and resumed. */
export interface FitOptions {
  /** The checkpoint to resume from; without one, training starts from the beginning. */
  readonly resume?: Checkpoint | undefined;
  /** Called after each epoch, and awaited. */
  readonly onEpoch?: ((report: EpochReport) => void | Promise<void>) | undefined;
  /** Called after each step with the number of steps done and the number in this epoch. */
  readonly onStep?: ((done: number, of: number) => void) | undefined;
}

/**
 * An anomaly detector. A higher score is more anomalous. Values are read asynchronously, as a GPU in a browser requires.
 *
 * What it is given is checked: each promise is rejected with a `RangeError` where a value is out of its range (a pixel that is
 * not finite, images of another size than those it was fitted on), and with a `TypeError` where something is of another kind,
 * or where the detector is not fitted, is at work, or was disposed of.
 */
export interface Detector {
  /** The name of its row: `memgan`, `pca`, … */
  readonly method: string;
  /** The number of epochs of a fit; 0 if it has none. */
  readonly epochs: number;
  /**
   * Fits it on normal images.
   *
   * It is rejected with a `NonFiniteLossError` where a loss is not finite. After a failure it has to be fitted again.
   */
  fit(train: NormalTrain, options?: FitOptions): Promise<void>;
  /** One finite score per image; it does not depend on what else is in the batch. */
  score(images: Images): Promise<Float32Array>;
  /** Each image as the method reconstructs it; a method that reconstructs none lacks this. */
  reconstruct?(images: Images): Promise<Images>;
  /** What a trained method learned, by name. */
  save(): Promise<Record<string, NamedArray>>;
  /** Restores what `save` returned. */
  load(arrays: Readonly<Record<string, NamedArray>>): void;
  /** Frees every tensor that it keeps; from then on all but `dispose` itself is an error. */
  dispose(): void;
}

/** A detector whose memory units are codes that it can decode. */
export interface MemoryDetector extends Detector {
  /** The decoding of every memory unit: n images. */
  decodeMemory(): Promise<Images>;
}

/** A detector with a hyper-parameter that is chosen with labels: it can score once a candidate is chosen. */
export interface Undecided extends Detector {
  /** The candidates: hyper-parameters by name. */
  readonly candidates: readonly Readonly<Record<string, number>>[];
  /** Chooses a candidate by its index; may be called repeatedly. */
  choose(index: number): void;
}

/** A loss was not a finite number, so training stopped. */
export class NonFiniteLossError extends Error {
  /** The loss term. */
  readonly term: string;
  /** The step, counted from 1 over all epochs. */
  readonly step: number;

  /** Names the term and the step. */
  constructor(term: string, step: number, value: number) {
    super(`Cannot go on training: the loss term "${term}" is ${value} at step ${step}`);
    this.name = "NonFiniteLossError";
    this.term = term;
    this.step = step;
  }
}

/** A checkpoint is not one of this detector's: an array is missing or has another shape. */
export class CheckpointError extends RangeError {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "CheckpointError";
  }
}
