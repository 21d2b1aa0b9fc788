/**
 * Points: a matrix in float32, with products and distances.
 *
 * TensorFlow computes products where its results can be read synchronously, which is many times as fast; otherwise they are
 * sums in float64. Features, and so scores, differ between the two in their last bits.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { NamedArray } from "../detector.ts";

/** Points, [count, width], in row-major order. */
export interface Rows {
  /** How many. */
  readonly count: number;
  /** Coordinates of each. */
  readonly width: number;
  /** The coordinates. */
  readonly values: Float32Array;
}

/** No points: the state of a method before it is fitted. */
export const NO_ROWS: Rows = { count: 0, width: 0, values: new Float32Array() };

/** True if the running backend's products are worth the transfer; no backend need be running. */
const byTensorFlow = () => ["tensorflow", "wasm"].includes(tf.getBackend());

/** ‖a − b‖². */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}

/** Points as a tensor. */
export const tensorOf = ({ count, width, values }: Rows): tf.Tensor2D => tf.tensor2d(values, [count, width]);

/** Consecutive rows, not copied. */
export function slice({ width, values }: Rows, from: number, to: number): Rows {
  return { count: to - from, width, values: values.subarray(from * width, to * width) };
}

/**
 * ABᵀ: the product of each row of A with each of B.
 *
 * @param a A, [m, d].
 * @param b B, [n, d].
 * @returns ABᵀ, [m, n].
 *
 * @example Two points and the axes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const a = { count: 2, width: 2, values: new Float32Array([1, 2, 3, 4]) };
 * const axes = { count: 2, width: 2, values: new Float32Array([1, 0, 0, 1]) };
 * assertEquals(products(a, axes).values, a.values);
 * ```
 */
export function products(a: Rows, b: Rows): Rows {
  const shape = { count: a.count, width: b.count };
  // Points without coordinates, or none: TensorFlow's kernels do not take them.
  if (a.values.length === 0 || b.values.length === 0) return { ...shape, values: new Float32Array(a.count * b.count) };
  if (byTensorFlow()) {
    // Read outside `tidy`, which searches every element of a returned array for tensors.
    const product = tf.tidy(() => tf.matMul(tensorOf(a), tensorOf(b), false, true));
    const values = product.dataSync<"float32">();
    product.dispose();
    return { ...shape, values };
  }
  const values = new Float32Array(a.count * b.count);
  for (let i = 0, at = 0; i < a.count; i++) {
    for (let k = 0; k < b.count; k++) {
      let sum = 0;
      for (let j = 0; j < a.width; j++) sum += a.values[i * a.width + j]! * b.values[k * a.width + j]!;
      values[at++] = sum;
    }
  }
  return { ...shape, values };
}

/** ‖x‖² of each row, in float64. */
export function squaredNorms({ count, width, values }: Rows): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < width; j++, at++) sum += values[at]! * values[at]!;
    norms[i] = sum;
  }
  return norms;
}

/** How many rows to multiply at a time: a few megabytes, which still fit a processor's caches. */
const BLOCK = 128;

/**
 * The squared distances of each row of A to all of B.
 *
 * TensorFlow computes ‖a‖² + ‖b‖² − 2a·b, whose error is float32's rounding of ‖a‖·‖b‖: so rows should be centred on the
 * origin.
 *
 * @param a A, [m, d].
 * @param b B, [n, d].
 * @param visit Receives i and ‖aᵢ − b‖² for all b, [n]; the array is reused for the next i.
 */
export function eachDistances(a: Rows, b: Rows, visit: (i: number, squared: Float64Array) => void): void {
  const squared = new Float64Array(b.count);
  if (!byTensorFlow()) {
    const point = (of: Rows, i: number) => slice(of, i, i + 1).values;
    const points = Array.from({ length: b.count }, (_, k) => point(b, k));
    for (let i = 0; i < a.count; i++) {
      const x = point(a, i);
      points.forEach((y, k) => squared[k] = squaredDistance(x, y));
      visit(i, squared);
    }
    return;
  }
  const [ofA, ofB] = [squaredNorms(a), squaredNorms(b)];
  for (let from = 0; from < a.count; from += BLOCK) {
    const { count, values } = products(slice(a, from, Math.min(a.count, from + BLOCK)), b);
    for (let i = 0; i < count; i++) {
      const [norm, at] = [ofA[from + i]!, i * b.count];
      for (let k = 0; k < b.count; k++) squared[k] = Math.max(0, norm + ofB[k]! - 2 * values[at + k]!);
      visit(from + i, squared);
    }
  }
}

/** Rows as an array to save. */
export function packed({ count, width, values }: Rows): NamedArray {
  return { shape: [count, width], values };
}

/**
 * A saved array.
 *
 * @param method The method, for messages.
 * @param arrays Values by name.
 * @param name Its name.
 * @returns The array.
 * @throws {RangeError} If it is missing, or its values do not fill its shape.
 */
export function saved(method: string, arrays: Readonly<Record<string, NamedArray>>, name: string): NamedArray {
  const array = arrays[name];
  if (array === undefined) throw new RangeError(`Cannot load ${method}: "${name}" is missing`);
  const size = array.shape.reduce((a, b) => a * b, 1);
  if (array.values.length === size) return array;
  throw new RangeError(
    `Cannot load ${method}: "${name}" of the shape [${array.shape.join(", ")}] must have ${size} values, ` +
      `it has ${array.values.length}`,
  );
}

/** The rows of a saved array, [rows, width]. */
export function unpacked({ shape, values }: NamedArray): Rows {
  const [count, width] = shape as [number, number];
  return { count, width, values };
}
