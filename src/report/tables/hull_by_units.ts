/**
 * Where codes lie relative to the hull of few and of many memory units, as a table.
 *
 * @module
 */

import { markOf } from "../../experiments/arithmetic.ts";
import type { ByPlaced, UnitsHullRow } from "../../experiments/hull_by_units.ts";
import { hasInterior, PLACED } from "../../experiments/hull_by_units.ts";
import { deviation, mean } from "../../experiments/statistics.ts";
import { distinct, withDeviation } from "./format.ts";
import { computedText } from "./computed.ts";
import { markdownTable } from "./markdown.ts";

/**
 * The measurement as Markdown: a line for each digit and n, over the seeds.
 *
 * @param rows One per run.
 * @returns The table with its caption; a sentence if there are no rows.
 */
export function hullByUnitsTable(rows: readonly UnitsHullRow[]): string {
  if (rows.length === 0) return "No run has been measured yet.";
  const all = rows.map(({ arithmetic }) => arithmetic);
  const groups = Map.groupBy(rows, ({ class: digit, units }) => `${digit} ${units}`);
  const lines = [...groups.values()].map((group) => {
    const { class: digit, units } = group[0]!;
    const over = (of: (row: UnitsHullRow) => number, places: number) => {
      const values = group.map(of);
      return withDeviation(mean(values).toFixed(places), deviation(values));
    };
    const each = (of: (row: UnitsHullRow) => ByPlaced, places: number) =>
      PLACED.map((kind) => over((row) => 100 * of(row)[kind], places)).join(" / ");
    return [
      digit + markOf(group.map(({ arithmetic }) => arithmetic), all),
      units,
      hasInterior(group[0]!) ? "yes" : "no",
      each(({ inside }) => inside, 0),
      each(({ distance }) => distance, 1),
      [mean(group.map(({ reach }) => reach)), mean(group.map(({ sampledReach }) => sampledReach))]
        .map((reach) => reach.toFixed(2)).join(" / "),
      over(({ moved }) => 100 * moved, 1),
      over(({ aurocOfDistance }) => 100 * aurocOfDistance, 1),
      over(({ aurocOfScore }) => 100 * aurocOfScore, 1),
    ];
  });
  const { width, images } = rows[0]!;
  return [
    markdownTable(
      [
        "digit",
        "n",
        "𝒮 has an interior",
        "in 𝒮, %",
        "distance / diameter of 𝒮, %",
        "spread of E(x) / of z",
        "M moved, %",
        "AUROC of the distance",
        "AUROC of A(x)",
      ],
      lines,
    ),
    "",
    `𝒮 is the convex hull of n memory units in ${width} dimensions. In 𝒮 and the median distance: of E(x) of training images / of ` +
    "normal test images / of anomalous test images / of points as far from the units' mean as the normal codes, in random directions; " +
    `at most ${images} of each, images evenly spaced. The last is what the hull of so many units holds whatever was learnt. Spread: ` +
    "the diameter of the normal codes, and of as many sampled z, divided by that of 𝒮. M moved: the norm of its change in training, " +
    `divided by its norm at the start. ${distinct(rows.map(({ epochs }) => String(epochs))).join(", ")} epochs. ` +
    `Seeds ${distinct(rows.map(({ seed }) => String(seed))).join(", ")}, ± their standard deviation (n − 1). ` +
    computedText(all, rows.map(({ device }) => device)),
  ].join("\n");
}
