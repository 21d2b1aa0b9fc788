/** The proofs' checks, and what they would find if the statements were false. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { type Outcome, tally, wholeBetween } from "../proofs/check.ts";
import { isCertificate, locate } from "../proofs/exact.ts";
import { placeCodes } from "../src/experiments/placement.ts";
import { STATEMENTS } from "../proofs/statements.ts";
import { checkOutward, checkSquare, checkUnique, proved } from "../proofs/proposition_1.ts";
import { checkBest, checkSaddle } from "../proofs/theorem_1.ts";
import { checkDense, checkInside, checkPaid, checkTransport, checkVertices } from "../proofs/theorem_2.ts";
import { seededRng } from "../src/engine/random.ts";
import { sampleConvexCombination } from "../src/paper/s4_1_memory.ts";
import { distanceToHull, polytopeContains } from "../src/paper/s5_2_polytope.ts";
import { propositionObjective } from "../src/paper/s5_2_topology.ts";

for (const { checks } of STATEMENTS) {
  for (const { id, claim, run } of checks) {
    Deno.test(`${id}: ${claim}`, () => {
      const { cases, failure } = run();
      assertEquals(failure, undefined);
      assert(cases > 0);
    });
  }
}

const FALSE_CLAIMS: readonly [name: string, check: () => Outcome][] = [
  ["gan-optimum: D = q/(q + 2p) is refuted", () => checkBest((q, p) => ({ over: q, under: q + 2n * p }))],
  ["gan-optimum: D = 1/2 for every distribution is refuted", () => checkBest(() => ({ over: 1n, under: 2n }))],
  ["thm-1-saddle: a saddle at every pair is refuted", () => checkSaddle(() => true)],
  ["thm-1-saddle: no saddle at all is refuted", () => checkSaddle(() => false)],
  [
    "thm-1-saddle: a saddle wherever the supports match is refuted",
    () => checkSaddle((q, p) => q.every((count, c) => count > 0n === p[c]! > 0n)),
  ],
  [
    "thm-2-support: positive coefficients of any sum, as §4.1 says, are refuted",
    () =>
      checkInside((rng, n) => ({
        weights: Array.from({ length: n }, () => BigInt(wholeBetween(rng, 1, 9))),
        total: 10n,
      })),
  ],
  [
    "thm-2-support: coefficients of the sum 1 with a negative one are refuted",
    () =>
      checkInside((_, n) => ({
        weights: Array.from({ length: n }, (_, i) => i === 0 ? -1n : 2n),
        total: 2n * BigInt(n) - 3n,
      })),
  ],
  [
    "thm-2-support: the whole polytope from bounded r is refuted",
    () => checkDense((r) => Math.max(-1, Math.min(1, r))),
  ],
  ["erratum-vertices: every unit a vertex is refuted", () => checkVertices(() => true)],
  ["erratum-marginals: a bound one per cent lower is refuted", () => checkTransport(0.99)],
  ["erratum-marginals: log 3 instead of log 2 is refuted", () => checkPaid(3n)],
  ["prop-1-vertices: a unit moved inwards does not count as outside", () => checkOutward(-1n)],
  [
    "erratum-uniqueness: only the vertices, though there are spare units, is refuted",
    () =>
      checkUnique((units, vertices) =>
        proved(units, vertices) && units.every((m) => vertices.some((v) => String(m) === String(v)))
      ),
  ],
  [
    "erratum-uniqueness: covering the points alone, with units outside, is refuted",
    () => checkUnique((units, vertices) => vertices.every((v) => locate(units, v).inside)),
  ],
  ["prop-1-too-few: three units within a square never as low as 0.71 is refuted", () => checkSquare(0.71)],
];

for (const [name, check] of FALSE_CLAIMS) {
  Deno.test(name, () => assert(check().failure !== undefined));
}

Deno.test("thm-2-support: exact membership and Wolfe's method agree, and no forged certificate passes", () => {
  const rng = seededRng(0, "proofs-agree");
  let inside = 0;
  for (let i = 0; i < 1000; i++) {
    const d = wholeBetween(rng, 1, 5);
    const point = (most: number) => Array.from({ length: d }, () => wholeBetween(rng, -most, most));
    const [vertices, z] = [Array.from({ length: wholeBetween(rng, 1, 10) }, () => point(4)), point(2)];
    const [points, at] = [vertices.map((v) => v.map(BigInt)), z.map(BigInt)];
    const where = locate(points, at);
    assertEquals(where.inside, polytopeContains(vertices, z));
    inside += Number(where.inside);
    const forged = where.inside
      ? { inside: false as const, normal: at.map(() => 1n), offset: 0n }
      : { inside: true as const, weights: points.map(() => 1n), total: BigInt(points.length) };
    assert(!isCertificate(points, at, forged));
  }
  assert(inside > 100 && inside < 900, `${inside} of 1000 inside`);
});

Deno.test("thm-2-support: sampleConvexCombination draws from inside the hull, up to float32", async () => {
  await tf.setBackend("cpu");
  const units = Array.from({ length: 12 }, (_, i) => [...seededRng(i, "proofs-units").normals(4)]);
  const { z } = sampleConvexCombination(
    tf.tensor2d(units),
    tf.tensor2d(seededRng(0, "proofs-r").normals(1200), [100, 12]),
  );
  for (const each of await z.array()) assert(distanceToHull(units, each) < 1e-5);
});

Deno.test("prop-1-vertices: the first term is (δ/(δ + L))ⁿ⁻¹ where all other units are L inside", () => {
  for (const n of [2, 3, 5]) {
    for (const δ of [0.2, 1, 3]) {
      const units = Array.from({ length: n }, (_, i) => [i === 0 ? 1 + δ : 0]);
      assertAlmostEquals(propositionObjective(units, [[0], [1]]).outside, (δ / (1 + δ)) ** (n - 1), 0.02);
    }
  }
});

Deno.test("prop-1-vertices: one unit of fifty a tenth outside is 11⁻⁴⁹, and no estimate sees it", () => {
  const units = Array.from({ length: 50 }, (_, i) => [i === 0 ? 1.1 : 0]);
  assertEquals(propositionObjective(units, [[0], [1]]).outside, 0);
});

Deno.test("erratum-hull: combinations of fifty units in 64 dimensions are found inside, what is moved off is not", () => {
  const units = Array.from({ length: 50 }, (_, i) => [...seededRng(i, "proofs-units").normals(64)]);
  const mean = units[0]!.map((_, k) => units.reduce((sum, unit) => sum + unit[k]! / 50, 0));
  const { placement, distances } = placeCodes(units, [mean, units[0]!, units[1]!.map((value) => 2 * value)]);
  assertAlmostEquals(placement.inside, 2 / 3, 1e-12);
  assertEquals(placement.unitsUsed[2], 25.5);
  assert(distances[2]! > 1);
});

Deno.test("proofs-cases: a check without a case fails", () => {
  assertEquals(tally(() => {}).failure, "no case was looked at");
});
