/**
 * Means and deviations of table cells.
 *
 * @module
 */

/** Refuses fewer than `least` numbers, and what is no finite number. */
export function checkSample(action: string, values: readonly number[], least = 1): void {
  if (values.length < least) {
    throw new RangeError(`Cannot ${action}: there are ${values.length} numbers; wanted is ${least} or more`);
  }
  // Not by forEach, which passes over an array's holes.
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`Cannot ${action}: number ${i} must be finite, it is ${values[i]}`);
    }
  }
}

/**
 * The mean of numbers.
 *
 * @param values One or more.
 * @returns Their mean.
 * @throws {RangeError} If there are none, or one is not finite.
 */
export function mean(values: readonly number[]): number {
  checkSample("compute a mean", values);
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/**
 * The standard deviation with n − 1 (ddof 1).
 *
 * @param values Any number of them.
 * @returns The deviation; `undefined` for fewer than two.
 * @throws {RangeError} If one is not finite.
 */
export function deviation(values: readonly number[]): number | undefined {
  checkSample("compute a standard deviation", values, 0);
  if (values.length < 2) return undefined;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** First quartile, median and third quartile. */
export type Quartiles = readonly [number, number, number];

/**
 * The quartiles of numbers, linearly interpolated.
 *
 * @param values One or more.
 * @returns First quartile, median, third quartile.
 * @throws {RangeError} If there are none, or one is not finite.
 *
 * @example Five numbers
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quartiles([5, 1, 4, 2, 3]), [2, 3, 4]);
 * ```
 */
export function quartiles(values: readonly number[]): Quartiles {
  checkSample("compute quartiles", values);
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (place - Math.floor(place)) * (high - low);
  };
  return [at(1 / 4), at(1 / 2), at(3 / 4)];
}
