/** What the tests of MEMGAN, AnoGAN and ALAD share with their twins in `tests/oracle/`: the same numbers out of a formula. */

import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../src/data/images.ts";
import type { Mask } from "../src/engine/layer.ts";
import type { Optimiser } from "../src/engine/descend.ts";
import type { Parameter } from "../src/engine/parameter.ts";

export const SHAPE = { height: 28, width: 28, channels: 1 };
export const COLOUR = { height: 32, width: 32, channels: 3 };
export const IMAGES = 8;

/** Two entries, the sum and the sum of squares. */
export type Summary = readonly number[];

/** Numbers in [−1, 1] that look random: 3i² + 7i + offset modulo a prime. */
export function value(name: string, ...shape: number[]): tf.Tensor {
  const offset = [...name].reduce((sum, letter, k) => sum + (k + 1) * letter.charCodeAt(0), 0);
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: count }, (_, i) => (3 * i * i + 7 * i + offset) % 10007 / 5003 - 1);
  return tf.tensor(values, shape);
}

/** Gives each parameter the values that the twin gives it, by its name and shape. */
export function fill(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) {
    const shape = parameter.value.shape;
    const raw = value(parameter.name, ...shape);
    const kind = parameter.name.split(".").at(-1)!;
    const fan = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    if (kind === "weight") parameter.set(tf.mul(raw, Math.sqrt(6 / fan)));
    else if (kind === "gamma" || kind === "variance") parameter.set(tf.add(1, tf.div(raw, 10)));
    else parameter.set(kind === "u" ? raw : tf.div(raw, 10));
  }
}

export function images({ height, width, channels }: ImageShape = SHAPE): tf.Tensor4D {
  return tf.reshape(value("x", IMAGES * height * width * channels), [IMAGES, height, width, channels]);
}

/** Codes of variance 1. */
export function codes(name: string, count: number, latent: number): tf.Tensor2D {
  return tf.mul(value(name, count, latent), Math.sqrt(3));
}

/** The twin's dropout masks, numbered as they are used. */
export function masks(): Mask {
  let used = 0;
  return (shape: number[], rate: number) => {
    const uniform = tf.div(tf.add(value(`mask${used++}`, ...shape), 1), 2);
    return tf.mul(tf.cast(tf.greaterEqual(uniform, rate), "float32"), 1 / (1 - rate));
  };
}

/** Gradient descent at the twin's rate, which keeps a summary of each gradient. */
export function descent(parameters: readonly Parameter[], found: Record<string, Summary>): Optimiser {
  return {
    parameters,
    apply: (gradients) =>
      parameters.forEach((parameter, i) => {
        found[parameter.name] = summary(gradients[i]!);
        parameter.set(tf.sub(parameter.value, tf.mul(gradients[i]!, 0.1)));
      }),
  };
}

export function summary(x: tf.Tensor): Summary {
  const values = x.dataSync();
  let [sum, squares] = [0, 0];
  for (const each of values) {
    sum += each;
    squares += each * each;
  }
  return [values[0]!, values[values.length >> 1]!, sum, squares];
}

/** float32 through a dozen layers: a thousandth of the typical entry, unless another share is named. */
export function assertSummary(got: Summary, wanted: Summary, size: number, what: string, share = 1e-3): void {
  const typical = Math.sqrt(wanted[3]! / size);
  const bounds = [typical, typical, typical * Math.sqrt(size), wanted[3]!];
  got.forEach((each, i) =>
    assert(
      Math.abs(each - wanted[i]!) <= share * bounds[i]!,
      `${what}: ${each} is not ${wanted[i]} (entry ${i} of ${size})`,
    )
  );
}

/** All gradients and running statistics of a step, by name. */
export function assertSummaries(
  got: Readonly<Record<string, Summary>>,
  wanted: Readonly<Record<string, Summary>>,
  parameters: readonly Pick<Parameter, "name" | "value">[],
  share = 1e-3,
): void {
  const names = parameters.map(({ name }) => name);
  assert(String([...names].sort()) === String(Object.keys(wanted).sort()), `the twin knows ${Object.keys(wanted)}`);
  for (const { name, value } of parameters) assertSummary(got[name]!, wanted[name]!, value.size, name, share);
}

/** Numbers of order 1 or larger, to five digits. */
export function assertClose(got: ArrayLike<number>, wanted: readonly number[], what: string): void {
  assert(got.length === wanted.length, `${what}: ${got.length} values, not ${wanted.length}`);
  wanted.forEach((each, i) =>
    assert(Math.abs(got[i]! - each) <= 2e-5 * Math.max(1, Math.abs(each)), `${what} ${i}: ${got[i]} is not ${each}`)
  );
}
