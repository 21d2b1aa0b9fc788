/**
 * The least and the greatest of numbers, however many.
 *
 * `Math.max(...values)` puts every value on the stack, which overflows where there are some 100,000.
 *
 * @module
 */

/**
 * The greatest of numbers.
 *
 * @param values Numbers.
 * @returns The greatest; −∞ of none and NaN if one is NaN, as `Math.max` has it.
 *
 * @example A million numbers
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(greatest(Array.from({ length: 1_000_000 }, (_, i) => i)), 999_999);
 * ```
 */
export function greatest(values: Iterable<number>): number {
  let result = -Infinity;
  for (const value of values) result = Math.max(result, value);
  return result;
}

/**
 * The least of numbers.
 *
 * @param values Numbers.
 * @returns The least; ∞ of none and NaN if one is NaN, as `Math.min` has it.
 *
 * @example None
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([least([2, -1, 3]), least([])], [-1, Infinity]);
 * ```
 */
export function least(values: Iterable<number>): number {
  let result = Infinity;
  for (const value of values) result = Math.min(result, value);
  return result;
}
