/**
 * Means and deviations of table cells.
 *
 * @module
 */

/** The mean of numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** The standard deviation with n − 1 (ddof 1); `undefined` for fewer than two. */
export function deviation(values: readonly number[]): number | undefined {
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
 *
 * @example Five numbers
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quartiles([5, 1, 4, 2, 3]), [2, 3, 4]);
 * ```
 */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (place - Math.floor(place)) * (high - low);
  };
  return [at(1 / 4), at(1 / 2), at(3 / 4)];
}
