/**
 * What every row of the paper's tables has in common: it is fitted on normal images and gives each image a score.
 *
 * @module
 */

import type { Images, NormalTrain } from "../data/images.ts";

/** An array of float32 values and its shape, as stored in a `.safetensors` file. */
export interface NamedArray {
  /** Its dimensions. */
  readonly shape: readonly number[];
  /** Its values, row by row. */
  readonly values: Float32Array;
}

/** Everything that training needs to go on after an epoch, and nothing that depends on time or machine. */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number;
  /** Weights, running statistics and the optimisers' moments, by name. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
}

/** An epoch that is done. */
export interface EpochReport {
  /** 1 for the first. */
  readonly epoch: number;
  /** How many there will be. */
  readonly epochs: number;
  /** Each loss term, averaged over the epoch's steps. */
  readonly losses: Readonly<Record<string, number>>;
  /** Takes a checkpoint of this moment. */
  checkpoint(): Promise<Checkpoint>;
}

/** How a fit is watched and continued. */
export interface FitOptions {
  /** Where to go on; otherwise from the start. */
  readonly resume?: Checkpoint | undefined;
  /** Called after each epoch, and awaited. */
  readonly onEpoch?: ((report: EpochReport) => void | Promise<void>) | undefined;
  /** Called after each step with the steps done and to do, this epoch. */
  readonly onStep?: ((done: number, of: number) => void) | undefined;
}

/** An anomaly detector. A higher score is more anomalous. Values are read asynchronously, as a GPU in a browser wants it. */
export interface Detector {
  /** The name of its row: `memgan`, `pca`, … */
  readonly method: string;
  /** How many epochs a fit takes; 0 where it takes none. */
  readonly epochs: number;
  /** Fits it on normal images. */
  fit(train: NormalTrain, options?: FitOptions): Promise<void>;
  /** One score an image; it does not depend on what else is in the batch. */
  score(images: Images): Promise<Float32Array>;
  /** What a trained method learned, by name. */
  save(): Promise<Record<string, NamedArray>>;
  /** Takes over what `save` gave. */
  load(arrays: Readonly<Record<string, NamedArray>>): void;
}

/** A detector whose memory units are codes that it can decode. */
export interface MemoryDetector extends Detector {
  /** What the decoder makes of every memory unit: n images. */
  decodeMemory(): Promise<Images>;
}

/** A detector with a hyper-parameter that is left to whoever has labels: it scores once a candidate is chosen. */
export interface Undecided extends Detector {
  /** What there is to choose from: hyper-parameters by name. */
  readonly candidates: readonly Readonly<Record<string, number>>[];
  /** Chooses a candidate by its index, as often as one likes. */
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
