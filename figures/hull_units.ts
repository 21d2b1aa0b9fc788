/**
 * The share of codes in the hull of the memory units, by the number of units: Theorem 2 where its premise can hold.
 *
 * ```sh
 * deno task hull --units --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import { loadMnist } from "../src/data/mnist.ts";
import { completedRuns, firstOfEach } from "../src/experiments/completed.ts";
import type { UnitsHullRow } from "../src/experiments/hull_by_units.ts";
import { EACH, measureUnitsHull, PLACED } from "../src/experiments/hull_by_units.ts";
import { latentOf } from "../src/experiments/latent.ts";
import { UNITS_STUDY } from "../src/experiments/studies.ts";
import { trainedRuns } from "../src/experiments/trained.ts";
import { userDataFolder } from "../src/platform/data_folder.ts";
import { StoreError, writeWhole } from "../src/platform/files.ts";
import { taskLine } from "../src/platform/task.ts";
import { ANOMALY, NORMAL, QUIET, TRAINING } from "../src/report/charts/colours.ts";
import { smallMultiples } from "../src/report/charts/small_multiples.ts";
import { jsonRows } from "../src/report/tables/format.ts";
import { hullByUnitsTable } from "../src/report/tables/hull_by_units.ts";
import { writePictures } from "./pictures.ts";

/** What is placed in words, and how it is drawn. */
const KINDS = {
  train: { name: "training images", colour: TRAINING, shape: "square" },
  normal: { name: "normal test images", colour: NORMAL, shape: "circle" },
  anomaly: { name: "anomalous test images", colour: ANOMALY, shape: "triangle-up" },
  random: { name: "random directions", colour: QUIET, shape: "cross" },
} as const;

/**
 * The figure: a point a run and a line through the means, a panel a digit.
 *
 * @param rows The measurements.
 * @returns The text of an SVG document.
 */
export function hullUnitsSvg(rows: readonly UnitsHullRow[]): Promise<string> {
  const values = rows.flatMap(({ class: digit, units, inside }) =>
    PLACED.map((kind) => ({ digit, units, placed: KINDS[kind].name, inside: 100 * inside[kind] }))
  );
  const all = PLACED.map((kind) => KINDS[kind]);
  const x = { field: "units", type: "ordinal", title: "memory units n", axis: { labelAngle: 0 } };
  const y = { type: "quantitative", title: "codes in the hull, %", scale: { domain: [0, 100] } };
  const color = {
    field: "placed",
    type: "nominal",
    title: null,
    scale: { domain: all.map(({ name }) => name), range: all.map(({ colour }) => colour) },
  };
  const shape = { ...color, scale: { domain: color.scale.domain, range: all.map(({ shape }) => shape) } };
  return smallMultiples({
    title: "Theorem 2: the share of codes E(x) in the convex hull of the memory units",
    subtitle: [
      `${EACH} of each at most; a point is a run, lines join the means over seeds`,
      "random directions: as far from the units' mean as the normal codes, whatever was learnt",
      `in ${rows[0]!.width} dimensions the hull of ${
        rows[0]!.width
      } units or fewer has no interior: nothing can be expected in it`,
    ],
    values,
    panel: {
      width: 220,
      height: 180,
      layer: [
        { mark: "line", encoding: { x, y: { ...y, aggregate: "mean", field: "inside" }, color } },
        {
          mark: { type: "point", filled: true, size: 40, opacity: 0.7 },
          encoding: { x, y: { ...y, field: "inside" }, color, shape },
        },
      ],
    },
  });
}

/** The completed runs of memgan, with all of its terms, on digits that a store has with several numbers of units. */
async function runsByUnits(root: string): Promise<ReadonlySet<string>> {
  const counts = UNITS_STUDY.map(({ units }) => units);
  const found = (await completedRuns(root)).filter(({ spec: { method, dataset, evaluate, recipe } }) =>
    method === "memgan" && dataset === "mnist" && evaluate === "test" && recipe["without"] === undefined &&
    counts.some((units) => units === recipe["units"])
  );
  const longest = firstOfEach(
    found,
    ({ spec: { class: digit, seed, recipe } }) => `${digit}/${seed}/${recipe["units"]}`,
  );
  const several = [...Map.groupBy(longest, ({ spec }) => spec.class).values()]
    .filter((runs) => new Set(runs.map(({ spec }) => spec.recipe["units"])).size > 1);
  if (several.length === 0) {
    throw new StoreError(
      `Cannot compare hulls: "${root}/runs" has no digit with several numbers of memory units; ` +
        `\`${taskLine("table3", "--train", "--out", root)}\` trains them`,
    );
  }
  return new Set(several.flat().map(({ result }) => result.run));
}

/**
 * Measures the hulls of Table 3's runs and draws the figure, from the weights in a store; a backend must be running.
 *
 * @param root The store's folder.
 * @param say Receives one line per run.
 * @returns The rows, and the table as Markdown. The files go into `hull/`.
 * @throws {StoreError} If no digit has runs with several numbers of units.
 */
export async function drawHullUnits(
  root: string,
  say: (line: string) => void,
): Promise<{ rows: UnitsHullRow[]; text: string }> {
  const runs = await trainedRuns(root, await runsByUnits(root));
  const data = await loadMnist(userDataFolder());
  const rows: UnitsHullRow[] = [];
  for (const run of runs) {
    const row = measureUnitsHull(run, await latentOf(run, data, EACH));
    rows.push(row);
    const shares = PLACED.map((kind) => `${(100 * row.inside[kind]).toFixed(0)} %`).join(" / ");
    say(
      `digit ${row.class}, n = ${row.units}, seed ${row.seed}: in the hull ${shares} of training / normal / anomalous images / random`,
    );
  }
  rows.sort((a, b) => a.class - b.class || a.units - b.units || a.seed - b.seed);
  const folder = join(root, "hull");
  await writePictures(folder, [["hull_units", await hullUnitsSvg(rows)]]);
  const text = hullByUnitsTable(rows);
  await writeWhole(join(folder, "hull_units.json"), jsonRows(rows));
  await writeWhole(join(folder, "hull_units.md"), text + "\n");
  return { rows, text };
}
