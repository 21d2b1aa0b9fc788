/**
 * Durations in words.
 *
 * @module
 */

/**
 * A duration for people.
 *
 * @param seconds The seconds.
 * @returns Text; never nothing, as whoever says it is still at work.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 40, 100, 9000].map(duration), ["1 s", "40 s", "2 min", "2.5 h"]);
 * ```
 */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
