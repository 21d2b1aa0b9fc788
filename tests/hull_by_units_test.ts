/** Theorem 2's premise: what is measured of few and of many units, and how it is shown. */

import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { drawHullUnits, hullUnitsSvg } from "../figures/hull_units.ts";
import { seededRng } from "../src/engine/random.ts";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import type { UnitsHullRow } from "../src/experiments/hull_by_units.ts";
import { hasInterior, measureUnitsHull } from "../src/experiments/hull_by_units.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { StoreError } from "../src/platform/files.ts";
import { hullByUnitsTable } from "../src/report/tables/hull_by_units.ts";
import { testWith, withFolder } from "./needs.ts";

const [spec] = planRuns({ budget: "laptop", methods: ["memgan"], classes: [0] });

/** A run with n units in three dimensions, the first of them the corners of a cross of radius 4. */
function measured(units: number): UnitsHullRow {
  const corners = [0, 1, 2].flatMap((axis) => [4, -4].map((value) => [0, 0, 0].with(axis, value)));
  const rng = seededRng(0, "units");
  const memory = Array.from({ length: units }, (_, i) => corners[i] ?? [rng.uniform(), rng.uniform(), rng.uniform()]);
  const result = { run: hashOf(spec!), auroc: 0.9, arithmetic: ARITHMETIC } as Trained["result"];
  const recipe = { ...spec!.recipe, units, width: 3, alphaScale: 1 } as Trained["recipe"];
  const trained: Trained = { spec: spec!, result, recipe, load: () => Promise.reject(new Error("not wanted")) };
  return measureUnitsHull(trained, {
    memory,
    moved: 0.25,
    train: [[0.1, 0.1, 0.1], [1, 1, 1]],
    normal: [[0.1, 0.2, 0.3], [0.1, 0.1, 9]],
    anomaly: [[9, 9, 9], [8, 9, 9]],
  });
}

Deno.test("thm-2-premise: codes of training, normal and anomalous images are placed in the hull, each by themselves", () => {
  const row = measured(8);
  assertEquals(row.inside, { train: 1, normal: 0.5, anomaly: 0 });
  assertAlmostEquals(row.distance.train, 0, 1e-9);
  assertEquals([row.units, row.width, row.moved], [8, 3, 0.25]);
  assertEquals([measured(3), row].map(hasInterior), [false, true]);
  // A triangle holds nothing that is not in its plane.
  assertEquals(measured(3).inside.train, 0);
});

Deno.test("thm-2-premise: the table has a line for each n, with the mean and deviation over seeds", () => {
  const row = measured(8);
  const other = { ...row, seed: 1, inside: { ...row.inside, normal: 0.7 } };
  const text = hullByUnitsTable([{ ...row, units: 3 }, row, other]);
  assertStringIncludes(text, "| 0 | 3 | no | 100 / 50 / 0 |");
  assertStringIncludes(text, "| 0 | 8 | yes | 100 ± 0.0 / 60 ± 14.1 / 0 ± 0.0 |");
  assertStringIncludes(text, "| 25.0 ± 0.0 |");
  assertEquals(hullByUnitsTable([]), "No run has been measured yet.");
});

Deno.test("thm-2-premise: the figure has the three kinds of images, and says where there is no interior", async () => {
  const svg = await hullUnitsSvg([measured(8)]);
  for (
    const text of ["training images", "normal test images", "anomalous test images", "in 3 dimensions the hull of 3"]
  ) {
    assertStringIncludes(svg, text);
  }
});

testWith(["read", "write"], "thm-2-premise: without runs of several n there is nothing to compare", async () => {
  await withFolder(async (root) => {
    const error = await assertRejects(() => drawHullUnits(root, () => {}), StoreError);
    assertStringIncludes(error.message, "no digit with several numbers of memory units");
  });
});
