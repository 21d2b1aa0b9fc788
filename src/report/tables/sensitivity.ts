/**
 * Table 3, ours against the paper's: one method on a few digits, by its number of memory units n.
 *
 * ```text
 * range of a digit = max over n of its mean − min over n of its mean
 * d(n, n′)          the difference between two n, seed by seed
 * robust            where of each pair the 90 % interval of d's mean lies within ±1 point
 * not robust        where of one pair the interval lies outside of ±1 point, at 1 − 0.1/pairs
 * ```
 *
 * This is a test of equivalence, two one-sided t-tests of 5 %: seeds that differ by much, or are few, leave it undecided and
 * never make a digit robust (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 1987).
 *
 * @module
 */

import { markOf } from "../../experiments/arithmetic.ts";
import { tInterval } from "../../experiments/intervals.ts";
import type { ComparedCell, PaperTable, TableRun } from "./comparison.ts";
import { compareCell, MARGIN } from "./comparison.ts";
import { caption, show } from "./comparison_text.ts";
import { markdownTable } from "./markdown.ts";
import { distinct, signed } from "./format.ts";
import { greatest, least } from "../../platform/extremes.ts";

/** What the rule says of a digit. */
export type Robustness = "robust" | "not robust" | "undecided";

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
  /** By the rule; absent if there is only one n, or no pair of n that has two seeds. */
  readonly robust?: Robustness;
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

/** The differences between two n, in points, of the seeds that both have. */
function differencesOf(some: readonly TableRun[], others: readonly TableRun[]): number[] {
  const bySeed = new Map(others.map(({ spec, result }) => [spec.seed, result.auroc]));
  return some.flatMap(({ spec, result }) => {
    const other = bySeed.get(spec.seed);
    return other === undefined ? [] : [100 * (result.auroc - other)];
  });
}

/** The rule, on the runs of each n. */
function robustness(groups: readonly (readonly TableRun[])[]): Robustness | undefined {
  const pairs = groups.flatMap((some, i) => groups.slice(i + 1).map((others) => differencesOf(some, others)));
  const tested = pairs.filter((differences) => differences.length > 1);
  if (tested.length === 0) return undefined;
  const isApart = tested.some((differences) => {
    // Of many pairs one may look different by chance.
    const [low, high] = tInterval(differences, 1 - 0.1 / pairs.length);
    return low > MARGIN || high < -MARGIN;
  });
  if (isApart) return "not robust";
  const isSame = tested.every((differences) => {
    const [low, high] = tInterval(differences, 0.9);
    return low > -MARGIN && high < MARGIN;
  });
  return isSame && tested.length === pairs.length ? "robust" : "undecided";
}

/**
 * Compares runs of MEMGAN with Table 3.
 *
 * @param runs Completed runs that differ in digit, seed and number of units alone.
 * @param paper Table 3.
 * @returns A row for each of its digits that was run.
 */
export function compareUnits(runs: readonly TableRun[], paper: PaperTable): UnitsRow[] {
  return Object.entries(paper.rows).flatMap(([digit, published]) => {
    const groups = paper.columns.flatMap((n) => {
      const of = runs.filter(({ spec }) => spec.class === Number(digit) && spec.recipe["units"] === Number(n));
      return of.length === 0 ? [] : [{ n, of }];
    });
    if (groups.length === 0) return [];
    const cells = groups.map(({ n, of }) => compareCell(n, of, published[n]));
    const robust = robustness(groups.map(({ of }) => of));
    return [{
      digit,
      cells,
      spread: extent(cells.map(({ mean }) => mean)),
      paperSpread: extent(paper.columns.map((n) => published[n]!.mean)),
      ...(robust === undefined ? {} : { robust }),
    }];
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
    const verdict = robust === undefined ? "" : `, ${robust}`;
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
    " Range: the greatest mean minus the least. Robust: of each two n the 90 % interval of their difference, seed by seed, lies " +
    "within ±1 point (`choice-robust`).",
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
