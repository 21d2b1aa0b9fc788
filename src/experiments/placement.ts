/**
 * Where points lie relative to the convex hull of others: distances and their summary.
 *
 * @module
 */

import type { Rng } from "../engine/random.ts";
import { checkPoints } from "../paper/points.ts";
import { nearestInHull, type Point } from "../paper/s5_2_polytope.ts";
import { type Quartiles, quartiles } from "./statistics.ts";

/** Where the codes of normal or of abnormal images lie. */
export interface Placement {
  /** How many images. */
  readonly count: number;
  /** The share of codes in 𝒮, up to float32's rounding. */
  readonly inside: number;
  /** dist(E(x), 𝒮). */
  readonly distance: Quartiles;
  /** dist(E(x), 𝒮) / ‖E(x)‖. */
  readonly overNorm: Quartiles;
  /** dist(E(x), 𝒮) over the diameter of 𝒮. */
  readonly overDiameter: Quartiles;
  /** How many units the nearest point of 𝒮 is a combination of. */
  readonly unitsUsed: Quartiles;
}

/** How far outside float32's rounding may put a point, in diameters of 𝒮. */
const ROUNDING = 1e-5;

/**
 * Where codes lie relative to the hull of memory units.
 *
 * @param memory The units.
 * @param codes E(x), one per image.
 * @returns The summary, and each code's distance: 0 inside.
 * @throws {RangeError} If there are no units or codes, or their dimensions differ, or a number is not finite, or all units are
 * equal, or a code is the origin.
 *
 * @example Of two points one is in the triangle, the other √2 from its only near corner
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { placement, distances } = placeCodes([[0, 0], [1, 0], [0, 1]], [[0.25, 0.25], [-1, -1]]);
 * assertEquals(placement.inside, 0.5);
 * assertAlmostEquals(distances[1]!, Math.SQRT2, 1e-12);
 * ```
 */
export function placeCodes(
  memory: readonly Point[],
  codes: readonly Point[],
): { placement: Placement; distances: number[] } {
  const action = "place codes relative to the memory units";
  checkPoints(action, "codes", codes, checkPoints(action, "memory", memory));
  const norms = codes.map((code) => Math.hypot(...code));
  const origin = norms.indexOf(0);
  if (origin >= 0) {
    throw new RangeError(`Cannot ${action}: code ${origin} is the origin, so that a share of its norm is none`);
  }
  const diameter = diameterOf(memory);
  if (diameter === 0) {
    throw new RangeError(`Cannot ${action}: the memory units are all equal, so that 𝒮 has no diameter`);
  }
  const nearest = codes.map((code) => nearestInHull(memory, code));
  // Inside, rounding would rank them.
  const distances = nearest.map(({ distance }) => distance <= ROUNDING * diameter ? 0 : distance);
  return {
    placement: {
      count: codes.length,
      inside: distances.filter((distance) => distance === 0).length / codes.length,
      distance: quartiles(distances),
      overNorm: quartiles(distances.map((distance, i) => distance / norms[i]!)),
      overDiameter: quartiles(distances.map((distance) => distance / diameter)),
      unitsUsed: quartiles(nearest.map(({ alpha }) => alpha.filter((a) => a > 0).length)),
    },
    distances,
  };
}

/** ‖a − b‖₂. */
export function distance(a: Point, b: Point): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}

/** The largest distance between two of the points. */
export function diameterOf(points: readonly Point[]): number {
  return points.reduce((most, p) => points.reduce((most, q) => Math.max(most, distance(p, q)), most), 0);
}

/** The mean of points. */
export const centreOf = (points: readonly Point[]): Point =>
  points[0]!.map((_, k) => points.reduce((sum, point) => sum + point[k]!, 0) / points.length);

/** For each code a point in a random direction from a centre, as far from it as the code is. */
export function scattered(centre: Point, codes: readonly Point[], rng: Rng): Point[] {
  return codes.map((code) => {
    const direction = centre.map(() => rng.normal());
    const factor = distance(code, centre) / Math.hypot(...direction);
    return centre.map((value, k) => value + factor * direction[k]!);
  });
}

/** z = Mᵀ softmax(r), r normal as in training. */
export function sampled(memory: readonly Point[], alphaScale: number, rng: Rng, count: number): Point[] {
  return Array.from({ length: count }, () => {
    const weights = memory.map(() => Math.exp(alphaScale * rng.normal()));
    const sum = weights.reduce((a, b) => a + b);
    return memory[0]!.map((_, k) => memory.reduce((z, unit, i) => z + weights[i]! / sum * unit[k]!, 0));
  });
}
