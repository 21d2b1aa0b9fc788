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

/** A point: its coordinates. */
export type Point = readonly number[];

/** The point of a convex hull that is nearest to another point. */
export interface Nearest {
  /** Σᵢ αᵢ vᵢ. */
  readonly point: Point;
  /** The convex coefficients, as many as there are points. */
  readonly alpha: Float64Array;
  /** How far it is; 0 inside. */
  readonly distance: number;
}

/** Refuses an empty list, points of no or unequal dimensions, and values that are not finite numbers. */
export function checkPoints(action: string, name: string, points: readonly Point[], dimension?: number): number {
  const d = dimension ?? points[0]?.length ?? 0;
  if (points.length === 0 || d === 0) {
    throw new RangeError(`Cannot ${action}: ${name} must hold a point or more, of a coordinate or more`);
  }
  points.forEach((point, i) => {
    if (point.length !== d || !point.every(Number.isFinite)) {
      throw new RangeError(`Cannot ${action}: ${name}[${i}] must be ${d} finite numbers, it is [${point.join(", ")}]`);
    }
  });
  return d;
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
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite.
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
  return nearestUnchecked(vertices, point);
}

/** {@linkcode nearestInHull} for points already checked: in an optimiser the checks would take as long as the work. */
export function nearestUnchecked(vertices: readonly Point[], point: Point): Nearest {
  const shifted = vertices.map((vertex) => vertex.map((value, k) => value - point[k]!));
  const norms = shifted.map((p) => dot(p, p));
  const scale = Math.max(...norms);
  let active = [norms.indexOf(Math.min(...norms))];
  let weights = [1];
  let x: Point = shifted[active[0]!]!;
  for (let squared = dot(x, x); squared > 1e-28 * scale;) {
    let entering = 0;
    let least = Infinity;
    for (let i = 0; i < shifted.length; i++) {
      const along = dot(x, shifted[i]!);
      if (along < least) [entering, least] = [i, along];
    }
    // The gap bounds the remaining gain; an active point that would enter again is due to rounding.
    if (squared - least <= 1e-15 * scale || active.includes(entering)) break;
    let [nextActive, next] = [[...active, entering], [...weights, 0]];
    for (;;) {
      const target = affineMinimum(nextActive.map((i) => shifted[i]!));
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
    const candidate = mix(nextActive.map((i) => shifted[i]!), next);
    const candidateSquared = dot(candidate, candidate);
    if (!(candidateSquared < squared)) break;
    [active, weights, x, squared] = [nextActive, next, candidate, candidateSquared];
  }
  const alpha = new Float64Array(vertices.length);
  active.forEach((i, k) => alpha[i] = weights[k]!);
  return { point: mix(active.map((i) => vertices[i]!), weights), alpha, distance: Math.sqrt(dot(x, x)) };
}

/**
 * The distance of a point to a polytope: min_α ‖Σᵢ αᵢ mᵢ − z‖₂ (§5.2, Eq. 9, second term).
 *
 * @param vertices m, points that span the polytope.
 * @param point z.
 * @returns The distance, in the points' unit; 0 inside.
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite.
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
 * @throws {RangeError} If there are no points, or the dimensions differ, or a number is not finite.
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
  return nearestInHull(vertices, point).distance <= tolerance;
}

/**
 * The vertices of the convex hull of points in the plane (Andrew's monotone chain): what Proposition 1 says Eq. 9 finds.
 *
 * The optimiser never calls it: its result serves as the reference for the optimiser's.
 *
 * @param points Points of two coordinates.
 * @returns The vertices, counter-clockwise from the leftmost. A point on an edge, up to rounding, is not a vertex;
 * all points on a line give the line's two ends.
 * @throws {RangeError} If there are no points, or they are not of two finite numbers.
 *
 * @example The middle of a side and the centre of a square are not vertices
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(convexHull([[1, 1], [0, 0], [0.5, 0.5], [1, 0], [0.5, 0], [0, 1]]), [[0, 0], [1, 0], [1, 1], [0, 1]]);
 * ```
 */
export function convexHull(points: readonly Point[]): Point[] {
  checkPoints("find the convex hull", "points", points, 2);
  const sorted = [...points].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  const chain = (ordered: readonly Point[]) => {
    const kept: Point[] = [];
    for (const c of ordered) {
      for (;;) {
        const [a, b] = [kept.at(-2), kept.at(-1)];
        if (b !== undefined && b[0] === c[0] && b[1] === c[1]) kept.pop();
        else if (a === undefined || b === undefined) break;
        else {
          const [abx, aby, acx, acy] = [b[0]! - a[0]!, b[1]! - a[1]!, c[0]! - a[0]!, c[1]! - a[1]!];
          // The cross product is b's height over the chord, times the chord: if it is below rounding, b lies on the chord.
          if (abx * acy - aby * acx > 1e-12 * (acx ** 2 + acy ** 2)) break;
          kept.pop();
        }
      }
      kept.push(c);
    }
    return kept;
  };
  const [lower, upper] = [chain(sorted), chain(sorted.toReversed())];
  return lower.length === 1 ? lower : [...lower.slice(0, -1), ...upper.slice(0, -1)];
}
