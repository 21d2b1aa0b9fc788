/**
 * Averages of weights along the path of training. Some methods score by them: they swing less than the last weights do.
 *
 * ```text
 * t ← t + 1,   θ̄ ← θ̄ + (1 − δₜ)·(θ − θ̄),   δₜ = min(δ, (1 + t)/(10 + t))        after each step; t is 0 at first
 * ```
 *
 * δₜ rises to δ as it does in TensorFlow when `ExponentialMovingAverage` is told the number of updates: the average is one of
 * about the last tenth of the path, until that is longer than 1/(1 − δ) steps. By δ = 0.999 alone the start would still be a third
 * of it after a thousand steps.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { Parameter } from "./parameter.ts";

/** The averages of some parameters. */
export class Averages {
  /** θ̄ of each, `<name>/average`, and t: they are saved and restored. Empty where nothing is averaged. */
  readonly saved: readonly Parameter[];
  readonly #pairs: readonly (readonly [of: Parameter, average: Parameter])[];
  readonly #steps: Parameter | undefined;
  readonly #decay: number;

  /** Starts at the values that the parameters have. δ is `decay`; without one nothing is averaged. */
  constructor(parameters: readonly Parameter[], decay: number | undefined) {
    this.#decay = decay ?? 0;
    const of = decay === undefined ? [] : parameters;
    this.#pairs = of.map((each) => [each, new Parameter(`${each.name}/average`, tf.clone(each.value))] as const);
    this.#steps = decay === undefined ? undefined : new Parameter("averages/steps", tf.scalar(0));
    this.saved = [...this.#pairs.map(([, average]) => average), ...this.#steps === undefined ? [] : [this.#steps]];
  }

  /** Takes in what the parameters are after a step; it belongs to the step, and is repeated with it. */
  follow(): void {
    const steps = this.#steps;
    if (steps === undefined) return;
    tf.tidy(() => {
      steps.set(tf.add(steps.value, 1));
      const decay = tf.minimum(this.#decay, tf.div(tf.add(steps.value, 1), tf.add(steps.value, 10)));
      for (const [{ value }, average] of this.#pairs) {
        average.set(tf.add(average.value, tf.mul(tf.sub(1, decay), tf.sub(value, average.value))));
      }
    });
  }

  /**
   * Computes something by the averages, which take the parameters' place meanwhile.
   *
   * @param use Computes it at once: after it has returned the parameters are what they were.
   * @returns What it returns.
   */
  within<T>(use: () => T): T {
    this.#swap();
    try {
      return use();
    } finally {
      this.#swap();
    }
  }

  #swap(): void {
    for (const [of, average] of this.#pairs) [of.value, average.value] = [average.value, of.value];
  }
}
