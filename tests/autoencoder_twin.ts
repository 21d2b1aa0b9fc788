/** The formula and the summaries of `tests/oracle/autoencoders.py`: what both sides of a comparison start from. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import type { NamedArray } from "../src/detectors/detector.ts";
import { Adam } from "../src/engine/adam.ts";
import type { Parameter } from "../src/engine/parameter.ts";

/** Sum, sum of squares, first and last element of a tensor. */
type Summary = readonly number[];

/** Of each weight, after one step. */
export type Stepped = Readonly<Record<string, { gradient: Summary; after: Summary }>>;

/** λ, large enough for its part of a gradient to show. */
export const DECAY = 10;

/** level + scale·sin(0.7i + 0.0001i² + Σ the name's character codes), element by element. */
export function formula(name: string, shape: readonly number[], scale = 0.1, level = 0): Float32Array {
  const offset = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Float32Array.from(
    { length: shape.reduce((a, b) => a * b) },
    (_, i) => level + scale * Math.sin(0.7 * i + 0.0001 * i * i + offset),
  );
}

/** Sets parameters to the formula's values by their names. */
export function fill(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) {
    const { name, value: { shape } } = parameter;
    // A memory of long units would have each code read a single one.
    const values = formula(name, shape, name === "memory" ? 0.02 : 0.1, name.endsWith(".gamma") ? 1 : 0);
    parameter.set(tf.tensor(values, shape));
  }
}

/** What a detector's `save` would give of parameters. */
export function saved(parameters: readonly Parameter[]): Record<string, NamedArray> {
  return Object.fromEntries(
    parameters.map(({ name, value }) => [name, { shape: value.shape, values: value.dataSync<"float32">() }]),
  );
}

/** Images as a detector takes them. */
export function imagesOf(x: tf.Tensor4D): Images {
  const [count, height, width, channels] = x.shape;
  return { count, height, width, channels, pixels: x.dataSync<"float32">() };
}

/** Images with values in [0, 1]. */
export function batch(count: number, side: number, channels: number): tf.Tensor4D {
  const shape: [number, number, number, number] = [count, side, side, channels];
  return tf.tensor4d(formula("images", shape, 0.5, 0.5), shape);
}

/** Adam as the twin has it. */
export function twinAdam(parameters: readonly Parameter[], weightDecay = 0): Adam {
  return new Adam(parameters, { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay });
}

/** Holds values to those of the twin; float32 sums over up to some thousand terms keep 4 digits at least. */
export function assertClose(got: ArrayLike<number>, wanted: readonly number[], what: string, tolerance = 1e-4): void {
  assertEquals(got.length, wanted.length, what);
  const scale = Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => assertAlmostEquals(got[i]!, value, tolerance * scale, `${what}, ${i}`));
}

/** Holds one step of an optimiser to the twin's: gradients, read from Adam's first moments, and weights. */
export function assertStepped(optimiser: Adam, wanted: Stepped): void {
  assertEquals(optimiser.parameters.map(({ name }) => name).sort(), Object.keys(wanted).sort());
  const moments = optimiser.moments();
  for (const { name, value } of optimiser.parameters) {
    const { gradient, after } = wanted[name]!;
    assertSummary(tf.mul(moments[`${name}/m`]!, 10), gradient, `the gradient of ${name}`, 5e-4);
    // Adam's first step is η·sign(g): where g is rounding, so is its sign.
    assertSummary(value, after, name, 2e-3);
  }
}

/** Holds a tensor to a summary of the twin's. */
export function assertSummary(
  tensor: tf.Tensor,
  [sum, squares, first, last]: Summary,
  what: string,
  tolerance: number,
): void {
  const values = Float64Array.from(tensor.dataSync());
  const norm = Math.sqrt(squares!);
  assert(norm > 0, `${what} is not zero`);
  assertAlmostEquals(Math.sqrt(values.reduce((a, b) => a + b * b, 0)), norm, tolerance * norm, `${what}: norm`);
  const total = values.reduce((a, b) => a + b, 0);
  assertAlmostEquals(total, sum!, tolerance * norm * Math.sqrt(values.length), `${what}: sum`);
  assertAlmostEquals(values[0]!, first!, tolerance * norm, `${what}: first`);
  assertAlmostEquals(values.at(-1)!, last!, tolerance * norm, `${what}: last`);
}
