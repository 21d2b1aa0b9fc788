/**
 * The points of Figure 2: drawn from a seed, or given by the user.
 *
 * @module
 */

import { parseJson } from "../src/platform/json.ts";
import { seededRng } from "../src/engine/random.ts";
import { convexHull } from "../src/paper/s5_2_polytope.ts";
import type { Point } from "../src/paper/s5_2_polytope.ts";

/** The points do not make a Figure 2. */
export class PointsError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(`Cannot draw Figure 2: ${message}`);
    this.name = "PointsError";
  }
}

/**
 * Points for a Figure 2 without data: 200 of a normal distribution with standard deviation 0.4, in [−1, 1]².
 *
 * The paper says only that its points are bounded in [−1, 1]².
 *
 * @param seed The seed.
 * @returns The points; those outside the square were drawn again.
 * @throws {RangeError} If `seed` is not a whole number ≥ 0.
 */
export function defaultPoints(seed: number): Point[] {
  const { normal } = seededRng(seed, "points");
  const coordinate = (): number => {
    const value = 0.4 * normal();
    return Math.abs(value) <= 1 ? value : coordinate();
  };
  return Array.from({ length: 200 }, () => [coordinate(), coordinate()]);
}

/**
 * Points from a user's file.
 *
 * @param text A JSON array of three or more [x, y] in [−1, 1]², not all on one line.
 * @param name Its source, for messages.
 * @returns The points.
 * @throws {PointsError} If it is anything else.
 *
 * @example A point outside the square is refused by its index
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parsePoints("[[0, 0], [1, 0], [0, 1]]", "p.json").length, 3);
 * assertThrows(() => parsePoints("[[0, 0], [1, 0], [0, 2]]", "p.json"), PointsError, "point 2 is [0,2]");
 * ```
 */
export function parsePoints(text: string, name: string): Point[] {
  let points: unknown;
  try {
    points = parseJson(text);
  } catch (error) {
    throw new PointsError(`Cannot read "${name}": ${(error as Error).message}`);
  }
  const wanted = "wanted is a JSON array of [x, y] pairs in [-1, 1]";
  if (!Array.isArray(points)) {
    throw new PointsError(`"${name}" holds ${points === null ? "null" : `one ${typeof points}`}; ${wanted}`);
  }
  points.forEach((point, i) => {
    const fits = Array.isArray(point) && point.length === 2 &&
      point.every((value) => typeof value === "number" && Math.abs(value) <= 1);
    if (!fits) throw new PointsError(`in "${name}" point ${i} is ${JSON.stringify(point).slice(0, 60)}; ${wanted}`);
  });
  if (points.length < 3) throw new PointsError(`"${name}" holds ${points.length} points; wanted are 3 or more`);
  if (convexHull(points).length < 3) {
    throw new PointsError(`the points in "${name}" lie on one line; wanted are points that enclose an area`);
  }
  return points;
}
