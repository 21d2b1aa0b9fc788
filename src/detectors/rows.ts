/**
 * Points: how far apart they are, and how they are stored.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isNative } from "../engine/ops.ts";
import type { NamedArray } from "./detector.ts";

/** A point. */
export type Row = Float64Array;

/** ‖a − b‖². */
export function squaredDistance(a: Row, b: Row): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}

/** The values of a tensor; all that it takes to compute it is freed. (What `tf.tidy` returns it searches, value by value.) */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  const y = tf.tidy(compute);
  const values = y.dataSync<"float32">();
  y.dispose();
  return values;
}

/** Rows whose distances are computed at once. */
const BLOCK = 512;

/**
 * ‖a − b‖² of points from other points.
 *
 * Where TensorFlow runs, as ‖a‖² + ‖b‖² − 2⟨a, b⟩ by its product in float32, which is off by some 10⁻⁷ of ‖a‖² + ‖b‖²; elsewhere pair
 * by pair, which takes a hundred times as long.
 *
 * @param rows Points a.
 * @param points Points b.
 * @returns An array for each of `rows`, in their order, computed as they are asked for.
 *
 * @example From two points to one
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const [from, to] = [[[0, 0], [3, 5]], [[0, 1]]].map((all) => all.map((each) => Float64Array.from(each)));
 * assertEquals([...squaredDistances(from!, to!)].map((each) => [...each]), [[1], [25]]);
 * ```
 */
export function* squaredDistances(
  rows: readonly Row[],
  points: readonly Row[],
): Generator<Float32Array | Float64Array> {
  if (!isNative()) {
    for (const row of rows) yield Float64Array.from(points, (point) => squaredDistance(row, point));
    return;
  }
  const n = points.length;
  const tensor = (all: readonly Row[]) => {
    const { values, shape } = packed(all);
    return tf.tensor2d(values, shape as [number, number]);
  };
  const [to, lengths] = tf.tidy(() => {
    const to = tensor(points);
    return [to, tf.sum(tf.square(to), 1)] as const;
  });
  try {
    for (let from = 0; from < rows.length; from += BLOCK) {
      const block = rows.slice(from, from + BLOCK);
      const distances = valuesOf(() => {
        const a = tensor(block);
        const sums = tf.add(tf.sum(tf.square(a), 1, true), lengths);
        return tf.maximum(tf.sub(sums, tf.mul(tf.matMul(a, to, false, true), 2)), 0);
      });
      for (let i = 0; i < block.length; i++) yield distances.subarray(i * n, (i + 1) * n);
    }
  } finally {
    tf.dispose([to, lengths]);
  }
}

/** Rows as one array, [rows, width]. */
export function packed(rows: readonly Row[]): NamedArray {
  const width = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => values.set(row, i * width));
  return { shape: [rows.length, width], values };
}

/** The rows of an array, [rows, width]. */
export function unpacked({ shape, values }: NamedArray): Row[] {
  const [count, width] = shape as [number, number];
  return Array.from({ length: count }, (_, i) => Float64Array.from(values.subarray(i * width, (i + 1) * width)));
}
