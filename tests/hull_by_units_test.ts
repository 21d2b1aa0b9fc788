/** Theorem 2's premise: what is measured of few and of many units, and how it is shown. */

import { join } from "@std/path";
import { assertAlmostEquals, assertEquals, assertGreater, assertRejects, assertStringIncludes } from "@std/assert";
import { drawHullUnits, hullUnitsSvg } from "../figures/hull_units.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import type { UnitsHullRow } from "../src/experiments/hull_by_units.ts";
import { hasInterior, measureUnitsHull } from "../src/experiments/hull_by_units.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { StoreError } from "../src/platform/files.ts";
import { hullByUnitsTable } from "../src/report/tables/hull_by_units.ts";
import { NEEDS } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { storeRun } from "./stored_run.ts";

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

Deno.test("thm-2-premise: codes of training, normal and anomalous images and points at random are placed, each by themselves", () => {
  const row = measured(8);
  assertEquals(row.inside, { train: 1, normal: 0.5, anomaly: 0, random: 0.5 });
  // The octahedron |x| + |y| + |z| ≤ 4 has the diameter 8; of two distances the median is the mean.
  assertAlmostEquals(row.distance.train, 0, 1e-9);
  assertAlmostEquals(row.distance.normal, Math.hypot(0.1, 0.1, 5) / 8 / 2, 1e-9);
  assertAlmostEquals(row.distance.anomaly, (23 + 22) / 2 / Math.sqrt(3) / 8, 1e-9);
  assertEquals([row.units, row.width, row.moved, row.epochs], [8, 3, 0.25, spec!.recipe["epochs"]]);
  assertAlmostEquals(row.reach, Math.hypot(0, 0.1, 8.7) / 8, 1e-9);
  assertGreater(row.sampledReach, 0);
  assertEquals([measured(3), row].map(hasInterior), [false, true]);
  // A triangle holds nothing that is not in its plane.
  assertEquals(measured(3).inside.train, 0);
});

Deno.test("thm-2-premise: the table has a line for each n, with the mean and deviation over seeds", () => {
  const row = measured(8);
  const other = { ...row, seed: 1, inside: { ...row.inside, normal: 0.7 } };
  const text = hullByUnitsTable([{ ...row, units: 3 }, row, other]);
  assertStringIncludes(text, "| 0 | 3 | no | 100 / 50 / 0 / 50 |");
  assertStringIncludes(text, "| 0 | 8 | yes | 100 ± 0.0 / 60 ± 14.1 / 0 ± 0.0 / 50 ± 0.0 |");
  assertStringIncludes(text, `| ${row.reach.toFixed(2)} / ${row.sampledReach.toFixed(2)} |`);
  assertStringIncludes(text, "| 25.0 ± 0.0 |");
  assertEquals(hullByUnitsTable([]), "No run has been measured yet.");
});

Deno.test("thm-2-premise: the figure has a mark for each of the four in each run, and says where there is no interior", async () => {
  const svg = await hullUnitsSvg([measured(8), { ...measured(8), units: 3 }]);
  assertStringIncludes(svg, "in 3 dimensions the hull of 3");
  const marks = [...svg.matchAll(/aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="point"/g)]
    .map(([, label]) => label!);
  for (const [placed, inside] of [["training", 100], ["normal test", 50], ["anomalous test", 0], ["random", 50]]) {
    const own = marks.filter((label) => label.includes(`: ${placed} `));
    assertEquals(own.length, 2, svg);
    for (const label of own) assertStringIncludes(label, `codes in the hull, %: ${inside};`);
  }
});

testWith(["read", "write"], "thm-2-premise: without runs of several n there is nothing to compare", async () => {
  await withFolder(async (root) => {
    const error = await assertRejects(() => drawHullUnits(root, () => {}), StoreError);
    assertStringIncludes(error.message, "no digit with several numbers of memory units");
  });
});

testWith(
  [...NEEDS, "native"],
  "thm-2-premise: of a store's runs the longest of each n and seed is measured, none without one of the losses",
  async () => {
    await withFolder(async (root) => {
      await startBackend({ only: "native" });
      const recipe = { ...MNIST_RECIPE, width: 8, k: 1, epochs: 1 };
      const changes = [{ units: 25 }, { units: 50 }, { units: 50, epochs: 2 }, {
        units: 50,
        without: "cycle" as const,
      }];
      for (const change of changes) {
        const memgan = createMemgan({ ...recipe, ...change }, 0);
        const arrays = await memgan.save();
        memgan.dispose();
        const measures = { moved: change.units / 100 };
        await storeRun(root, { ...spec!, recipe: { ...recipe, ...change } }, { arrays, measures });
      }
      const lines: string[] = [];
      const { rows, text } = await drawHullUnits(root, (line) => lines.push(line));
      assertEquals(rows.map(({ units, epochs, moved }) => [units, epochs, moved]), [[25, 1, 0.25], [50, 2, 0.5]]);
      assertEquals(lines.length, 2);
      assertStringIncludes(text, "1, 2 epochs.");
      const files = [...Deno.readDirSync(join(root, "hull"))].map(({ name }) => name).sort();
      assertEquals(files, ["hull_units.json", "hull_units.md", "hull_units.png", "hull_units.svg"]);
    });
  },
);
