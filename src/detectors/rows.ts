/**
 * Points, and how they are stored.
 *
 * @module
 */

import type { NamedArray } from "./detector.ts";

/** A point. */
export type Row = Float64Array;

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
