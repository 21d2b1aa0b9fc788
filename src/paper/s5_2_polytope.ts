/**
 * Section 5.2, Theorem 2's polytope: the convex hull of a few points, and how far a point is from it.
 *
 * ```text
 * conv(V) = { Σᵢ αᵢ vᵢ : αᵢ ≥ 0, Σᵢ αᵢ = 1 }
 * dist(z, conv V) = min_α ‖Σᵢ αᵢ vᵢ − z‖₂                                  the second term of Eq. 9
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | V, the points that span the polytope | `vertices` | n points of d coordinates |
 * | z | `point` | d coordinates |
 * | α | `alpha` | n |
 *
 * Everything is float64 on the host, so that it is the same on every backend; lengths are in the points' own units. The paper
 * writes α > 0. A minimum over α > 0 need not exist, so here α ≥ 0, which is the closure.
 *
 * @see spec/s5_2_topology.md for the paper's statements and the tests that hold this module to them.
 * @module
 */

import { checkPoints, type Point } from "./points.ts";

export type { Point };

/** The point of a convex hull that is nearest to another point. */
export interface Nearest {
  /** Σᵢ αᵢ vᵢ. */
  readonly point: Point;
  /** The convex coefficients, as many as there are points. */
  readonly alpha: Float64Array;
  /** How far it is; inside 0, up to rounding. */
  readonly distance: number;
}

const dot = (a: Point, b: Point) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

const mix = (points: readonly Point[], weights: readonly number[]) =>
  points[0]!.map((_, k) => points.reduce((sum, point, i) => sum + weights[i]! * point[k]!, 0));

/** The affine weights (their sum is 1, they may be negative) of the point of least norm in the affine hull. */
function affineMinimum(corral: readonly Point[]): number[] | undefined {
  const [origin, ...rest] = corral as [Point, ...Point[]];
  // Orthogonal directions, each with its weights on the corral: least squares without squaring the condition number.
  const basis: { q: number[]; weights: number[] }[] = [];
  const weights = corral.map((_, i) => i === 0 ? 1 : 0);
  const x = [...origin];
  for (const [i, point] of rest.entries()) {
    const q = point.map((value, k) => value - origin[k]!);
    const length = Math.sqrt(dot(q, q));
    const own = corral.map((_, j) => j === 0 ? -1 : j === i + 1 ? 1 : 0);
    // Twice, because once loses orthogonality where points nearly coincide.
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const along = dot(q, known.q);
        for (let k = 0; k < q.length; k++) q[k]! -= along * known.q[k]!;
        for (let j = 0; j < own.length; j++) own[j]! -= along * known.weights[j]!;
      }
    }
    const norm = Math.sqrt(dot(q, q));
    if (norm <= 1e-12 * length) return undefined;
    basis.push({ q: q.map((value) => value / norm), weights: own.map((value) => value / norm) });
    const { q: unit, weights: direction } = basis.at(-1)!;
    const along = dot(x, unit);
    for (let k = 0; k < x.length; k++) x[k]! -= along * unit[k]!;
    for (let j = 0; j < weights.length; j++) weights[j]! -= along * direction[j]!;
  }
  return weights;
}

/**
 * The nearest point of a polytope, in any dimension: argmin_α ‖Σᵢ αᵢ vᵢ − z‖₂ (§5.2, Eq. 9, second term).
 *
 * P. Wolfe's active-set method (Mathematical Programming 11, 1976): finite, and exact up to rounding.
 *
 * @param vertices Points that span the polytope; they need not be extreme.
 * @param point z.
 * @returns The nearest point, its coefficients and its distance.
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite, or the distance exceeds
 * the greatest float64.
 *
 * @example The nearest point to a corner of the square on the triangle below its diagonal is half-way on the diagonal
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { alpha, distance } = nearestInHull([[0, 0], [1, 0], [0, 1]], [1, 1]);
 * assertAlmostEquals(distance, Math.SQRT1_2, 1e-12);
 * assertAlmostEquals(alpha[1]!, 0.5, 1e-12);
 * ```
 */
export function nearestInHull(vertices: readonly Point[], point: Point): Nearest {
  checkPoints("find the nearest point of a polytope", "vertices", vertices, point.length);
  checkPoints("find the nearest point of a polytope", "point", [point]);
  const nearest = nearestUnchecked(vertices, point);
  if (Number.isFinite(nearest.distance)) return nearest;
  throw new RangeError(
    "Cannot find the nearest point of a polytope: its distance exceeds the greatest float64, " +
      `of the point [${point.slice(0, 8).join(", ")}]; wanted are smaller coordinates`,
  );
}

/** Lengths whose squares, and products of those with rounding errors, are neither too great nor too small for float64. */
const [SMALL, LARGE] = [2 ** -300, 2 ** 300];

/** The points seen from z, one after the other, times a power of 2 that keeps squares within float64. */
function seenFrom(point: Point, vertices: readonly Point[]): { shifted: Float64Array; factor: number } {
  const shifted = new Float64Array(vertices.length * point.length);
  const fill = (factor: number) => {
    let [at, size] = [0, 0];
    for (const vertex of vertices) {
      for (let k = 0; k < point.length; k++) {
        const value = factor === 1 ? vertex[k]! - point[k]! : vertex[k]! * factor - point[k]! * factor;
        shifted[at++] = value;
        if (Math.abs(value) > size) size = Math.abs(value);
      }
    }
    return size;
  };
  const size = fill(1);
  const factor = size > LARGE ? 2 ** -600 : size > 0 && size < SMALL ? 2 ** 700 : 1;
  if (factor !== 1) fill(factor);
  return { shifted, factor };
}

/** {@linkcode nearestInHull} for points already checked: in an optimiser the checks would take as long as the work. */
export function nearestUnchecked(vertices: readonly Point[], point: Point): Nearest {
  const [n, d] = [vertices.length, point.length];
  const { shifted, factor } = seenFrom(point, vertices);
  const at = (i: number): Point => {
    const place: number[] = [];
    for (let k = i * d; k < (i + 1) * d; k++) place.push(shifted[k]!);
    return place;
  };
  let [scale, first, nearest] = [0, 0, Infinity];
  for (let i = 0; i < n; i++) {
    let norm = 0;
    for (let k = i * d; k < (i + 1) * d; k++) norm += shifted[k]! ** 2;
    if (norm > scale) scale = norm;
    if (norm < nearest) [first, nearest] = [i, norm];
  }
  let active = [first];
  let weights = [1];
  let x = at(first);
  for (let squared = dot(x, x); squared > 1e-28 * scale;) {
    let entering = 0;
    let least = Infinity;
    for (let i = 0; i < n; i++) {
      let along = 0;
      for (let k = 0; k < d; k++) along += x[k]! * shifted[i * d + k]!;
      if (along < least) [entering, least] = [i, along];
    }
    // The gap bounds the remaining gain; an active point that would enter again is due to rounding.
    if (squared - least <= 1e-15 * scale || active.includes(entering)) break;
    let [nextActive, next] = [[...active, entering], [...weights, 0]];
    for (;;) {
      const target = affineMinimum(nextActive.map(at));
      if (target === undefined) break;
      // Walk towards the affine minimum until a coefficient reaches 0, and drop that point.
      const step = Math.min(1, ...target.map((t, i) => t < 0 ? next[i]! / (next[i]! - t) : 1));
      next = next.map((w, i) => Math.max(0, w + step * (target[i]! - w)));
      if (step === 1) break;
      const leaving = next.indexOf(Math.min(...next));
      [nextActive, next] = [nextActive.filter((_, i) => i !== leaving), next.filter((_, i) => i !== leaving)];
    }
    const total = next.reduce((sum, w) => sum + w, 0);
    next = next.map((w) => w / total);
    const candidate = mix(nextActive.map(at), next);
    const candidateSquared = dot(candidate, candidate);
    if (!(candidateSquared < squared)) break;
    [active, weights, x, squared] = [nextActive, next, candidate, candidateSquared];
  }
  const alpha = new Float64Array(n);
  active.forEach((i, k) => alpha[i] = weights[k]!);
  return { point: mix(active.map((i) => vertices[i]!), weights), alpha, distance: Math.sqrt(dot(x, x)) / factor };
}

/**
 * The distance of a point to a polytope: min_α ‖Σᵢ αᵢ mᵢ − z‖₂ (§5.2, Eq. 9, second term).
 *
 * @param vertices m, points that span the polytope.
 * @param point z.
 * @returns The distance, in the points' unit; inside 0, up to rounding.
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite, or the distance exceeds
 * the greatest float64.
 *
 * @example From a corner of the 10-dimensional unit cube to the opposite corner's simplex: |10 − 1| / √10
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const corners = Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, k) => i === k ? 1 : 0));
 * assertAlmostEquals(distanceToHull(corners, Array(10).fill(1)), 9 / Math.sqrt(10), 1e-12);
 * ```
 */
export function distanceToHull(vertices: readonly Point[], point: Point): number {
  return nearestInHull(vertices, point).distance;
}

/**
 * Whether a point is a convex combination of others, the indicator 𝟏_𝒮(z) of Eq. 9 (§5.2, Theorem 2).
 *
 * @param vertices Points that span 𝒮.
 * @param point z.
 * @param tolerance How far outside a point may be through rounding, in the points' unit.
 * @returns True inside and on the boundary.
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite, or the tolerance is
 * negative.
 *
 * @example The centre of a triangle is in it, in any dimension; a point 1e-6 outside is not
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const triangle = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
 * assert(polytopeContains(triangle, [1 / 3, 1 / 3, 1 / 3]));
 * assert(!polytopeContains(triangle, [1 / 3, 1 / 3, 1 / 3 + 1e-6]));
 * ```
 */
export function polytopeContains(vertices: readonly Point[], point: Point, tolerance = 1e-9): boolean {
  if (!(tolerance >= 0)) {
    throw new RangeError(`Cannot tell whether a polytope has a point: tolerance must be 0 or more, it is ${tolerance}`);
  }
  checkPoints("tell whether a polytope has a point", "vertices", vertices, point.length);
  checkPoints("tell whether a polytope has a point", "point", [point]);
  return nearestUnchecked(vertices, point).distance <= tolerance;
}
