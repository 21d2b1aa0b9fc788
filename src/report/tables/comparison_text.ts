/**
 * A comparison with a table of the paper as Markdown and CSV.
 *
 * @module
 */

import { markOf } from "../../experiments/arithmetic.ts";
import { computedText } from "./computed.ts";
import type { Method } from "../../experiments/methods.ts";
import { REGISTRY } from "../../experiments/methods.ts";
import { scoredOf } from "../../experiments/run_files.ts";
import type { ComparedCell, ComparedRow, Comparison, TableRun } from "./comparison.ts";
import { bestMean, contends, isPartial, paperBest } from "./comparison.ts";
import { keyFindings } from "../key_findings.ts";
import { seedsText } from "./seeds.ts";
import { legend } from "./legend.ts";
import { tunedMark, tunedNote } from "./tuned.ts";
import { markdownTable, plainText } from "./markdown.ts";
import { between, bold, distinct, signed, withDeviation } from "./format.ts";
import { greatest } from "../../platform/extremes.ts";

/** A cell's mean, with its standard deviation if there are several seeds. */
export const show = ({ mean, std }: Pick<ComparedCell, "mean" | "std">): string => withDeviation(mean.toFixed(1), std);

/** The marks of rows whose runs have another arithmetic, if other rows have none. */
function markIn(rows: readonly ComparedRow[]): (row: ComparedRow) => string {
  const of = ({ cells }: ComparedRow) => cells.flatMap(({ arithmetics }) => arithmetics);
  const all = rows.flatMap(of);
  return (row) => markOf(of(row), all);
}

/** The mark of a method that was tuned on labelled anomalies. */
const tuned = (method: Method, runs: readonly TableRun[]) => tunedMark(method, ...runs.map(({ spec }) => spec.dataset));

/** One line per method and preprocessing: the column's mean, ours and the paper's, and the verdict. */
function columns({ rows, paper, runs }: Comparison): string {
  const best = bestMean(rows);
  const bestOfPaper = paperBest(paper).mean;
  const mark = markIn(rows);
  return markdownTable(
    [
      "method",
      "preprocessing",
      "mean, ours [95 %]",
      "mean, paper",
      "difference [95 %]",
      "verdict",
      "cells below/agree/above",
    ],
    rows.map((row) => {
      const { cells } = row;
      const count = (verdict: string) => cells.filter((cell) => cell.verdict === verdict).length;
      return [
        row.method + tuned(row.method, runs) + mark(row),
        row.preprocessing,
        row.mean === undefined
          ? `only ${cells.length} ${cells.length === 1 ? "class" : "classes"}`
          : `${bold(row.mean.toFixed(2), row.mean === best)} ${between(row.interval!, (v) => v.toFixed(1))}`,
        row.paper === undefined ? "" : bold(row.paper.toFixed(2), row.paper === bestOfPaper),
        row.difference === undefined
          ? ""
          : `${signed(row.difference.mean)} ${between(row.difference.interval, (v) => signed(v))}`,
        row.verdict ?? "",
        cells.some(({ verdict }) => verdict) ? `${count("below")}/${count("agrees")}/${count("above")}` : "",
      ];
    }),
  );
}

/** One line per method: its mean under each preprocessing, and the paper's; only for columns with all classes. */
function means({ rows, paper, runs }: Comparison): string[] {
  const whole = rows.filter((row) => row.mean !== undefined);
  if (whole.length === 0) return [];
  const kinds = [...new Set(whole.map((row) => row.preprocessing))];
  const best = bestMean(whole);
  const bestOfPaper = paperBest(paper).mean;
  const mark = markIn(rows);
  const lines = [...new Set(whole.map((row) => row.method))].map((method) => {
    const mine = whole.filter((row) => row.method === method);
    const published = mine[0]!.paper;
    return [
      method + tuned(method, runs),
      ...kinds.map((kind) => {
        const row = mine.find((each) => each.preprocessing === kind);
        return row === undefined ? "–" : bold(row.mean!.toFixed(2), row.mean === best) + mark(row);
      }),
      published === undefined ? "–" : bold(published.toFixed(2), published === bestOfPaper),
    ];
  });
  const head = ["method", ...kinds.map((kind) => `ours, \`${kind}\``), "paper"];
  return ["Mean AUROC by preprocessing:", "", markdownTable(head, lines), ""];
}

/** The runs that differ from the recipes, or score only some of the images. */
function departures(runs: readonly TableRun[]): string[] {
  const lines = runs.flatMap(({ spec: { method, dataset, recipe, subset } }) => {
    const full = REGISTRY[method].recipes[dataset];
    const changed = Object.keys({ ...recipe, ...full }).filter((key) => recipe[key] !== full[key])
      .map((key) => `${key} ${recipe[key] ?? "none"}, not ${full[key] ?? "none"}`);
    if (subset !== undefined) changed.push(`scored on ${subset} of the test images, so no cell has a verdict`);
    if (REGISTRY[method].seesTestLabels) {
      changed.push("tuned on the labels of a tenth of the test images, scored on the rest");
    }
    return changed.length === 0 ? [] : [`${method} (${changed.join("; ")})`];
  });
  return [...new Set(lines)];
}

/** What a reader must know about runs to read their cells. */
export function caption(runs: readonly TableRun[], budget: string): string {
  const seeds = seedsText(runs.map(({ spec }) => spec));
  const computed = computedText(
    runs.map(({ result }) => result.arithmetic),
    runs.map(({ manifest }) => manifest?.device),
  );
  const [protocols, backends] = [runs.map(({ spec }) => spec.protocol), runs.map(({ result }) => result.backend)];
  return `AUROC in percent after the last epoch, with anomalies as the positive class. Budget ${budget}; protocol ` +
    `${distinct(protocols).join(", ")}; backend ${plainText(distinct(backends).join(", "))}; ${
      new Set(runs.map(({ spec }) => spec.seed)).size > 1
        ? `${seeds}; ± is their standard deviation (n − 1)`
        : `${seeds} alone, so our numbers have no ±`
    }. ${computed}`;
}

/** The rest of the legend of a table of methods. */
function footnotes(runs: readonly TableRun[]): string {
  const reduced = departures(runs);
  return "The paper's means are those of its cells; some averages that it prints differ (`erratum-averages`). " +
    (reduced.length === 0 ? "Every method ran its whole recipe." : `Changed from the recipes: ${reduced.join(", ")}.`);
}

/**
 * The comparison's findings as Markdown: the main points, method × preprocessing, provenance.
 *
 * @param comparison The comparison.
 * @returns The text.
 */
export function comparisonSummary(comparison: Comparison): string {
  const specs = comparison.runs.map(({ spec }) => spec);
  return [
    ...keyFindings(comparison),
    ...means(comparison),
    [legend(specs), tunedNote(specs)].filter((note) => note !== "").join(" "),
    "",
    `${caption(comparison.runs, comparison.budget)} ${footnotes(comparison.runs)}`,
  ].join("\n");
}

/**
 * Every column of the comparison with its interval and verdict, where one has all classes, and every cell, as Markdown.
 *
 * @param comparison The comparison.
 * @returns The text.
 */
export function comparisonDetails(comparison: Comparison): string {
  const means = isPartial(comparison) ? [] : [
    columns(comparison),
    "",
    "In brackets: 95 % bootstrap intervals over classes and seeds. A mean is above or below where the interval of its difference leaves " +
    "out 0, agrees where all of it lies within ±1 point, and is undecided otherwise (`choice-verdict`).",
    "",
  ];
  return [...means, cells(comparison)].join("\n");
}

const cell = (row: ComparedRow, name: string) => row.cells.find((each) => each.class === name);

/**
 * Every cell, ours and the paper's; the best mean of a class in bold, as in the paper. Where no row has all classes, those that were
 * run, of the methods that were run.
 */
function cells({ rows, classes: all, paper, runs }: Comparison): string {
  const partial = isPartial({ rows });
  const classes = partial ? all.filter((name) => rows.some((row) => cell(row, name) !== undefined)) : all;
  const columns = new Set(rows.map(({ method }) => REGISTRY[method].column ?? method));
  const theirMethods = partial ? paper.columns.filter((method) => columns.has(method)) : paper.columns;
  const best = (name: string) =>
    greatest(rows.map((row) => {
      const found = cell(row, name);
      return found !== undefined && contends(row, [found]) ? found.mean : -Infinity;
    }));
  const bestOfPaper = (name: string) => greatest(Object.values(paper.rows[name]!).map((each) => each.mean));
  const mark = markIn(rows);
  const ours = rows.map((row) => [
    row.method + tuned(row.method, runs) + mark(row),
    row.preprocessing,
    ...classes.map((name) => {
      const found = cell(row, name);
      return found === undefined ? "–" : bold(show(found), contends(row, [found]) && found.mean === best(name));
    }),
  ]);
  const theirs = theirMethods.map((method) => [
    method,
    "_paper_",
    ...classes.map((name) => {
      const { mean, std } = paper.rows[name]![method]!;
      return bold(show({ mean, std }), mean === bestOfPaper(name));
    }),
  ]);
  return markdownTable(["method", "preprocessing", ...classes], [...ours, ...theirs]);
}

/**
 * The comparison as Markdown: its findings, and every cell.
 *
 * @param comparison The comparison.
 * @returns The text.
 */
export function comparisonMarkdown(comparison: Comparison): string {
  return [comparisonSummary(comparison), "", comparisonDetails(comparison), ""].join("\n");
}

/**
 * The cells as CSV, one line per method, preprocessing and class.
 *
 * @param rows The comparison's rows.
 * @returns The text, with a header.
 */
export function comparisonCsv(rows: readonly ComparedRow[]): string {
  const images = (method: Method, subset: number | undefined) =>
    subset === undefined && !REGISTRY[method].seesTestLabels ? "all" : scoredOf({ method, evaluate: "test", subset });
  const head = "method,preprocessing,class,seeds,images,mean,std,paper_mean,paper_std,difference,verdict,arithmetic";
  const lines = rows.flatMap(({ method, preprocessing, cells }) =>
    cells.map(({ class: name, seeds, subset, mean, std, paper, difference, verdict, arithmetics }) =>
      [
        method,
        preprocessing,
        name,
        seeds,
        images(method, subset),
        mean,
        std,
        paper?.mean,
        paper?.std,
        difference,
        verdict,
      ]
        .map((value) => typeof value === "number" && !Number.isInteger(value) ? value.toFixed(4) : value ?? "")
        .concat(arithmetics.join("+")).join(",")
    )
  );
  return [head, ...lines, ""].join("\n");
}
