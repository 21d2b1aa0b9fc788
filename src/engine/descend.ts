/**
 * How every network here is trained: a loss, its gradients by TensorFlow.js's tape, and each player's optimiser.
 *
 * @module
 */

import "./gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor1D } from "./tensor.ts";
import type { Parameter } from "./parameter.ts";

/** Updates parameters from gradients, for instance by Adam. */
export interface Optimiser {
  /** The parameters that it updates. */
  readonly parameters: readonly Parameter[];
  /** One step; gradients in the order of `parameters`. */
  apply(gradients: readonly Tensor[]): void;
}

/** A loss, and the terms to report where these are not the loss itself. */
export interface Loss {
  /** The loss to minimise. */
  readonly loss: Scalar;
  /** The terms to report. */
  readonly terms: readonly Scalar[];
}

/**
 * One step down the gradient of a loss, by every optimiser on its own parameters; all others are constants.
 *
 * @param evaluate Computes the loss from the parameters' values.
 * @param optimisers The optimisers whose parameters are updated; the loss must depend on each parameter.
 * @returns The terms, or the loss if there are none: a vector of values from before the step, which the caller owns.
 *
 * @example Down the parabola (θ − 3)² from 0, by half of its slope −6
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 * import { Parameter } from "./parameter.ts";
 *
 * const theta = new Parameter("theta", tf.scalar(0));
 * const halfSlope = {
 *   parameters: [theta],
 *   apply: ([slope]: readonly tf.Tensor[]) => theta.set(tf.sub(theta.value, tf.mul(slope!, 0.5))),
 * };
 * const loss = descend(() => tf.square(tf.sub(theta.value, 3)), halfSlope);
 * assertEquals([...loss.dataSync()], [9]);
 * assertEquals([...theta.value.dataSync()], [3]);
 * ```
 */
export function descend(evaluate: () => Scalar | Loss, ...optimisers: readonly Optimiser[]): Tensor1D {
  return tf.tidy(() => {
    const before = tapeLength();
    let kept!: Tensor1D;
    try {
      const { grads } = tf.valueAndGrads(() => {
        const found = evaluate();
        const { loss, terms } = found instanceof tf.Tensor ? { loss: found, terms: [found] } : found;
        kept = tf.keep(tf.stack([...terms]) as tf.Tensor1D);
        return loss;
      })(optimisers.flatMap(({ parameters }) => parameters.map(({ value }) => value)));
      // Inside another loss TensorFlow.js would keep all this on its tape, with the values of the parameters that now change.
      cutTape(before);
      let from = 0;
      for (const optimiser of optimisers) {
        const to = from + optimiser.parameters.length;
        optimiser.apply(grads.slice(from, to));
        from = to;
      }
      return tf.clone(kept);
    } finally {
      tf.dispose(kept);
    }
  });
}

/** The length of TensorFlow.js's tape: 0 outside a loss. */
function tapeLength(): number {
  return tf.engine().state.activeTape?.length ?? 0;
}

/** Removes from the tape the entries after a given length. */
function cutTape(length: number): void {
  tf.engine().state.activeTape?.splice(length).forEach(({ saved }) => tf.dispose(saved ?? []));
}

/**
 * The same values as a constant: no gradient passes. PyTorch's `detach`.
 *
 * @param x Any tensor.
 * @returns Its values.
 *
 * @example Of x·x with one factor held fixed, the slope at 3 is 3
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const slope = tf.grad((x: tf.Tensor) => tf.mul(x, stopGradient(x)))(tf.scalar(3));
 * assertEquals(slope.dataSync()[0], 3);
 * ```
 */
export function stopGradient<T extends Tensor>(x: T): T {
  return withoutGradient(() => tf.clone(x));
}

/** A value that is a constant to every loss, computed with the tape off. PyTorch's `no_grad`. */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  // To the tape it is a function without inputs, and the tape does not record the inside of a function with a custom gradient.
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
