/**
 * Theorem 2 (§5.2): sampled codes fill the convex hull of the memory units, and so does E(x) at the optimum.
 *
 * > Assume the dimension of the latent variables d and the number of memory units n are large enough. Since z is a convex
 * > combination of rows in M, the support of the z distribution is a convex polytope 𝒮 in ℝᵈ, where the vertices of 𝒮 are
 * > the memory units. The support of the encoded normal data distribution E(x) is also 𝒮.
 *
 * ## Notation and assumptions
 *
 * mᵢ is row i of M, 𝒮 = conv{m₁, …, mₙ}, z = Mᵀα, α = softmax(r) (§4.4). The support of a distribution is the set of points of
 * which every ball has positive probability. M is fixed.
 *
 * 1. The distribution of r has the support ℝⁿ: normal, for instance. Only Step 2 needs this.
 * 2. E and G are such that q(x, z) = p(x, z), Theorem 1's match for Eq. 3. Only Step 4 needs this. Neither n nor d need be
 *    large.
 *
 * ## Step 1: z lies in the relative interior of 𝒮
 *
 * A softmax is positive and sums to 1, so z ∈ 𝒮. Take any y = Mᵀβ ∈ 𝒮 and t = minᵢ αᵢ > 0. Then z + t(z − y) has the
 * coefficients α + t(α − β): their sum is 1, and αᵢ + t(αᵢ − βᵢ) ≥ αᵢ − t ≥ 0. So from z one can move away from any point of 𝒮
 * without leaving 𝒮 at once. That defines the relative interior. If 𝒮 is more than a point, z is not a vertex.
 *
 * ## Step 2: the support of z is all of 𝒮
 *
 * 𝒮 is closed and holds z, so it holds the support. Conversely let y = Mᵀβ ∈ 𝒮, ε > 0, and let 1/n be the vector of equal
 * coefficients. α = (1 − t)β + t/n is positive, and ‖Mᵀα − y‖ = t‖Mᵀ(1/n) − y‖ ≤ ε/2 for small t. With r = log α,
 * softmax(r) = α. The softmax has the Jacobian diag(α) − ααᵀ, which is positive semidefinite with trace
 * 1 − Σ αᵢ² < 1, so it is 1-Lipschitz. Hence, unless M = 0, for ‖r′ − r‖ ≤ ε/(2‖M‖_F), Mᵀsoftmax(r′) is within ε of y. By
 * Assumption 1 that ball of r′ has positive probability, and so has the ball of radius ε about y.
 *
 * ## Step 3: every vertex of 𝒮 is a unit; a unit is a vertex if and only if it is not in the other units' hull
 *
 * Equal units count as one. A vertex is a point of 𝒮 that is no convex combination of other points of 𝒮. Let v = Σ βᵢmᵢ be one,
 * and c the coefficient of a unit equal to v, or 0. If c < 1, v is the combination of the other units with βᵢ/(1 − c): no
 * vertex. So v is a unit, and not in the others' hull. Conversely let mᵢ be no vertex: a combination of points of 𝒮, each ≠ mᵢ
 * and so with a coefficient of mᵢ below 1. Collected, mᵢ = c mᵢ + (1 − c)w with c < 1 and w in the others' hull; so mᵢ = w.
 * Affinely independent units (n ≤ d + 1) have unique coefficients: all are vertices. Otherwise not all need be: (1, 1) is not a
 * vertex beside (0, 0), (4, 0), (0, 4), and adding a unit never makes it one.
 *
 * ## Step 4: at a match the support of E(x) is 𝒮
 *
 * Equal joint distributions have equal marginal distributions of z, and equal distributions have one support. So P(E(x) ∈ 𝒮) = 1. ∎
 *
 * ## Step 5: what remains of Step 4 when distributions match only approximately
 *
 * *Transport.* If the Wasserstein-1 distance of the distributions of E(x) and z is ≤ ε, then 𝔼 dist(E(x), 𝒮) ≤ ε and
 * P(dist(E(x), 𝒮) > t) ≤ ε/t. For every coupling dist(E(x), 𝒮) ≤ ‖E(x) − z‖, as z ∈ 𝒮; take expectations and the infimum
 * over couplings; then Markov. The bound is met where z is E(x)'s nearest point in 𝒮.
 *
 * *Adversarial value.* With a = P(E(x) ∉ 𝒮), max V(D) ≥ −log 4 + a log 2: an encoder that leaves 𝒮 has a cost. By Theorem 1,
 * V + log 4 = Σ q log(q/m) + Σ p log(p/m), m = (q + p)/2. Where z ∉ 𝒮, p = 0 and the sum is a log 2. Elsewhere the masses are 1 −
 * a, 1 and 1 − a/2; by the log-sum inequality the rest is ≥ φ(1 − a) + φ(1) − 2φ(1 − a/2) ≥ 0, with φ(t) = t log t, which is
 * convex.
 *
 * ## Limits
 *
 * - *Closeness is not enough for supports.* Moving one N-th of the mass by R gives a Wasserstein distance of at most R/N, and a
 *   point of the support R away. Step 5 bounds masses and means, never the farthest code.
 * - *n ≤ d*, as with n = 50 and d = 64: 𝒮 has no interior. If E(x) has a density, a = 1 and the joint distributions are
 *   mutually singular: max V = 0, as far from the match as possible. A large d makes units in general position vertices, and
 *   the match harder.
 * - *Finite data, deterministic E*: E(x) takes finitely many values, whose support is 𝒮 only if 𝒮 is a point.
 * - *The distribution of r.* If it is bounded, the support of z is smaller than 𝒮. Normal r fill 𝒮, but z is seldom near a
 *   vertex.
 * - *Step 5's V* is that of the best D. A trained D stays below it, so its loss gives no bound on a.
 * - *"Linear combination with positive coefficients"* (§4.1) is a cone; the sum of 1 is needed too.
 * - *Anomalies.* The theorem says nothing about E(x) for abnormal x. Nothing keeps them out of 𝒮.
 *
 * @module
 */

import { type Rng, seededRng } from "../src/engine/random.ts";
import { distanceToHull, nearestInHull, type Point } from "../src/paper/s5_2_polytope.ts";
import { type Outcome, type Statement, tally, wholeBetween } from "./check.ts";
import { locate, mix, type Ratio, scale, type WholePoint } from "./exact.ts";
import { BEST, expValue } from "./theorem_1.ts";

/** Coefficients αᵢ = weights / total. */
export type Combine = (rng: Rng, n: number) => { weights: bigint[]; total: bigint };

/** softmax(log w) for whole w: positive, summing to 1. */
export const CONVEX: Combine = (rng, n) => {
  const weights = Array.from({ length: n }, () => BigInt(wholeBetween(rng, 1, 9)));
  return { weights, total: weights.reduce((sum, w) => sum + w, 0n) };
};

const drawUnits = (rng: Rng, n: number, d: number) =>
  Array.from({ length: n }, () => Array.from({ length: d }, () => wholeBetween(rng, -9, 9)));
const whole = (points: readonly Point[]): WholePoint[] => points.map((point) => point.map(BigInt));
const distance = (a: Point, b: Point) => Math.hypot(...a.map((value, k) => value - b[k]!));
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** For the checks in float64: lengths are of the order 10. */
const ROUNDING = 1e-9;

/** Σ wᵢmᵢ / Σ wᵢ; with w = exp r, Mᵀ softmax(r). */
function mean(units: readonly Point[], weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b);
  return units[0]!.map((_, k) => units.reduce((z, unit, i) => z + weights[i]! / sum * unit[k]!, 0));
}

/** Step 1, exactly, for any way to draw coefficients. */
export function checkInside(combine: Combine): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-inside");
    for (let i = 0; i < 600; i++) {
      const [n, d] = [wholeBetween(rng, 1, 9), wholeBetween(rng, 1, 5)];
      const units = whole(drawUnits(rng, n, d));
      const { weights, total } = combine(rng, n);
      const z = mix(units, weights);
      expect(locate(scale(units, total), z).inside, () => `units [${units.join("; ")}], α = [${weights}] / ${total}`);
      const least = weights.reduce((a, b) => b < a ? b : a);
      for (const unit of units) {
        // total² (z + t(z − mᵢ)) with t = least / total.
        const beyond = z.map((value, k) => (total + least) * value - least * total * unit[k]!);
        expect(locate(scale(units, total ** 2n), beyond).inside, () => `beyond [${z}] / ${total}, away from [${unit}]`);
      }
    }
  });
}

/** Step 2: r of the proof, and any r′ near it, come within ε of a target; `limit` restricts r to what its distribution allows. */
export function checkDense(limit: (r: number) => number): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-dense");
    for (let i = 0; i < 300; i++) {
      const [n, d, ε] = [wholeBetween(rng, 2, 8), wholeBetween(rng, 1, 5), 10 ** -wholeBetween(rng, 0, 4)];
      const units = drawUnits(rng, n, d);
      // Every third target is a vertex or another unit; the others lie on faces or inside.
      const weights = units.map((_, k) => i % 3 === 0 ? Number(k === 0) : wholeBetween(rng, 0, 2) + Number(k === 0));
      const sum = weights.reduce((a, b) => a + b);
      const y = mean(units, weights);
      const t = Math.min(1, ε / (2 * Math.max(...units.map((unit) => distance(unit, y))) + ε));
      const r = weights.map((w) => Math.log((1 - t) * w / sum + t / n));
      const radius = ε / (2 * Math.hypot(...units.flat(), ε));
      for (let j = 0; j < 5; j++) {
        const away = r.map(() => rng.normal());
        const near = r.map((value, k) => limit(value + (j === 0 ? 0 : radius * away[k]! / Math.hypot(...away))));
        const miss = distance(mean(units, near.map(Math.exp)), y);
        expect(miss <= ε + ROUNDING, () => `the target [${y}] of [${units.join("; ")}] is missed by ${miss}, ε = ${ε}`);
      }
    }
  });
}

/** Step 3, exactly, for any claim about a unit: whether it is a vertex, given whether the others' hull holds it. */
export function checkVertices(isVertex: (heldByOthers: boolean) => boolean): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-vertices");
    for (let i = 0; i < 300; i++) {
      const drawn = drawUnits(rng, wholeBetween(rng, 1, 9), wholeBetween(rng, 1, 3));
      const units = whole([...new Map(drawn.map((unit) => [String(unit), unit])).values()]);
      // The hull of the units said to be vertices must be 𝒮, and without any of them it must not.
      const held = units.map((unit, j) => units.length > 1 && locate(units.toSpliced(j, 1), unit).inside);
      const vertices = units.filter((_, j) => isVertex(held[j]!));
      for (const unit of units) expect(locate(vertices, unit).inside, () => `[${unit}] of [${units.join("; ")}]`);
      if (vertices.length < 2) continue;
      vertices.forEach((vertex, j) =>
        expect(!locate(vertices.toSpliced(j, 1), vertex).inside, () => `[${vertex}] of [${units.join("; ")}]`)
      );
    }
  });
}

/** Step 3, affinely independent units: a triangular matrix without zeros on its diagonal, moved. */
function checkSimplex(): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-simplex");
    for (let i = 0; i < 120; i++) {
      const base = drawUnits(rng, 1, 1 + i % 6)[0]!;
      const [entry, diagonal] = [() => wholeBetween(rng, -9, 9), () => wholeBetween(rng, 1, 9)];
      const rows = base.map((_, j) => base.map((at, k) => at + (k > j ? 0 : k < j ? entry() : diagonal())));
      const units = whole([base, ...rows]);
      units.forEach((unit, j) => expect(!locate(units.toSpliced(j, 1), unit).inside, () => `[${units.join("; ")}]`));
    }
  });
}

/** The least mean distance of a matching: W₁ of two uniform distributions, by Birkhoff's theorem. */
function wasserstein(from: readonly Point[], to: readonly Point[]): number {
  const [first, ...rest] = from;
  if (first === undefined) return 0;
  const costs = to.map((z, j) => distance(first, z) + rest.length * wasserstein(rest, to.toSpliced(j, 1)));
  return Math.min(...costs) / from.length;
}

/** Step 5, transport: for any factor, 𝔼 dist ≤ factor · W₁ and P(dist > t) ≤ factor · W₁ / t. */
export function checkTransport(factor: number): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-transport");
    for (let i = 0; i < 300; i++) {
      const [k, n, d] = [wholeBetween(rng, 1, 5), wholeBetween(rng, 1, 6), wholeBetween(rng, 1, 4)];
      const [units, codes] = [drawUnits(rng, n, d), drawUnits(rng, k, d)];
      const drawn = () => mean(units, units.map(() => rng.uniform() + 0.01));
      const z = codes.map((code) => i % 2 === 0 ? nearestInHull(units, code).point : drawn());
      const distances = codes.map((code) => distanceToHull(units, code));
      const bound = factor * wasserstein(codes, z) + ROUNDING;
      const where = () => `codes [${codes.join("; ")}], units [${units.join("; ")}]`;
      expect(average(distances) <= bound, where);
      for (const t of distances) expect(average(distances.map((far) => Number(far >= t))) * t <= bound, where);
    }
  });
}

/** Step 5, adversarial value, exactly: exp(N (max V + log 4)) ≥ base^(N a); z ∉ 𝒮 in the last of four cells alone. */
export function checkPaid(base: bigint): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-2-paid");
    for (let i = 0; i < 1000; i++) {
      const [q, p] = [[0n, 0n, 0n, 0n], [0n, 0n, 0n, 0n]];
      for (let j = 0; j < 24; j++) {
        const cell = wholeBetween(rng, 0, 2);
        p[cell]!++;
        q[j < i % 25 ? 3 : cell]!++;
      }
      const best = q.map((count, c): Ratio => count + p[c]! > 0n ? BEST(count, p[c]!) : { over: 1n, under: 2n });
      const { over, under } = expValue(best, q, p);
      expect(over * 4n ** 24n >= base ** q[3]! * under, () => `q = [${q}], p = [${p}]`);
    }
  });
}

/** Limits: N codes on [0, 1], one of them moved to 1 + R. */
function checkFarCode(): Outcome {
  return tally((expect) => {
    for (let N = 2; N <= 7; N++) {
      const [z, R] = [Array.from({ length: N }, (_, i) => [i / (N - 1)]), 10 ** N];
      const codes = z.with(N - 1, [1 + R]);
      const far = distanceToHull([[0], [1]], codes.at(-1)!);
      expect(wasserstein(codes, z) <= R / N + ROUNDING && far >= R - ROUNDING, () => `N = ${N}, R = ${R}`);
    }
  });
}

/** Theorem 2. */
export const THEOREM_2: Statement = {
  name: "Theorem 2 (§5.2)",
  says:
    "z = Mᵀ softmax(r) is inside conv(M), its distribution's support is all of it, and so is E(x)'s if the joints match.",
  limits: "a unit in the others' hull is no vertex, whatever n and d; bounded r leave vertices out; a match is out " +
    "of reach for finite data, or for n ≤ d where E(x) has a density; nothing is said of anomalies",
  checks: [
    { id: "thm-2-support", claim: "z is in the relative interior of conv(M), exactly", run: () => checkInside(CONVEX) },
    { id: "thm-2-support", claim: "a ball of r comes within ε of any target", run: () => checkDense((r) => r) },
    { id: "erratum-vertices", claim: "the units not in the others' hull", run: () => checkVertices((held) => !held) },
    { id: "erratum-vertices", claim: "affinely independent units are all vertices", run: checkSimplex },
    { id: "erratum-marginals", claim: "𝔼 dist(E(x), 𝒮) ≤ W₁ and P(dist ≥ t) ≤ W₁/t", run: () => checkTransport(1) },
    { id: "erratum-marginals", claim: "max V ≥ −log 4 + P(E(x) ∉ 𝒮) log 2", run: () => checkPaid(2n) },
    { id: "erratum-marginals", claim: "W₁ ≤ R/N, and yet a code R away from 𝒮", run: checkFarCode },
  ],
};
