/**
 * Section 5.2, topological property of the latent space: Eq. 9, whose minimum Proposition 1 says is at the vertices.
 *
 * ```text
 * min_m ∫_α 1 − 𝟏_𝒮(Σᵢ αᵢ mᵢ) dα  +  Σⱼ min_α ‖Σᵢ αᵢ mᵢ − zⱼ‖₂              Eq. 9
 *       outside                       distance
 * ```
 *
 * with α > 0, Σᵢ αᵢ = 1, and 𝒮 the convex hull of the points zⱼ.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | m, the memory units | `units` | n points of d coordinates |
 * | zⱼ, the encoded normal data | `points` | N points of d coordinates |
 * | α | `alpha` | n |
 *
 * The paper leaves three points open. *The measure dα*: here it is uniform on the simplex with total mass 1, so the first term
 * is the fraction of combinations outside 𝒮. *Uniqueness*: Proposition 1's "the solution is unique" needs as many units as
 * vertices; with more, the spare ones may lie anywhere in 𝒮 at the same value 0. *Too few units*: the value 0 cannot be reached
 * and the proposition does not apply; see {@linkcode optimiseMemory}.
 *
 * @see spec/s5_2_topology.md, and proofs/ for Proposition 1's statement, hand proof and limits.
 * @module
 */

import { greatest } from "../platform/extremes.ts";
import { checkCloud, checkPoints, extent, type Point } from "./points.ts";
import { convexHull } from "./s5_2_hull.ts";
import { nearestUnchecked } from "./s5_2_polytope.ts";

/** Eq. 9 and its two terms. */
export interface Objective {
  /** Eq. 9: `outside` + `distance`. */
  readonly value: number;
  /** The first term: the fraction of convex combinations of the units that lie outside 𝒮. */
  readonly outside: number;
  /** The second term: the sum of the points' distances to the units' convex hull. */
  readonly distance: number;
}

/** What {@linkcode optimiseMemory} found. */
export interface OptimisedMemory {
  /** The units. */
  readonly memory: Point[];
  /** Eq. 9 there. */
  readonly objective: Objective;
  /** The surrogate at each step, from the first start to the last. */
  readonly trace: number[];
  /** How many units were relocated because descent had stopped above 0. */
  readonly moves: number;
  /** How many random starts were used. */
  readonly starts: number;
}

/** Number of combinations that estimate the first term; of as many independent draws the standard error is at most 1/64. */
const SAMPLES = 1024;
/** A descent counts as stopped when its least value fell by less than a tenth of the gap aimed at in this many steps. */
const PATIENCE = 12;
/** Maximum number of random starts. */
const STARTS = 12;
/** Distances below this are rounding, in units of the points' extent. */
const ROUNDING = 1e-9;

/** α uniform on the simplex: the gaps between n − 1 sorted numbers of Richtmyer's sequence, the fractions of k √prime. */
function* simplexSamples(n: number): Generator<Float64Array> {
  const primes: number[] = [];
  for (let p = 2; primes.length < n - 1; p++) if (primes.every((q) => p % q !== 0)) primes.push(p);
  const cuts = new Float64Array(n - 1);
  for (let k = 1; k <= SAMPLES; k++) {
    primes.forEach((p, i) => cuts[i] = (k * Math.sqrt(p)) % 1);
    cuts.sort();
    yield Float64Array.from({ length: n }, (_, i) => (cuts[i] ?? 1) - (cuts[i - 1] ?? 0));
  }
}

/**
 * Eq. 9 itself (§5.2, Proposition 1).
 *
 * The first term is estimated on a fixed set of 1024 α, uniform on the simplex; a combination counts as outside 𝒮 if its
 * distance exceeds 1e-9 of the points' extent. The more units there are, the less weight a single one has in most combinations:
 * one unit of twelve a little outside 𝒮 gives a positive but very small first term, and the estimate may be 0. The second term
 * is exact.
 *
 * @param units m.
 * @param points zⱼ, whose convex hull is 𝒮.
 * @returns Both terms and their sum; distances in the points' unit.
 * @throws {RangeError} If there are no units or points, or the dimensions differ, or a number is not finite, or so great that
 * the sum of distances may exceed float64.
 *
 * @example A triangle of the data's vertices has the value 0; one of twice its size has 3/4 of its area outside
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const z = [[0, 0], [1, 0], [0, 1], [0.2, 0.2]];
 * assertAlmostEquals(propositionObjective([[0, 0], [1, 0], [0, 1]], z).value, 0, 1e-9);
 * assertAlmostEquals(propositionObjective([[0, 0], [2, 0], [0, 2]], z).outside, 3 / 4, 0.01);
 * // With the unit (0, 1) gone the point (0, 1) is 1 away, and (0.2, 0.2) is 0.2 away.
 * assertAlmostEquals(propositionObjective([[0, 0], [1, 0]], z).distance, 1.2, 1e-9);
 * ```
 */
export function propositionObjective(units: readonly Point[], points: readonly Point[]): Objective {
  checkPoints("compute Eq. 9", "units", units, checkCloud("compute Eq. 9", points));
  checkCloud("compute Eq. 9", [...points, ...units]);
  const tolerance = ROUNDING * extent(points);
  // 𝒮 is the same for its vertices alone, which are few.
  const S = points[0]!.length === 2 ? convexHull(points) : points;
  let strays = 0;
  for (const alpha of simplexSamples(units.length)) {
    const z = points[0]!.map((_, k) => units.reduce((sum, unit, i) => sum + alpha[i]! * unit[k]!, 0));
    if (nearestUnchecked(S, z).distance > tolerance) strays++;
  }
  const outside = strays / SAMPLES;
  const distance = points.reduce((sum, z) => sum + nearestUnchecked(units, z).distance, 0);
  return { value: outside + distance, outside, distance };
}

/** Eq. 9's second term and its derivative with respect to each unit. */
function cover(units: readonly Point[], points: readonly Point[]) {
  const gradient = units.map((unit) => unit.map(() => 0));
  const nearest = points.map((z) => nearestUnchecked(units, z));
  nearest.forEach(({ point, alpha, distance }, j) => {
    // The envelope theorem: at the best α, ∂/∂mᵢ ‖Mᵀα − z‖ is αᵢ times the residual's direction.
    if (distance > 0) {
      gradient.forEach((g, i) => g.forEach((_, k) => g[k]! += alpha[i]! * (point[k]! - points[j]![k]!) / distance));
    }
  });
  return { value: nearest.reduce((sum, { distance }) => sum + distance, 0), gradient, nearest };
}

/** The best memory that differs from `units` in one unit, moved to the point farthest from the hull. */
function bestMove(units: readonly Point[], points: readonly Point[], rounding: number) {
  const { nearest } = cover(units, points);
  const distances = nearest.map(({ distance }) => distance);
  const worst = points[distances.indexOf(greatest(distances))]!;
  const moves = units.map((_, i) => {
    const moved = units.with(i, worst);
    let value = 0;
    points.forEach((z, j) => {
      // Points that the other units cover by themselves stay covered.
      if (distances[j]! > rounding || nearest[j]!.alpha[i]! > 0) value += nearestUnchecked(moved, z).distance;
    });
    return { value, units: moved };
  });
  return moves.reduce((best, move) => move.value < best.value ? move : best);
}

/**
 * Minimises Eq. 9 from random units, without being told where the vertices are (§5.2, Figure 2).
 *
 * A sampled first term is a count, whose derivative is 0 wherever it exists, so a surrogate is minimised:
 *
 * ```text
 * λ Σᵢ dist(mᵢ, 𝒮) + Σⱼ min_α ‖Σᵢ αᵢ mᵢ − zⱼ‖₂,   λ → ∞
 * ```
 *
 * 𝒮 is convex, so no combination leaves 𝒮 if and only if no unit does: with enough units both are 0 for the same units. For λ →
 * ∞ the surrogate is the second term with the units kept in 𝒮: a subgradient step, then each unit is projected to the nearest
 * point of 𝒮. The step size is Polyak's, value / ‖gradient‖², as the minimum is known to be 0. The projection uses convex
 * combinations of the points; the vertices of 𝒮 are never computed.
 *
 * The problem is not convex: for the hull of 200 points, descent alone finds a fifth to a half of the vertices, then stops
 * above 0. Then one unit is moved to the point farthest from the units' hull: the unit for which the second term becomes
 * smallest, if that is smaller than before. Descent then continues. That point is the farthest from a convex set and so, ties
 * aside, a vertex of 𝒮: a move finds one vertex, not by its geometry but as the largest summand of Eq. 9. If the search still
 * stops above 0 it starts again, twelve starts at most, and the smallest value counts.
 *
 * With fewer units than vertices the result is the best approximation *from within* 𝒮 that the search finds: units in 𝒮 with a
 * small sum of distances. Units outside that enclose 𝒮 may then give a smaller value of Eq. 9 as written, since its first term
 * never exceeds 1.
 *
 * @param points zⱼ, in [−1, 1]ᵈ as in the paper.
 * @param options `units`: n, how many. `uniform`: a source of numbers in [0, 1), from which the first units are drawn,
 * uniform in [−1, 1]ᵈ. `watch`: receives the units and the surrogate at each step.
 * @returns The units, Eq. 9 there, and how the search went.
 * @throws {RangeError} If `units` is not a whole number ≥ 1, or the points are none, not finite or so great that the sum of
 * distances may exceed float64, or `uniform` returns anything but numbers in [0, 1).
 *
 * @example Three units find the corners of a triangle among its inner points
 * ```ts
 * import { assert, assertLess } from "@std/assert";
 * import { seededRng } from "../engine/random.ts";
 *
 * const corners = [[-0.9, -0.5], [0.8, -0.6], [0.1, 0.9]];
 * const { memory, objective } = optimiseMemory([...corners, [0, 0], [0.1, 0.2]], {
 *   units: 3,
 *   uniform: seededRng(0, "units").uniform,
 * });
 * assertLess(objective.value, 1e-6);
 * for (const [x, y] of corners) assert(memory.some(([u, v]) => Math.hypot(u! - x!, v! - y!) < 1e-6));
 * ```
 */
export function optimiseMemory(
  points: readonly Point[],
  options: {
    readonly units: number;
    readonly uniform: () => number;
    readonly watch?: (units: readonly Point[], value: number) => void;
  },
): OptimisedMemory {
  const { units: n, uniform } = options;
  const d = checkCloud("optimise the memory", points);
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`Cannot optimise the memory: units must be a whole number >= 1, it is ${n}`);
  }
  const draw = () => {
    const value = uniform();
    if (value >= 0 && value < 1) return 2 * value - 1;
    throw new RangeError(`Cannot optimise the memory: uniform must return numbers in [0, 1), it returned ${value}`);
  };
  const enough = ROUNDING * extent(points);
  const trace: number[] = [];

  // Polyak's step aims at the value `level`: 0 at first, and where that proves unreachable, a value ever closer below the best.
  const descend = (from: readonly Point[], leastGap: number) => {
    let [units, best, bestAt, gap] = [from, Infinity, from, 1];
    for (let bests: number[] = []; best > enough && gap >= leastGap;) {
      units = units.map((unit) => nearestUnchecked(points, unit).point);
      const { value, gradient } = cover(units, points);
      trace.push(value);
      options.watch?.(units, value);
      if (value < best) [best, bestAt] = [value, units];
      const squared = gradient.flat().reduce((sum, g) => sum + g * g, 0);
      if (squared === 0) break;
      const level = best * (1 - gap);
      const rate = (value - level) / squared;
      units = units.map((unit, i) => unit.map((value, k) => value - rate * gradient[i]![k]!));
      bests.push(best);
      if (best > (1 - gap / 10) * (bests.at(-PATIENCE - 1) ?? Infinity)) [units, bests, gap] = [bestAt, [], gap / 2];
    }
    return { value: best, units: bestAt };
  };

  let best = { value: Infinity, units: [] as readonly Point[] };
  let [moves, starts] = [0, 0];
  while (starts < STARTS && best.value > enough) {
    starts++;
    let found = descend(Array.from({ length: n }, () => Array.from({ length: d }, draw)), 1);
    while (found.value > enough) {
      const move = bestMove(found.units, points, enough);
      if (move.value > found.value - enough) break;
      moves++;
      found = descend(move.units, 1);
    }
    if (found.value < best.value) best = found;
  }
  if (best.value > enough) best = descend(best.units, 1e-4);
  return { memory: [...best.units], objective: propositionObjective(best.units, points), trace, moves, starts };
}
