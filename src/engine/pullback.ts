/**
 * What a network is to the training step: a function whose application can pull gradients back, as often as asked.
 *
 * TensorFlow.js derives gradients from a tape that is walked once. Algorithm 1 sends one part of a gradient to the generator's
 * weights alone and another part on to the memory, out of one forward pass, so the step asks for each by name.
 *
 * @module
 */

import type { Parameter } from "./parameter.ts";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/** How a network is applied. */
export interface Mode {
  /** Batch normalisation by the batch's own statistics, and dropout; otherwise by the running ones, and none. */
  readonly training: boolean;
  /** In training: this batch's share in the running statistics, which the rest of them keeps; default 0. */
  readonly track?: number;
  /** In training: masks for dropout, one a call: 0 with probability `rate`, else 1/(1 − rate). */
  readonly mask?: (shape: number[], rate: number) => Tensor;
}

/** Scoring: nothing depends on the rest of the batch. */
export const INFERENCE: Mode = { training: false };

/** Which gradients a pull-back returns. */
export interface Want {
  /** dL/d(input). */
  readonly input?: boolean;
  /** dL/d(weights), in the order of `parameters`. */
  readonly weights?: boolean;
}

/** What a pull-back returns, as far as it was wanted. */
export interface Gradients {
  /** dL/d(input). */
  input?: Tensor;
  /** dL/d(weights), in the order of `parameters`. */
  weights: Tensor[];
}

/** A value, and the pull-back of a gradient through it. */
export interface Applied {
  /** The value. */
  readonly y: Tensor;
  /** From dL/dy to the gradients wanted. */
  pullback(dy: Tensor, want: Want): Gradients;
}

/** One layer, or several. */
export interface Layer {
  /** What is trained. */
  readonly parameters: readonly Parameter[];
  /** What is measured while training: running statistics. */
  readonly buffers: readonly Parameter[];
  /** Applies it. */
  apply(x: Tensor, mode: Mode): Applied;
}

/** Which gradients D's pull-back returns. */
export interface PairWant {
  /** dL/dx. */
  readonly x?: boolean;
  /** dL/dz. */
  readonly z?: boolean;
  /** dL/d(weights). */
  readonly weights?: boolean;
}

/** A judgement of pairs, and the pull-back of a gradient through it. */
export interface Judged {
  /** Logits of "encoded from data", [m]. */
  readonly logits: Tensor1D;
  /** From dL/d(logits) to the gradients wanted. */
  pullback(dy: Tensor1D, want: PairWant): { x?: Tensor; z?: Tensor; weights: Tensor[] };
}

/** D. */
export interface Discriminator {
  /** What is trained. */
  readonly parameters: readonly Parameter[];
  /** Running statistics. */
  readonly buffers: readonly Parameter[];
  /** Judges `m` pairs. */
  apply(x: Tensor, z: Tensor, mode: Mode): Judged;
}
