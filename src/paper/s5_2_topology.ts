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
 * What the paper leaves open, and what is taken here. *The measure dα*: uniform on the simplex with total mass 1, so
 * the first term is the fraction of combinations outside 𝒮. *Uniqueness*: Proposition 1's "the solution is unique"
 * needs as many units as vertices; with spare ones, the spare may lie anywhere in 𝒮 at the same value 0. *Too few
 * units*: 0 is out of reach and the proposition says nothing; see {@linkcode optimiseMemory}.
 *
 * @see spec/s5_2_topology.md, and proofs/ for Proposition 1's statement, hand proof and limits.
 * @module
 */

import { checkPoints, nearestUnchecked, type Point } from "./s5_2_polytope.ts";

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
  /** How many units were moved at once because descent had stopped above 0. */
  readonly moves: number;
  /** How many random starts were used. */
  readonly starts: number;
}

/** Combinations to estimate the first term with: its standard error is at most 1/64. */
const SAMPLES = 1024;
/** A descent has stopped where in this many steps the least value fell by less than a tenth. */
const PATIENCE = 12;
/** Random starts at most. */
const STARTS = 12;
/** Distances below this are rounding, in units of the points' extent. */
const ROUNDING = 1e-9;

/** The largest distance of a coordinate from 0: what lengths are compared with. */
const extent = (points: readonly Point[]) => Math.max(...points.flat().map(Math.abs), Number.MIN_VALUE);

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
 * The first term is estimated on a fixed set of 1024 α, uniform on the simplex; a combination counts as outside 𝒮 from
 * 1e-9 of the points' extent on. The more units there are, the less a single one weighs in most combinations: one unit
 * of twelve a little outside 𝒮 is a true but very small first term, and the estimate may be 0. The second term is exact.
 *
 * @param units m.
 * @param points zⱼ, whose convex hull is 𝒮.
 * @returns Both terms and their sum; distances in the points' unit.
 * @throws {RangeError} If there are no units or points, or the dimensions differ, or a number is not finite.
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
  const d = checkPoints("compute Eq. 9", "points", points);
  checkPoints("compute Eq. 9", "units", units, d);
  const tolerance = ROUNDING * extent(points);
  let strays = 0;
  for (const alpha of simplexSamples(units.length)) {
    const z = points[0]!.map((_, k) => units.reduce((sum, unit, i) => sum + alpha[i]! * unit[k]!, 0));
    if (nearestUnchecked(points, z).distance > tolerance) strays++;
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

/** The best of the memories that differ from `units` by one unit, moved to the point that is covered worst. */
function bestMove(units: readonly Point[], points: readonly Point[], rounding: number) {
  const { nearest } = cover(units, points);
  const distances = nearest.map(({ distance }) => distance);
  const worst = points[distances.indexOf(Math.max(...distances))]!;
  const moves = units.map((_, i) => {
    const moved = units.with(i, worst);
    let value = 0;
    points.forEach((z, j) => {
      // What the other units cover by themselves stays covered.
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
 * 𝒮 is convex, so no combination leaves 𝒮 if and only if no unit does: with enough units both are 0 at the same places.
 * For λ → ∞ the surrogate is the second term with the units kept in 𝒮: a step down its subgradient, then each unit goes
 * to the nearest point of 𝒮. The step is Polyak's, value / ‖gradient‖², as the wanted minimum is known to be 0.
 * 𝒮 is known by projection on the convex combinations of the points; its vertices are never computed.
 *
 * The problem is not convex: of the hull of 200 points descent by itself finds a fifth to a half of the vertices, then
 * stops above 0. There a unit is moved to the point that is covered worst: the unit for which the second term becomes
 * least, if that is less than before; and descent goes on. That point is the farthest from a convex set and so, ties aside, a
 * vertex of 𝒮: a move finds one vertex, not by its geometry but as the largest summand of Eq. 9. What then still stops
 * above 0 starts anew, twelve times at most, and the least counts.
 *
 * With fewer units than vertices the result is a best approximation *from within* 𝒮 as far as the search finds it: units
 * in 𝒮 with a small sum of distances. Eq. 9 as written may then be less for units outside that enclose 𝒮, since its
 * first term never exceeds 1.
 *
 * @param points zⱼ, in [−1, 1]ᵈ as in the paper.
 * @param options `units`: n, how many. `uniform`: a source of numbers in [0, 1), from which the first units are drawn,
 * uniform in [−1, 1]ᵈ. `watch`: receives the units and the surrogate at each step.
 * @returns The units, Eq. 9 there, and how the search went.
 * @throws {RangeError} If `units` is not a whole number ≥ 1, or the points are none or not finite.
 *
 * @example Three units find the corners of a triangle among its inner points
 * ```ts
 * import { assert, assertLess } from "@std/assert";
 * import { stream } from "../engine/random.ts";
 *
 * const corners = [[-0.9, -0.5], [0.8, -0.6], [0.1, 0.9]];
 * const { memory, objective } = optimiseMemory([...corners, [0, 0], [0.1, 0.2]], {
 *   units: 3,
 *   uniform: stream(0, "units").uniform,
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
  const d = checkPoints("optimise the memory", "points", points);
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`Cannot optimise the memory: units must be a whole number >= 1, it is ${n}`);
  }
  const enough = ROUNDING * extent(points);
  const trace: number[] = [];

  // Polyak's step aims at the value `level`: 0, and where that is found to be out of reach, ever less below the best.
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
    let found = descend(Array.from({ length: n }, () => Array.from({ length: d }, () => 2 * uniform() - 1)), 1);
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
