/**
 * The types of layers and networks: functions of tensors with parameters, which TensorFlow.js's tape differentiates.
 *
 * @module
 */

import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "./tensor.ts";
import type { Parameter } from "./parameter.ts";

/** Draws dropout masks, one per call: 0 with probability `rate`, otherwise 1/(1 − rate). */
export type Mask = (shape: number[], rate: number) => Tensor;

/** How a network is applied. */
export interface Mode {
  /**
   * If true, batch normalisation uses the batch's own statistics, and dropout is on; otherwise the running ones, and dropout is
   * off.
   */
  readonly training: boolean;
  /** In training: the weight of this batch in the running statistics; default 0. */
  readonly momentum?: number;
  /** In training: dropout masks. */
  readonly mask?: Mask;
}

/** Scoring: nothing depends on the rest of the batch. */
export const INFERENCE: Mode = { training: false };

/** Batch normalisation momentum, the weight of a batch in the running statistics; PyTorch's default. */
export const BATCH_NORM_MOMENTUM = 0.1;

/** The trained parameters, and the statistics measured in training. */
export interface Parameterised {
  /** Trained parameters. */
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
  /** Applies D to pairs. */
  (x: Tensor4D | Tensor2D, z: Tensor4D | Tensor2D, mode: Mode): Tensor1D;
}

/** All that a saved model holds of its networks: weights, then running statistics, network by network. */
export function allOf(...networks: readonly Parameterised[]): Parameter[] {
  return networks.flatMap(({ parameters, buffers }) => [...parameters, ...buffers]);
}
