/** Where codes lie: what is published of the hull of trained models, on models whose answers are known. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRng } from "../src/engine/random.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { measureHull } from "../src/experiments/hull_of_memory.ts";
import { centreOf, distance, placeCodes, sampled, scattered } from "../src/experiments/placement.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { polytopeContains } from "../src/paper/s5_2_polytope.ts";

/** A square of side 2 around the origin. */
const SQUARE = [[-1, -1], [1, -1], [1, 1], [-1, 1]];

const [spec] = planRuns({ budget: "laptop", methods: ["memgan"], classes: [0] });

Deno.test("erratum-hull: reach, nearest codes and AUROC of the distance, of a square and codes in it and outside", () => {
  const recipe = { ...spec!.recipe, units: 4, width: 2, alphaScale: 1 } as Trained["recipe"];
  const result = { run: "", auroc: 0.9, arithmetic: 1 } as Trained["result"];
  const trained: Trained = { spec: spec!, result, recipe, load: () => Promise.reject(new Error("not wanted")) };
  const normal = [[0, 0.5], [0.5, 0.5], [2, 0.5]];
  const anomaly = [[0, 3], [0.5, 0.25]];
  const row = measureHull(trained, { memory: SQUARE, moved: 0, train: [], normal, anomaly });
  const diameter = Math.sqrt(8);
  assertAlmostEquals(row.diameter, diameter, 1e-12);
  assertAlmostEquals(row.reach, 2 / diameter, 1e-12);
  // From the four corners: (−1, −1) and (−1, 1) to (0, 0.5), (1, −1) and (1, 1) to (0.5, 0.5) or (2, 0.5).
  const toCode = [Math.hypot(1, 1.5), Math.hypot(1, 0.5), Math.hypot(0.5, 1.5), Math.hypot(0.5, 0.5)].sort((a, b) =>
    a - b
  );
  assertAlmostEquals(row.unitToCode[1], (toCode[1]! + toCode[2]!) / 2 / diameter, 1e-12);
  assertEquals([row.normal.inside, row.anomaly.inside], [2 / 3, 1 / 2]);
  // Distances 0, 0, 1 and 2, 0: of six pairs three are in order, two are tied, both inside, and one is not in order.
  assertAlmostEquals(row.aurocOfDistance, (3 + 2 / 2) / 6, 1e-12);
  assertEquals(row.aurocOfScore, 0.9);
  const z = sampled(SQUARE, 1, seededRng(spec!.seed, "hull"), normal.length);
  const apart = z.flatMap((a) => z.map((b) => distance(a, b)));
  assertAlmostEquals(row.sampledReach, Math.max(...apart) / diameter, 1e-12);
});

Deno.test("erratum-hull: codes inside are all as far from the hull, whatever rounding says", () => {
  const rng = seededRng(0, "inside");
  const memory = Array.from({ length: 200 }, () => Array.from({ length: 8 }, () => rng.normal()));
  const codes = Array.from({ length: 20 }, () => Array.from({ length: 8 }, () => 0.1 * rng.normal()));
  const { placement, distances } = placeCodes(memory, codes);
  assertEquals([placement.inside, placement.distance[2]], [1, 0]);
  assert(distances.every((distance) => distance === 0));
});

Deno.test("erratum-hull: sampled z are combinations of units, nearer to one of them the wider r is", () => {
  const ends = [0.1, 30].map((scale) => sampled(SQUARE, scale, seededRng(0, "sampled"), 200));
  for (const z of ends.flat()) assert(polytopeContains(SQUARE, z, 1e-9));
  const toCentre = ends.map((z) => z.reduce((sum, point) => sum + distance(point, [0, 0]), 0) / z.length);
  assert(toCentre[0]! < 0.1 && toCentre[1]! > 1.2, String(toCentre));
});

Deno.test("thm-2-premise: the control is as far from the units' mean as the codes, in every direction", () => {
  const centre = centreOf([[1, 1, 1], [3, 3, 3]]);
  assertEquals(centre, [2, 2, 2]);
  const codes = Array.from({ length: 400 }, (_, i) => [2 + i / 100, 2, 2]);
  const points = scattered(centre, codes, seededRng(0, "control"));
  points.forEach((point, i) => assertAlmostEquals(distance(point, centre), i / 100, 1e-12));
  // Of directions at random an eighth lies in each octant: 50 of 400, give or take four deviations of 6.6.
  const octants = Map.groupBy(points.slice(1), (point) => point.map((value) => value > 2 ? 1 : 0).join(""));
  assertEquals(octants.size, 8);
  for (const { length } of octants.values()) assert(Math.abs(length - 50) < 27, String(length));
});
