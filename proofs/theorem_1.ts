/**
 * Theorem 1 (§3): the saddle points of ALI's objective are the triples (E, G, D) whose joint distributions match.
 *
 * > The optimum of the encoder, generator and discriminator in ALI is a saddle point of Eq. 2 if and only if the encoder
 * > joint distribution matches with the generator joint distribution, i.e., q(x, z) = p(x, z).
 *
 * ## Notation and assumptions
 *
 * x and z take finitely many values. The encoder's joint distribution is q(x, z) = q(x) q(z|x), the generator's is
 * p(x, z) = p(z) p(x|z); q(x) and p(z) are given. (The sentence before the theorem swaps the two names.)
 *
 * ```text
 * V(D; q, p) = Σ q log D + Σ p log(1 − D)                         Eq. 2; sums over all (x, z), 0 log 0 = 0
 * ```
 *
 * 1. D is any function into [0, 1].
 * 2. E is any conditional distribution q(z|x), G any p(x|z); or both are any maps, q(z|x) and p(x|z) being point masses.
 *
 * (D, q, p) is a *saddle point* if V(D′; q, p) ≤ V(D; q, p) ≤ V(D; q′, p′) for all D′ and all q′, p′ that E and G can reach.
 * With densities for q and p and integrals for sums, Steps 1 to 3 and the first part of Step 4 hold unchanged.
 *
 * ## Step 1: the best D is q/(q + p), and on the support it is unique
 *
 * Take a cell with s = q + p > 0 and θ = q/s. From log u ≤ u − 1, with equality at u = 1 alone, for every t in [0, 1]
 *
 * ```text
 * (q log t + p log(1 − t)) − (q log θ + p log(1 − θ)) = s [θ log(t/θ) + (1 − θ) log((1 − t)/(1 − θ))]
 *                                                     ≤ s [θ (t/θ − 1) + (1 − θ) ((1 − t)/(1 − θ) − 1)] = 0
 * ```
 *
 * with equality only at t = θ. (For θ = 0 the bracket is log(1 − t) ≤ −t, for θ = 1 it is log t ≤ t − 1: the same.)
 * Where q = p = 0, D does not enter V.
 *
 * ## Step 2: its value is −log 4 + 2 JSD(q‖p)
 *
 * With m = (q + p)/2: Σ q log(q/2m) + Σ p log(p/2m) = −2 log 2 + KL(q‖m) + KL(p‖m), and JSD is half the last two.
 * KL(q‖m) ≥ 0, with equality only for q = m, again by log u ≤ u − 1. So JSD ≥ 0, and JSD = 0 if and only if q = p.
 *
 * ## Step 3: matching joints make a saddle point
 *
 * Let q = p and D = 1/2 everywhere. V(D′; q, q) = Σ q log(D′(1 − D′)) ≤ −log 4, as t(1 − t) ≤ 1/4; and
 * V(1/2; q′, p′) = −log 4 whatever q′ and p′ are. The value is −log 4.
 *
 * ## Step 4: a saddle point has matching joints
 *
 * *With conditional distributions.* Let (D, q, p) be a saddle point. Both players can reach r(x, z) = q(x) p(z). By Step 1
 * and 2 the value is −log 4 + 2 JSD(q‖p), and it is ≤ V(D; r, r) ≤ max V(·; r, r) = −log 4. So JSD = 0 and q = p.
 *
 * *With maps alone*, perhaps none that match. V is linear in q and p, so at a saddle q has mass in a row x only where D(x, ·) is
 * least, and p in a column z only where D(·, z) is greatest. Let q(x, z), p(x′, z′) > 0. Through the cell (x, z′):
 *
 * ```text
 * D(x, z) ≤ D(x, z′) ≤ D(x′, z′)                 D on the support of q is nowhere above D on the support of p
 * ```
 *
 * By Step 1 D = q/(q + p) on the supports. A cell with q > 0 = p has D = 1; then D ≥ 1 on all of p's support, where
 * q/(q + p) < 1: impossible. A cell with p > 0 = q has D = 0; then D ≤ 0 on all of q's support: impossible too. So
 * the supports are one set, and on it D(c) ≤ D(c′) for all c, c′: D is a constant θ. From q = θ(q + p), summed,
 * 1 = 2θ; so q = p. ∎
 *
 * ## Limits
 *
 * - *The paper's own case*, an x with a density and E and G that are maps, is the one not proved here: the joint distributions
 *   then lie on graphs and have no density. Step 4's second part looks at cells, one by one.
 * - *Existence.* "If and only if" does not say that there is a saddle. With deterministic E and G there may be none: two
 *   equally likely x and three equally likely z admit no matching pair of maps (checked: 72 pairs).
 * - *Restricted classes.* Step 4 needs E and G to be free to respond. If each has only one map, every best D makes a saddle,
 *   matched or not. Networks are in between.
 * - *D off the supports.* q/(q + p) is 0/0 there. By Step 4's inequalities only D = 1/2 on every cell that both E and
 *   G can reach makes a saddle, so "the optimum" must include it (checked).
 * - *Training.* Algorithm 1 updates G by −log D and adds l_cyc, l_proj and l_mi; its optimum need not be Eq. 2's, and the
 *   theorem does not say that gradient steps reach either.
 *
 * The checks are exact: for distributions in N-ths, exp(N V) = Π D^(Nq) (1 − D)^(Np) is rational, and logarithms are never taken.
 *
 * @module
 */

import { type Rng, seededRng } from "../src/engine/random.ts";
import { type Outcome, type Statement, tally, wholeBetween } from "./check.ts";
import { compare, complement, power, product, type Ratio } from "./exact.ts";

/** A distribution in N-ths: the count of each cell; N is their sum. */
export type Distribution = readonly bigint[];

/** The best D in a cell of given q and p, not both 0. */
export type Rule = (q: bigint, p: bigint) => Ratio;

/** Step 1's D. */
export const BEST: Rule = (q, p) => ({ over: q, under: q + p });

const HALF: Ratio = { over: 1n, under: 2n };
const total = (distribution: Distribution) => distribution.reduce((sum, count) => sum + count, 0n);
const equal = (q: Distribution, p: Distribution) => q.every((count, c) => count === p[c]);

/**
 * exp(N V(D; q, p)): Eq. 2, made rational.
 *
 * @param D A value in [0, 1] per cell.
 * @param q The encoder's distribution.
 * @param p The generator's distribution, of the same N.
 * @returns The rational number; 0 where V = −∞.
 *
 * @example At a match with D = 1/2, V = −log 4
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(expValue([{ over: 1n, under: 2n }], [1n], [1n]), { over: 1n, under: 4n });
 * ```
 */
export function expValue(D: readonly Ratio[], q: Distribution, p: Distribution): Ratio {
  return product(D.flatMap((t, c) => [power(t, q[c]!), power(complement(t), p[c]!)]));
}

/** D by one rule on the supports and by another elsewhere. */
function discriminator(rule: Rule, q: Distribution, p: Distribution, elsewhere: (cell: number) => Ratio): Ratio[] {
  return q.map((count, c) => count + p[c]! > 0n ? rule(count, p[c]!) : elsewhere(c));
}

/** A distribution in `N`-ths on `cells` cells. */
function drawDistribution(rng: Rng, cells: number, N: number): Distribution {
  const distribution = Array<bigint>(cells).fill(0n);
  for (let i = 0; i < N; i++) distribution[wholeBetween(rng, 0, cells - 1)]!++;
  return distribution;
}

/** All distributions in `N`-ths on `cells` cells. */
function allDistributions(cells: number, N: number): Distribution[] {
  if (cells === 1) return [[BigInt(N)]];
  const after = (first: number) => allDistributions(cells - 1, N - first).map((rest) => [BigInt(first), ...rest]);
  return Array.from({ length: N + 1 }, (_, first) => after(first)).flat();
}

/** Step 1, for any rule: no other D does as well, except for cells outside both supports. */
export function checkBest(rule: Rule): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-1-best");
    for (let i = 0; i < 4000; i++) {
      const cells = wholeBetween(rng, 1, 6);
      const [q, p] = [drawDistribution(rng, cells, 12), drawDistribution(rng, cells, 12)];
      const D = discriminator(rule, q, p, () => HALF);
      const under = BigInt(wholeBetween(rng, 1, 40));
      const t = { over: BigInt(wholeBetween(rng, 0, Number(under))), under };
      const cell = wholeBetween(rng, 0, cells - 1);
      const counts = q[cell]! + p[cell]! > 0n && compare(t, D[cell]!) !== 0;
      const order = compare(expValue(D.with(cell, t), q, p), expValue(D, q, p));
      expect(order === (counts ? -1 : 0), () => `q = [${q}], p = [${p}], D = ${t.over}/${t.under} in cell ${cell}`);
    }
  });
}

/** Step 2: the best value, and that it is above −log 4 wherever q ≠ p; each q is tried against itself with a mass moved. */
function checkValue(): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "theorem-1-value");
    for (let i = 0; i < 500; i++) {
      const cells = wholeBetween(rng, 2, 6);
      const q = drawDistribution(rng, cells, 12);
      const from = q.findIndex((count) => count > 0n);
      const to = (from + wholeBetween(rng, 1, cells - 1)) % cells;
      const moved = q.with(from, q[from]! - 1n).with(to, q[to]! + 1n);
      for (const p of [q, moved, drawDistribution(rng, cells, 12)]) {
        // exp(2 N JSD), by JSD's definition: the two divergences from m = (q + p)/2.
        const divergence = (r: Distribution) => r.map((n, c) => power({ over: 2n * n, under: q[c]! + p[c]! }, n));
        const jsd = product([...divergence(q), ...divergence(p)]);
        const value = expValue(discriminator(BEST, q, p, () => HALF), q, p);
        const where = () => `q = [${q}], p = [${p}]`;
        expect(compare(value, product([{ over: 1n, under: 4n ** total(q) }, jsd])) === 0, where);
        expect(compare(jsd, { over: 1n, under: 1n }) === (equal(q, p) ? 0 : 1), where);
      }
    }
  });
}

/**
 * True if no q′ and no p′ do better against D; distributions on x × z, in row-major order. V is linear, so a row's best
 * response is one cell.
 */
function answersAreBest(D: readonly Ratio[], q: Distribution, p: Distribution, columns: number): boolean {
  const least = (of: readonly Ratio[]) => of.reduce((a, b) => compare(b, a) < 0 ? b : a);
  const row = (c: number) => D.slice(c - c % columns, c - c % columns + columns);
  const column = (c: number) => D.filter((_, e) => e % columns === c % columns);
  const encoder = q.map((count, c) => power(least(row(c)), count));
  const generator = p.map((count, c) => power(least(column(c).map(complement)), count));
  return compare(expValue(D, q, p), product([...encoder, ...generator])) === 0;
}

/** True if some completion of the best D off the supports makes (D, q, p) a saddle point. */
export function hasSaddle(q: Distribution, p: Distribution, columns: number): boolean {
  // If any completion works, so does the least that keeps E from moving: in each row, the largest D on E's cells.
  const completed = (cell: number) => {
    let most: Ratio = { over: 0n, under: 1n };
    for (let c = cell - cell % columns, end = c + columns; c < end; c++) {
      if (q[c]! > 0n && compare(BEST(q[c]!, p[c]!), most) > 0) most = BEST(q[c]!, p[c]!);
    }
    return most;
  };
  return answersAreBest(discriminator(BEST, q, p, completed), q, p, columns);
}

/** Steps 3 and 4, for any claim about which pairs have a saddle point: all distributions on 2 × 2 and 2 × 3 cells. */
export function checkSaddle(claim: (q: Distribution, p: Distribution) => boolean): Outcome {
  return tally((expect) => {
    for (const [columns, N] of [[2, 4], [3, 3]] as const) {
      const distributions = allDistributions(2 * columns, N);
      const pairs = distributions.flatMap((q) => distributions.map((p) => [q, p] as const));
      for (const [q, p] of pairs) expect(hasSaddle(q, p, columns) === claim(q, p), () => `q = [${q}], p = [${p}]`);
    }
  });
}

/** Two x of probability 3/6, three z of 2/6: every pair of maps. */
function checkNoSaddleOfMaps(): Outcome {
  return tally((expect) => {
    for (let e = 0; e < 9; e++) {
      for (let g = 0; g < 8; g++) {
        const [q, p] = [Array<bigint>(6).fill(0n), Array<bigint>(6).fill(0n)];
        [e % 3, 3 + Math.floor(e / 3)].forEach((cell) => q[cell] = 3n);
        [0, 1, 2].forEach((z) => p[3 * (g >> z & 1) + z] = 2n);
        expect(!equal(q, p) && !hasSaddle(q, p, 3), () => `q = [${q}], p = [${p}]`);
      }
    }
  });
}

/** Matched on the diagonal of 2 × 2 cells: which D off the diagonal make a saddle point. */
function checkOffSupport(): Outcome {
  const q = [1n, 0n, 0n, 1n];
  return tally((expect) => {
    for (let i = 0n; i <= 8n; i++) {
      for (let j = 0n; j <= 8n; j++) {
        const D = [HALF, { over: i, under: 8n }, { over: j, under: 8n }, HALF];
        expect(answersAreBest(D, q, q, 2) === (i === 4n && j === 4n), () => `D = ${i}/8 and ${j}/8 off the diagonal`);
      }
    }
  });
}

/** Theorem 1. */
export const THEOREM_1: Statement = {
  name: "Theorem 1 (§3)",
  says: "E, G and a best D, suitable off the supports, are a saddle point of Eq. 2 if and only if q(x, z) = p(x, z).",
  limits: "no saddle need exist for deterministic E and G; E and G must be free to answer; D = q/(q + p) is open off " +
    "the supports and must be 1/2 there; nothing about training, whose objective is another one",
  checks: [
    { id: "gan-optimum", claim: "every D other than q/(q + p) has a lower value", run: () => checkBest(BEST) },
    { id: "gan-optimum", claim: "the best value is −log 4 + 2 JSD, and JSD = 0 only for q = p", run: checkValue },
    { id: "thm-1-saddle", claim: "a saddle if and only if q = p, on small grids", run: () => checkSaddle(equal) },
    { id: "thm-1-saddle", claim: "two x, three z: no maps match, none makes a saddle", run: checkNoSaddleOfMaps },
    { id: "thm-1-saddle", claim: "matched, D off the supports makes a saddle only as 1/2", run: checkOffSupport },
  ],
};
