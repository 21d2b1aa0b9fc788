/**
 * A named tensor that outlives a step.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "./tensor.ts";

/** A named tensor that training changes: a weight, a memory, a running statistic. */
export class Parameter {
  /** Its name, under which it is saved. */
  readonly name: string;
  /** Its value now; owned by the parameter. */
  value: Tensor;

  /** Keeps `value` alive until it is replaced or disposed of. */
  constructor(name: string, value: Tensor) {
    this.name = name;
    this.value = tf.keep(value);
  }

  /** Sets another value of the same shape. */
  set(value: Tensor): void {
    this.value.dispose();
    this.value = tf.keep(value);
  }

  /** Frees its tensor. */
  dispose(): void {
    this.value.dispose();
  }
}
