/**
 * What to say before the numbers of a table: what a sceptical reader would ask first.
 *
 * @module
 */

import { REGISTRY, TRIVIAL_BASELINES } from "../experiments/methods.ts";
import type { ComparedRow, Comparison } from "./tables/comparison.ts";
import { contends, paperBest } from "./tables/comparison.ts";
import { between, signed } from "./tables/format.ts";

/** A row whose classes are all there. */
type Whole = ComparedRow & { readonly mean: number };

const nameOf = ({ method, preprocessing }: ComparedRow) => `\`${method}\` under \`${preprocessing}\``;

/** The verdict on a row, with what it rests on. */
function against({ difference, verdict }: Whole): string {
  if (difference === undefined) return "";
  const interval = between(difference.interval, (value) => signed(value));
  const says = verdict === "agrees"
    ? "agrees with"
    : verdict === "undecided"
    ? "is not shown to differ from"
    : `is ${verdict}`;
  return `, which ${says} the paper's mean: ${signed(difference.mean)} ${interval}`;
}

/** Items in words, or that there are none. */
const list = (rows: readonly Whole[], show: (row: Whole) => string) => rows.map(show).join(", ") || "none";

/**
 * The first lines of a comparison, as Markdown.
 *
 * @param comparison The comparison.
 * @returns Lines, an empty one at the end; none where no row has all classes.
 */
export function keyFindings({ rows, paper }: Comparison): string[] {
  const all = rows.filter((row): row is Whole => row.mean !== undefined).sort((a, b) => b.mean - a.mean);
  const whole = all.filter(({ method }) => !REGISTRY[method].seesTestLabels);
  const labelled = all.filter(({ method }) => REGISTRY[method].seesTestLabels);
  const best = whole.find((row) => contends(row, row.cells));
  if (best === undefined) return [];
  const published = paperBest(paper);
  const trivial = whole.filter(({ method }) => TRIVIAL_BASELINES.includes(method));
  const baselines = whole.filter(({ method }) => method !== "memgan" && !TRIVIAL_BASELINES.includes(method));
  const stronger = baselines.filter(({ verdict }) => verdict === "above");
  const memgan = whole.find(({ method }) => method === "memgan");
  const over = memgan === undefined ? [] : whole.filter((row) => row.mean > memgan.mean && contends(row, row.cells));
  const points = (row: Whole) => `${nameOf(row)} (${row.mean.toFixed(2)})`;
  // Of rows that were not run nothing is said.
  return [
    `- Best mean AUROC: in the paper \`${published.method}\` (${published.mean.toFixed(2)}), here ${points(best)}.`,
    ...(trivial.length === 0 ? [] : [
      `- Trivial baselines that reach the paper's best mean: ${
        list(trivial.filter((row) => row.mean >= published.mean), points)
      }.`,
    ]),
    ...(memgan === undefined ? [] : [
      `- Ours: ${points(memgan)}${against(memgan)}.` +
      (whole.length === 1 ? "" : ` Rows with a higher mean: ${list(over, points)}.`),
    ]),
    ...(baselines.length === 0 ? [] : [
      `- Baselines above the paper's mean for them, without tuning on test labels: ${
        list(stronger, (row) => `${nameOf(row)} (${signed(row.difference!.mean)})`)
      }.`,
    ]),
    ...(labelled.length === 0 ? [] : [
      `- Tuned on test labels, as the paper's number was, and therefore not counted: ${list(labelled, points)}.`,
    ]),
    "",
  ];
}
