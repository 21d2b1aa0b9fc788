/**
 * Points: how far apart they are, and how they are stored.
 *
 * @module
 */

import type { NamedArray } from "./detector.ts";

/** A point. */
export type Row = Float64Array;

/** ‖a − b‖². */
export function squaredDistance(a: Row, b: Row): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
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
