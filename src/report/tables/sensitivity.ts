/**
 * Table 3, ours against the paper's: one method on a few digits, by its number of memory units n.
 *
 * ```text
 * spread of a digit = max over n of its mean − min over n of its mean
 * robust            = spread ≤ max(1, 2·√(s₁² + s₂²))      s₁, s₂ the deviations over seeds at those two n, 0 of one seed
 * ```
 *
 * The rule is the one by which a cell agrees with the paper, without the allowance for rounding, applied to the two n that
 * differ most.
 *
 * @module
 */

import { markOf } from "../../experiments/arithmetic.ts";
import type { ComparedCell, PaperTable, TableRun } from "./comparison.ts";
import { allowance, compareCell } from "./comparison.ts";
import { caption, show } from "./comparison_text.ts";
import { markdownTable } from "./markdown.ts";
import { distinct, signed } from "./format.ts";
import { greatest, least } from "../../platform/extremes.ts";

/** A digit. */
export interface UnitsRow {
  /** The normal class. */
  readonly digit: string;
  /** A cell for each n that was run; its name is n. */
  readonly cells: readonly ComparedCell[];
  /** The greatest mean minus the least, in points of AUROC. */
  readonly spread: number;
  /** The same of the paper's cells. */
  readonly paperSpread: number;
  /** By the rule; absent if there is only one n. */
  readonly robust?: boolean;
}

/** Table 3 and its context. */
export interface Sensitivity {
  /** One row per digit. */
  readonly rows: readonly UnitsRow[];
  /** The runs compared. */
  readonly runs: readonly TableRun[];
  /** The options that selected the runs. */
  readonly budget: string;
}

const extent = (values: readonly number[]) => greatest(values) - least(values);

/**
 * Compares runs of MEMGAN with Table 3.
 *
 * @param runs Completed runs that differ in digit, seed and number of units alone.
 * @param paper Table 3.
 * @returns A row for each of its digits that was run.
 */
export function compareUnits(runs: readonly TableRun[], paper: PaperTable): UnitsRow[] {
  return Object.entries(paper.rows).flatMap(([digit, published]) => {
    const cells = paper.columns.flatMap((n) => {
      const of = runs.filter(({ spec }) => spec.class === Number(digit) && spec.recipe["units"] === Number(n));
      return of.length === 0 ? [] : [compareCell(n, of, published[n])];
    });
    if (cells.length === 0) return [];
    const [least, ...others] = cells.toSorted((a, b) => a.mean - b.mean);
    const greatest = others.at(-1);
    const spread = extent(cells.map(({ mean }) => mean));
    const row = { digit, cells, spread, paperSpread: extent(paper.columns.map((n) => published[n]!.mean)) };
    if (greatest === undefined) return [row];
    return [{ ...row, robust: spread <= allowance(least!.std ?? 0, greatest.std ?? 0) }];
  });
}

/**
 * Table 3 as Markdown.
 *
 * @param sensitivity The comparison.
 * @returns The text.
 */
export function sensitivityMarkdown({ rows, runs, budget }: Sensitivity): string {
  const names = [...new Set(rows.flatMap(({ cells }) => cells.map((cell) => cell.class)))];
  const all = runs.map(({ result }) => result.arithmetic);
  const lines = rows.flatMap(({ digit, cells, spread, paperSpread, robust }) => {
    const line = (who: string, last: string, text: (cell: ComparedCell) => string) => [
      digit,
      who,
      ...names.map((name) => {
        const cell = cells.find((each) => each.class === name);
        return cell === undefined ? "–" : text(cell);
      }),
      last,
    ];
    const verdict = robust === undefined ? "" : robust ? ", robust" : ", not robust";
    return [
      line("ours", spread.toFixed(1) + verdict, (cell) => show(cell) + markOf(cell.arithmetics, all)),
      line("_paper_", paperSpread.toFixed(1), ({ paper }) => show(paper!)),
      line("difference", "", ({ difference, verdict }) => `${signed(difference!)}, ${verdict}`),
    ];
  });
  const epochs = distinct(runs.map(({ spec }) => String(spec.recipe["epochs"]))).join(", ");
  return [
    markdownTable(["digit", "", ...names.map((n) => `n = ${n}`), "range"], lines),
    "",
    `MEMGAN, ${epochs} epochs. ${caption(runs, budget)}` +
    " Range: the greatest mean minus the least. Robust: the range is at most max(1, 2·√(s₁² + s₂²)), where s₁ and s₂ are the " +
    "standard deviations over seeds at those two n.",
    "",
  ].join("\n");
}

/**
 * The cells as CSV, one line per digit and n.
 *
 * @param rows The comparison's rows.
 * @returns The text, with a header.
 */
export function sensitivityCsv(rows: readonly UnitsRow[]): string {
  const number = (value: number | undefined) => value?.toFixed(4) ?? "";
  const lines = rows.flatMap(({ digit, cells }) =>
    cells.map(({ class: n, seeds, mean, std, paper, difference, verdict, arithmetics }) =>
      [digit, n, seeds, number(mean), number(std), paper?.mean, paper?.std, number(difference), verdict]
        .concat(arithmetics.join("+")).join(",")
    )
  );
  return ["digit,units,seeds,mean,std,paper_mean,paper_std,difference,verdict,arithmetic", ...lines, ""].join("\n");
}
