/**
 * Where codes lie relative to the convex hull of the memory units, as a table.
 *
 * @module
 */

import { arithmeticOf, markOf } from "../../experiments/arithmetic.ts";
import type { HullRow } from "../../experiments/hull_of_memory.ts";
import { MOST } from "../../experiments/hull_of_memory.ts";
import type { Placement } from "../../experiments/placement.ts";
import type { Quartiles } from "../../experiments/statistics.ts";
import { computedText } from "./computed.ts";
import { distinct } from "./format.ts";
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
  const epochs = [...Map.groupBy(rows, (row) => row.epochs ?? "unknown")]
    .map(([count, of]) => `${count} (digit ${distinct(of.map((row) => String(row.class))).join(", ")})`);
  const flat = rows.filter(({ units, width }) => units <= width).length;
  return [
    markdownTable(
      [
        "digit",
        "seed",
        "E(x) in 𝒮",
        "distance of E(x) to 𝒮",
        "distance / ‖E(x)‖",
        "distance / diameter of 𝒮",
        "units used",
        "spread of E(x) / of z",
        "unit to code",
        "AUROC of the distance",
        "AUROC of A(x)",
      ],
      cells,
    ),
    "",
    `𝒮 is the convex hull of the memory units. Test images, normal / anomalous, at most ${MOST} of each, evenly spaced; medians, ` +
    "with the first and third quartile in parentheses; AUROC in percent, that of A(x) on all test images. Units used: how many " +
    "units the nearest point of 𝒮 combines. Spread: the diameter of the normal codes, and of as many sampled z, divided by that " +
    "of 𝒮. Unit to code: the median distance of a unit to the nearest normal code, divided by the diameter of 𝒮. " +
    `In ${flat} of ${rows.length} runs n ≤ d, so that 𝒮 has no interior: if E(x) has a density, it is in 𝒮 with probability 0. ` +
    (epochs.length > 1 ? `Epochs differ: ${epochs.join("; ")}. ` : "") +
    computedText(all, rows.map(({ device }) => device)),
  ].join("\n");
}
