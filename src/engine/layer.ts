/**
 * What a layer and a network are: functions of tensors with parameters, which TensorFlow.js's tape differentiates.
 *
 * @module
 */

import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "./tensor.ts";
import type { Parameter } from "./parameter.ts";

/** Draws masks for dropout, one a call: 0 with probability `rate`, else 1/(1 − rate). */
export type Mask = (shape: number[], rate: number) => Tensor;

/** How a network is applied. */
export interface Mode {
  /** Batch normalisation by the batch's own statistics, and dropout; otherwise by the running ones, and none. */
  readonly training: boolean;
  /** In training: this batch's share in the running statistics, which the rest of them keeps; default 0. */
  readonly momentum?: number;
  /** In training: masks for dropout. */
  readonly mask?: Mask;
}

/** Scoring: nothing depends on the rest of the batch. */
export const INFERENCE: Mode = { training: false };

/** A batch's share in the running statistics of batch normalisation, PyTorch's default. */
export const BATCH_NORM_MOMENTUM = 0.1;

/** What is trained, and what is measured while training. */
export interface Parameterised {
  /** What is trained. */
  readonly parameters: readonly Parameter[];
  /** Running statistics. */
  readonly buffers: readonly Parameter[];
}

/** One layer, or several: a function of a batch. */
export interface Layer<T extends Tensor = Tensor> extends Parameterised {
  /** Applies it. */
  (x: Tensor, mode: Mode): T;
}

/** E: images [m, h, w, c] to codes [m, d]. */
export type Encoder = Layer<Tensor2D>;

/** G: codes [m, d] to images [m, h, w, c]. */
export type Generator = Layer<Tensor4D>;

/** D: `m` pairs to the logits of "from data", [m]. */
export interface Discriminator extends Parameterised {
  /** Judges pairs. */
  (x: Tensor4D | Tensor2D, z: Tensor4D | Tensor2D, mode: Mode): Tensor1D;
}

/** Everything that a saved model holds of networks: weights, then running statistics, network by network. */
export function allOf(...networks: readonly Parameterised[]): Parameter[] {
  return networks.flatMap(({ parameters, buffers }) => [...parameters, ...buffers]);
}
