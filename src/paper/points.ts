/**
 * Points of float64 coordinates, and clear errors for lists of them that do not fit.
 *
 * @module
 */

import { greatest } from "../platform/extremes.ts";

/** A point: its coordinates. */
export type Point = readonly number[];

/** Refuses an empty list, points of no or unequal dimensions, and values that are not finite numbers. */
export function checkPoints(action: string, name: string, points: readonly Point[], dimension?: number): number {
  const d = dimension ?? points[0]?.length ?? 0;
  if (points.length === 0 || d === 0) {
    throw new RangeError(`Cannot ${action}: ${name} must hold a point or more, of a coordinate or more`);
  }
  // Not by forEach and every, which pass over an array's holes.
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    let fits = point?.length === d;
    for (let k = 0; fits && k < d; k++) fits = Number.isFinite(point![k]);
    if (!fits) {
      const is = Array.isArray(point)
        ? `[${point.slice(0, 8).join(", ")}${point.length > 8 ? ", …" : ""}]`
        : String(point);
      throw new RangeError(`Cannot ${action}: ${name}[${i}] must be ${d} finite numbers, it is ${is}`);
    }
  }
  return d;
}

/** The largest absolute coordinate: the scale for lengths. */
export const extent = (points: readonly Point[]) =>
  points.reduce((most, point) => Math.max(most, greatest(point.map(Math.abs))), Number.MIN_VALUE);

/** {@linkcode checkPoints}; also refuses points so far apart that the sum of their distances may exceed float64. */
export function checkCloud(action: string, points: readonly Point[]): number {
  const d = checkPoints(action, "points", points);
  if (!Number.isFinite(2 * extent(points) * Math.sqrt(d) * points.length)) {
    throw new RangeError(
      `Cannot ${action}: distances may add up to more than float64 holds, as a coordinate is ±${extent(points)}; ` +
        "wanted are coordinates of the order of 1",
    );
  }
  return d;
}
