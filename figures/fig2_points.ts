/**
 * The points of Figure 2: drawn from a seed, or given by the user.
 *
 * @module
 */

import { parseJson } from "../src/platform/json.ts";
import { seededRng } from "../src/engine/random.ts";
import { convexHull } from "../src/paper/s5_2_hull.ts";
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

/** The most points that are drawn. */
const MOST = 100_000;

/** As JSON has it, but for numbers that it does not have: 1e999 is read as Infinity, and written as null. */
function shown(value: unknown): string {
  const numbers = (_: string, each: unknown) => typeof each === "number" && !Number.isFinite(each) ? `${each}` : each;
  try {
    return JSON.stringify(value, numbers).replaceAll(/"(-?Infinity)"/g, "$1").slice(0, 60);
  } catch {
    // Thousands of brackets in one another are read, but not written.
    return "an array of arrays of arrays";
  }
}

/** Whether vertices are those of a line, but for the rounding of decimal numbers: (0.1, 0.3), (0.2, 0.6), (0.3, 0.9) nearly are. */
function isLine(hull: readonly Point[]): boolean {
  const [a] = hull as [Point, ...Point[]];
  const from = ([x, y]: Point) => [x! - a[0]!, y! - a[1]!] as const;
  const longest = hull.map(from).reduce((most, each) => Math.hypot(...each) > Math.hypot(...most) ? each : most);
  const length = Math.hypot(...longest);
  const [u, v] = longest.map((value) => value / length) as [number, number];
  const height = ([x, y]: readonly [number, number]) => Math.abs(x / length * v - y / length * u);
  return length === 0 || hull.map(from).every((each) => height(each) <= 1e-12);
}

/**
 * Points from a user's file.
 *
 * @param text A JSON array of three to 100,000 [x, y] in [−1, 1]², not all on one line; a point may occur twice.
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
    if (!fits) throw new PointsError(`in "${name}" point ${i} is ${shown(point)}; ${wanted}`);
  });
  const count = points.length === 1 ? "1 point" : `${points.length} points`;
  if (points.length < 3) throw new PointsError(`"${name}" holds ${count}; wanted are 3 or more`);
  if (points.length > MOST) throw new PointsError(`"${name}" holds ${count}; wanted are at most ${MOST}`);
  if (isLine(convexHull(points))) {
    throw new PointsError(`the points in "${name}" lie on one line; wanted are points that enclose an area`);
  }
  return points;
}
