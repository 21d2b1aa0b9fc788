/**
 * Adam (Kingma and Ba, 2015), the optimiser of every network here.
 *
 * ```text
 * m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²,   θ ← θ − η·m̂/(√v̂ + ε),   m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)
 * ```
 *
 * With the bias corrections absorbed into η and ε, the update is θ − rate·m/(√v + floor): the form of TensorFlow's own kernel,
 * which on `native` changes parameter and moments in place in one pass over memory instead of a dozen.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isNative, runNative, TF_FLOAT } from "./ops.ts";
import type { Parameter } from "./parameter.ts";
import { given } from "./recording.ts";
import type { Tensor } from "./tensor.ts";
import { variable } from "./variable.ts";

/** Adam's settings. */
export interface AdamSettings {
  /** η. */
  learningRate: number;
  /** β₁, the decay of the first moment. */
  beta1: number;
  /** β₂, the decay of the second moment. */
  beta2: number;
  /** ε, added to √v̂ after the bias correction, as in Adam's paper and in PyTorch. */
  epsilon: number;
  /** λ: λθ, the gradient of ½λ‖θ‖², is added to each gradient, as in PyTorch; default 0. */
  weightDecay?: number;
}

/** The values shared by all parameters in a step. */
interface Now {
  /** η with the bias corrections. */
  readonly rate: tf.Scalar;
  /** ε with the bias correction. */
  readonly floor: tf.Scalar;
  /** β₁. */
  readonly beta1: tf.Scalar;
  /** β₂. */
  readonly beta2: tf.Scalar;
  /** 0. */
  readonly zero: tf.Scalar;
}

/** One parameter's moments, wherever they are stored. */
interface Slot {
  update(gradient: tf.Tensor, now: Now): void;
  read(): [m: tf.Tensor, v: tf.Tensor];
  write(m: tf.Tensor, v: tf.Tensor): void;
  dispose(): void;
}

function composedSlot(parameter: Parameter, { beta1, beta2 }: AdamSettings): Slot {
  let m = tf.keep(tf.zerosLike(parameter.value));
  let v = tf.keep(tf.zerosLike(parameter.value));
  const slot: Slot = {
    update(gradient, { rate, floor }) {
      tf.tidy(() => {
        slot.write(
          tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)),
          tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
        );
        parameter.set(tf.sub(parameter.value, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), floor))));
      });
    },
    read: () => [tf.clone(m), tf.clone(v)],
    write(newM, newV) {
      slot.dispose();
      [m, v] = [tf.keep(newM), tf.keep(newV)];
    },
    dispose: () => tf.dispose([m, v]),
  };
  return slot;
}

function nativeSlot(parameter: Parameter): Slot {
  const theta = variable(parameter.value);
  const zeros = tf.zerosLike(parameter.value);
  const [m, v] = [variable(zeros), variable(zeros)];
  zeros.dispose();
  const follow = () => parameter.set(theta.read());
  follow();
  return {
    update(gradient, { zero, rate, beta1, beta2, floor }) {
      // While the parameter's tensor shares the variable's buffer, TensorFlow would copy it before changing it.
      parameter.value.dispose();
      runNative(
        "ResourceApplyAdam",
        { "T:type": TF_FLOAT, "use_locking:bool": false, "use_nesterov:bool": false },
        // β₁ᵗ and β₂ᵗ are given as 0: rate and floor already include them.
        [theta.handle, m.handle, v.handle, zero, zero, rate, beta1, beta2, floor, gradient],
        0,
      );
      parameter.value = tf.keep(theta.read());
    },
    read: () => [m.read(), v.read()],
    write(newM, newV) {
      theta.write(parameter.value);
      follow();
      m.write(newM);
      v.write(newV);
    },
    dispose: () => [theta, m, v].forEach((each) => each.dispose()),
  };
}

/** Adam over a list of parameters. */
export class Adam {
  /** The number of steps done. */
  steps = 0;
  /** η of the next step; a schedule may change it. */
  learningRate: number;
  /** What it moves. */
  readonly parameters: readonly Parameter[];
  readonly #settings: AdamSettings;
  readonly #slots: readonly Slot[];

  /** Starts with zero moments. From now on no other code changes the parameters' values, except before `restore`. */
  constructor(parameters: readonly Parameter[], settings: AdamSettings) {
    this.parameters = parameters;
    this.#settings = settings;
    this.learningRate = settings.learningRate;
    this.#slots = parameters.map((p) => isNative() ? nativeSlot(p) : composedSlot(p, settings));
  }

  /** One step along `gradients`, in the order of the parameters. */
  apply(gradients: readonly Tensor[]): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#settings;
    tf.tidy(() => {
      const [rate, floor] = given(() => {
        this.steps++;
        const root = Math.sqrt(1 - beta2 ** this.steps);
        return [tf.scalar(this.learningRate * root / (1 - beta1 ** this.steps)), tf.scalar(epsilon * root)];
      });
      const now: Now = {
        rate,
        floor,
        beta1: tf.scalar(beta1),
        beta2: tf.scalar(beta2),
        zero: tf.scalar(0),
      };
      this.#slots.forEach((slot, i) => {
        const gradient = gradients[i]!;
        slot.update(weightDecay ? tf.add(gradient, tf.mul(this.parameters[i]!.value, weightDecay)) : gradient, now);
      });
    });
  }

  /** The moments by name, `<parameter>/m` and `<parameter>/v`; tensors that the caller owns. */
  moments(): Record<string, Tensor> {
    return Object.fromEntries(this.#slots.flatMap((slot, i) => {
      const [m, v] = slot.read();
      return [[`${this.parameters[i]!.name}/m`, m], [`${this.parameters[i]!.name}/v`, v]];
    }));
  }

  /** Resumes from given moments and a step count, with the parameters' current values. */
  restore(steps: number, moments: Readonly<Record<string, Tensor>>): void {
    this.steps = steps;
    tf.tidy(() =>
      this.#slots.forEach((slot, i) => {
        const name = this.parameters[i]!.name;
        slot.write(tf.clone(moments[`${name}/m`]!), tf.clone(moments[`${name}/v`]!));
      })
    );
  }

  /** Frees the moments. */
  dispose(): void {
    this.#slots.forEach((slot) => slot.dispose());
  }
}
