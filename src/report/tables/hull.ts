/**
 * Where codes lie relative to the convex hull of the memory units, as a table.
 *
 * @module
 */

import { arithmeticOf, arithmeticText, markOf } from "../../experiments/arithmetic.ts";
import type { HullRow } from "../../experiments/hull_of_memory.ts";
import { MOST } from "../../experiments/hull_of_memory.ts";
import type { Placement } from "../../experiments/placement.ts";
import type { Quartiles } from "../../experiments/statistics.ts";
import { markdownTable } from "./markdown.ts";

/**
 * The measurement as a Markdown table.
 *
 * @param rows One per run.
 * @returns The table with its caption.
 */
export function hullTable(rows: readonly HullRow[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const both = (row: HullRow, show: (placement: Placement) => string) => `${show(row.normal)} / ${show(row.anomaly)}`;
  const range = ([low, middle, high]: Quartiles) => `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  const all = rows.map(arithmeticOf);
  const cells = rows.map((row) => [
    row.class + markOf([arithmeticOf(row)], all),
    row.seed,
    both(row, ({ inside }) => percent(inside)),
    both(row, ({ distance }) => range(distance)),
    both(row, ({ overNorm }) => range(overNorm)),
    both(row, ({ overDiameter }) => percent(overDiameter[1])),
    both(row, ({ unitsUsed }) => unitsUsed[1].toFixed(0)),
    `${row.reach.toFixed(2)} / ${row.sampledReach.toFixed(2)}`,
    row.unitToCode[1].toFixed(2),
    (100 * row.aurocOfDistance).toFixed(1),
    (100 * row.aurocOfScore).toFixed(1),
  ]);
  const flat = rows.filter(({ units, width }) => units <= width).length;
  return [
    markdownTable(
      [
        "digit",
        "seed",
        "E(x) in 𝒮",
        "dist(E(x), 𝒮)",
        "over ‖E(x)‖",
        "over the diameter of 𝒮",
        "units used",
        "reach of E(x) / of z",
        "unit to code",
        "AUROC of the distance",
        "AUROC of A(x)",
      ],
      cells,
    ),
    "",
    `Test images, normal / anomaly, at most ${MOST} of either, evenly spread; medians, with first to third quartile in brackets; ` +
    "AUROC in percent, that of A(x) on the whole test part. Reach: the diameter of normal codes, or of as many sampled z, over " +
    "that of 𝒮. Units used: those that the nearest point of 𝒮 is a combination of. Unit to code: from a unit to the nearest " +
    "normal code, over the diameter of 𝒮. " +
    `In ${flat} of ${rows.length} runs n ≤ d: 𝒮 has no interior, and a distribution of E(x) with a density has probability 0 in it. ` +
    arithmeticText(all),
  ].join("\n");
}
