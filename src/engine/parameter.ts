/**
 * A named tensor that outlives a step, and Adam, which changes it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** A named tensor that training changes: a weight, a memory, a running statistic. */
export class Parameter {
  /** Its value now; owned by the parameter. */
  value: tf.Tensor;

  /** Keeps `value` alive until it is set to another, or disposed of. */
  constructor(readonly name: string, value: tf.Tensor) {
    this.value = tf.keep(value);
  }

  /** Takes another value of the same shape. */
  set(value: tf.Tensor): void {
    this.value.dispose();
    this.value = tf.keep(value);
  }

  /** Frees its tensor. */
  dispose(): void {
    this.value.dispose();
  }
}

/** Adam's settings. */
export interface AdamSettings {
  /** η. */
  learningRate: number;
  /** β₁, the decay of the first moment. */
  beta1: number;
  /** β₂, the decay of the second moment. */
  beta2: number;
  /** ε, added to √v̂ after the correction of the bias, as in Kingma and Ba's Algorithm 1 and in PyTorch. */
  epsilon: number;
}

/** Adam over a list of parameters: θ ← θ − η·m̂/(√v̂ + ε). */
export class Adam {
  /** First and second moments, in the order of the parameters, named `<parameter>/m` and `<parameter>/v`. */
  readonly moments: readonly (readonly [m: Parameter, v: Parameter])[];
  /** Steps done. */
  steps = 0;

  /** Starts with moments of zero. */
  constructor(readonly parameters: readonly Parameter[], readonly settings: AdamSettings) {
    this.moments = parameters.map((p) =>
      [
        new Parameter(`${p.name}/m`, tf.zerosLike(p.value)),
        new Parameter(`${p.name}/v`, tf.zerosLike(p.value)),
      ] as const
    );
  }

  /** One step along `gradients`, in the order of the parameters. */
  apply(gradients: readonly tf.Tensor[]): void {
    this.steps++;
    const { learningRate, beta1, beta2, epsilon } = this.settings;
    const root = Math.sqrt(1 - beta2 ** this.steps);
    // With the corrections of the bias taken into η and ε, the update reads θ − rate·m/(√v + floor).
    const rate = learningRate * root / (1 - beta1 ** this.steps);
    const floor = epsilon * root;
    this.parameters.forEach((parameter, i) => {
      const [m, v] = this.moments[i]!;
      tf.tidy(() => {
        const g = gradients[i]!;
        m.set(tf.add(tf.mul(m.value, beta1), tf.mul(g, 1 - beta1)));
        v.set(tf.add(tf.mul(v.value, beta2), tf.mul(tf.square(g), 1 - beta2)));
        parameter.set(tf.sub(parameter.value, tf.div(tf.mul(m.value, rate), tf.add(tf.sqrt(v.value), floor))));
      });
    });
  }

  /** Frees the moments. */
  dispose(): void {
    for (const pair of this.moments) pair.forEach((moment) => moment.dispose());
  }
}
