/**
 * Ours against a table of the paper: cells, column means, and verdicts by a rule that was fixed before any run
 * (`choice-verdict` in `spec/`).
 *
 * ```text
 * d = ours − paper                                    of a cell, in points of AUROC
 * a cell agrees where |d| ≤ max(1, 2·√(s² + s′²)) + 0.05     s, s′ the standard deviations over the paper's seeds and
 *                                                           ours, 0.05 what the paper's cell may be rounded by
 * a column is above or below where 0 lies outside of the 95 % interval of its mean d, over classes and seeds; otherwise it
 * agrees where that interval lies within ±1 point, and is undecided where it does not
 * ```
 *
 * @module
 */

import type { Preprocessing } from "../../data/preprocess.ts";
import type { Method } from "../../experiments/methods.ts";
import { METHODS, REGISTRY } from "../../experiments/methods.ts";
import type { Manifest } from "../../experiments/provenance.ts";
import type { RunSpec } from "../../experiments/run_spec.ts";
import type { Result } from "../../experiments/completed.ts";
import type { Interval } from "../../experiments/intervals.ts";
import { bootstrapInterval } from "../../experiments/intervals.ts";
import { deviation, mean } from "../../experiments/statistics.ts";
import { greatest } from "../../platform/extremes.ts";

/** A completed run, as a table reads it. */
export interface TableRun {
  /** Its spec. */
  readonly spec: RunSpec;
  /** Its line of `results.json`. */
  readonly result: Result;
  /** Where it was computed, if that is known. */
  readonly manifest?: Pick<Manifest, "device">;
}

/** A table of the paper: by class and method, in percent. */
export interface PaperTable {
  /** Its columns, in its order. */
  readonly columns: readonly string[];
  /** Its cells. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, PaperCell>>>>;
}

/** A cell of the paper: mean and standard deviation of ten runs. */
export interface PaperCell {
  /** In percent. */
  readonly mean: number;
  /** In percent. */
  readonly std: number;
}

/** A verdict on a cell. */
export type Verdict = "agrees" | "above" | "below";

/** How far apart two means agree, in points, however little seeds differ. */
export const MARGIN = 1;

/** One class of one method under one preprocessing. */
export interface ComparedCell {
  /** The class's name. */
  readonly class: string;
  /** The mean over our seeds, in percent. */
  readonly mean: number;
  /** Their standard deviation, ddof 1; absent for one seed. */
  readonly std?: number;
  /** How many seeds. */
  readonly seeds: number;
  /** The AUROC of each, in percent. */
  readonly aurocs: readonly number[];
  /** The arithmetics of its runs, each once. */
  readonly arithmetics: readonly number[];
  /** How many images were scored, if not all; then there is no verdict. */
  readonly subset?: number;
  /** The paper's. */
  readonly paper?: PaperCell;
  /** Ours minus the paper's. */
  readonly difference?: number;
  /** By the rule. */
  readonly verdict?: Verdict;
}

/** One method under one preprocessing. */
export interface ComparedRow {
  /** The method. */
  readonly method: Method;
  /** Its preprocessing. */
  readonly preprocessing: Preprocessing;
  /** One cell per class that was run, in the table's order. */
  readonly cells: readonly ComparedCell[];
  /** The mean of the cells; absent if a class is missing. */
  readonly mean?: number;
  /** 95 % interval of the mean, over classes and seeds. */
  readonly interval?: Interval;
  /** The mean of the paper's cells. */
  readonly paper?: number;
  /** The mean difference, and its 95 % interval. */
  readonly difference?: { readonly mean: number; readonly interval: Interval };
  /** By the rule; `undecided`: the interval has 0, but also differences of more than a point. */
  readonly verdict?: Verdict | "undecided";
}

/** A comparison and its context. */
export interface Comparison {
  /** `Table 1` or `Table 2`. */
  readonly title: string;
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The runs compared. */
  readonly runs: readonly TableRun[];
  /** A row for each method and preprocessing. */
  readonly rows: readonly ComparedRow[];
  /** The paper's table. */
  readonly paper: PaperTable;
  /** The budget, or the other options that selected the runs. */
  readonly budget: string;
}

/** Whether no row has all classes: then there are no means, and nothing to set beside the paper's. */
export function isPartial({ rows }: Pick<Comparison, "rows">): boolean {
  return rows.every(({ mean }) => mean === undefined);
}

/** The best mean of the eligible rows. */
export const bestMean = (rows: readonly ComparedRow[]): number =>
  greatest(rows.map((row) => contends(row, row.cells) ? row.mean ?? -Infinity : -Infinity));

/** The paper's best column: whose, and its mean. */
export function paperBest({ columns, rows }: PaperTable): { method: string; mean: number } {
  return columns
    .map((method) => ({ method, mean: mean(Object.values(rows).map((cells) => cells[method]!.mean)) }))
    .reduce((best, each) => each.mean > best.mean ? each : best);
}

/** Whether cells of a row may be its table's best: neither a sample of the images nor a choice by labels is a result. */
export function contends({ method }: Pick<ComparedRow, "method">, cells: readonly ComparedCell[]): boolean {
  return !REGISTRY[method].seesTestLabels && cells.every(({ subset }) => subset === undefined);
}

/** How much two means may differ, in points, given the standard deviations over their seeds. */
function allowance(s: number, other: number): number {
  return Math.max(MARGIN, 2 * Math.hypot(s, other));
}

/** A cell from its seeds' runs. */
export function compareCell(name: string, runs: readonly TableRun[], paper: PaperCell | undefined): ComparedCell {
  const aurocs = runs.map(({ result }) => 100 * result.auroc);
  const std = deviation(aurocs);
  const subset = runs.find(({ spec }) => spec.subset !== undefined)?.spec.subset;
  const cell = {
    class: name,
    mean: mean(aurocs),
    ...(std === undefined ? {} : { std }),
    seeds: aurocs.length,
    aurocs,
    arithmetics: [...new Set(runs.map(({ result }) => result.arithmetic))].sort((a, b) => a - b),
    ...(subset === undefined ? {} : { subset }),
  };
  if (paper === undefined) return cell;
  const difference = cell.mean - paper.mean;
  // A few hundred images are a sample, but the rule takes only the spread over seeds into account.
  if (subset !== undefined) return { ...cell, paper, difference };
  // With one seed the spread is unknown: the paper's is used instead.
  const allowed = allowance(paper.std, std ?? paper.std);
  // The paper prints one digit: half of it is rounding.
  const verdict = Math.abs(difference) <= allowed + 0.05 ? "agrees" : difference > 0 ? "above" : "below";
  return { ...cell, paper, difference, verdict };
}

function compareRow(
  head: Pick<ComparedRow, "method" | "preprocessing">,
  cells: ComparedCell[],
  of: number,
): ComparedRow {
  if (cells.length < of) return { ...head, cells };
  const interval = bootstrapInterval(cells.map(({ aurocs }) => aurocs));
  const row = { ...head, cells, mean: mean(cells.map((cell) => cell.mean)), interval };
  const differences = cells.flatMap(({ aurocs, paper }) => paper ? [aurocs.map((auroc) => auroc - paper.mean)] : []);
  if (differences.length < of) return row;
  const apart = bootstrapInterval(differences);
  return {
    ...row,
    paper: mean(cells.map(({ paper }) => paper!.mean)),
    difference: { mean: mean(differences.map(mean)), interval: apart },
    verdict: columnVerdict(apart),
  };
}

/** Two one-sided tests at once: ten classes that differ by much decide nothing, and so never agree. */
function columnVerdict([low, high]: Interval): Verdict | "undecided" {
  if (low > 0) return "above";
  if (high < 0) return "below";
  return low >= -MARGIN && high <= MARGIN ? "agrees" : "undecided";
}

/**
 * Compares runs with a table.
 *
 * @param runs Completed runs on the test part of one data set.
 * @param paper The paper's table.
 * @param classes The names of the classes 0 to 9, as the table has them.
 * @returns A row for each method and preprocessing that was run, in the order of the methods.
 */
export function compare(runs: readonly TableRun[], paper: PaperTable, classes: readonly string[]): ComparedRow[] {
  const preprocessings = [...new Set(runs.map(({ spec }) => spec.preprocessing))].sort();
  return METHODS.flatMap((method) =>
    preprocessings.flatMap((preprocessing) => {
      const column = REGISTRY[method].column ?? method;
      const mine = runs.filter(({ spec }) => spec.method === method && spec.preprocessing === preprocessing);
      const cells = classes.flatMap((name, c) => {
        const of = mine.filter(({ spec }) => spec.class === c);
        return of.length === 0 ? [] : [compareCell(name, of, paper.rows[name]?.[column])];
      });
      return cells.length === 0 ? [] : [compareRow({ method, preprocessing }, cells, classes.length)];
    })
  );
}
