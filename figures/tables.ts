/**
 * Tables 1 and 2: AUROC of every method, the paper beside ours, with verdicts, from the runs in a store.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { z } from "zod";
import paper from "../spec/tables.json" with { type: "json" };
import type { DatasetName, Protocol } from "../src/data/dataset.ts";
import { ABOUT } from "../src/data/dataset.ts";
import type { CompletedRun, Result } from "../src/experiments/completed.ts";
import { completedRuns, longestOf, RESULT } from "../src/experiments/completed.ts";
import { readAs, setAside, StoreError, writeWhole } from "../src/platform/files.ts";
import { locked } from "../src/platform/lock.ts";
import { taskLine } from "../src/platform/task.ts";
import { isOfStudyAlone } from "../src/experiments/studies.ts";
import type { Comparison, PaperTable, TableRun } from "../src/report/tables/comparison.ts";
import { compare } from "../src/report/tables/comparison.ts";
import { comparisonCsv, comparisonMarkdown } from "../src/report/tables/comparison_text.ts";
import { htmlPage } from "../src/report/page.ts";
import { TABLES } from "./exhibits.ts";

/** The paper's table of a data set. */
const PAPER: Readonly<Record<DatasetName, PaperTable>> = { mnist: paper.table1, cifar10: paper.table2 };

/** Selects the runs of a table. */
export interface Wanted {
  /** The data set. */
  readonly dataset: DatasetName;
  /** The protocol. */
  readonly protocol: Protocol;
  /**
   * The folders of the runs; otherwise all except those that belong only to a study of section 7. Of several schedules for one
   * method, class and seed the longest is taken.
   */
  readonly runs?: ReadonlySet<string> | undefined;
}

/** The completed runs of a table: on the test part of its data set, with its protocol. */
export async function tableRuns(root: string, { dataset, protocol, runs: folders }: Wanted): Promise<CompletedRun[]> {
  const runs = (await completedRuns(root)).filter(({ spec }) =>
    spec.dataset === dataset && spec.protocol === protocol && spec.evaluate === "test"
  );
  if (folders !== undefined) return runs.filter(({ result }) => folders.has(result.run));
  return longestOf(runs.filter(({ spec }) => !isOfStudyAlone(spec)));
}

/**
 * Runs compared with the paper's table.
 *
 * @param dataset Their data set.
 * @param runs The runs.
 * @param budget What chose them.
 * @returns The comparison.
 */
export function comparisonOf(dataset: DatasetName, runs: readonly TableRun[], budget: string): Comparison {
  const [{ title }, paper] = [TABLES[dataset], PAPER[dataset]];
  const classes = Object.keys(paper.rows);
  return { title, classes, runs, rows: compare(runs, paper, classes), paper, budget };
}

/** The protocols of the runs stored in `results/`. */
const KEPT: Readonly<Record<DatasetName, Protocol>> = { mnist: "official", cifar10: "batch5" };

/** The runs of a data set's table that are stored with the sources. */
export async function keptRuns(dataset: DatasetName): Promise<CompletedRun[]> {
  const root = fromFileUrl(new URL(`../results/${dataset}.jsonl`, import.meta.url));
  return await tableRuns(root, { dataset, protocol: KEPT[dataset] });
}

/** The stored runs of a data set, compared with the paper's table. */
export async function keptComparison(dataset: DatasetName): Promise<Comparison> {
  return comparisonOf(dataset, await keptRuns(dataset), "laptop");
}

/** The content of a store's `results.json`; where that does not hold, it is said. */
export async function listed(root: string): Promise<Result[]> {
  try {
    return await readAs(z.array(RESULT), join(root, "results.json")) ?? [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    console.error(`${error.message}; the runs themselves are read`);
    return [];
  }
}

/** The runs of a list that the store has not. (One that it has, and that does not hold, is named where it is read.) */
export async function absentFrom(root: string, named: readonly Result[]): Promise<string[]> {
  const there = await Promise.all(
    named.map(({ run }) => Deno.stat(join(root, "runs", run, "metrics.json")).then(() => true, () => false)),
  );
  return named.map(({ run }) => run).filter((_, i) => !there[i]);
}

/** The lines of `results.json` that are of other tables; where the file does not hold it is set aside, and the runs tell. */
async function othersListed(root: string, { dataset, protocol }: Wanted): Promise<Result[]> {
  const file = join(root, "results.json");
  const isOther = (each: Pick<Result, "dataset" | "protocol">) =>
    each.dataset !== dataset || each.protocol !== protocol;
  try {
    return (await readAs(z.array(RESULT), file) ?? []).filter(isOther);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    await setAside(root, "results.json", [file]);
    const runs = (await completedRuns(root)).filter(({ spec }) => spec.evaluate === "test" && !isOfStudyAlone(spec));
    return runs.map(({ result }) => result).filter(isOther);
  }
}

/**
 * Writes a table as Markdown, CSV, JSON and HTML, and adds its runs to `results.json`, which keeps those of other tables.
 *
 * @param root The store's folder.
 * @param wanted Which runs.
 * @param budget What chose them.
 * @returns The table as Markdown.
 * @throws {StoreError} If there are no such runs.
 */
export async function writeTable(root: string, wanted: Wanted, budget: string): Promise<string> {
  const { dataset, protocol } = wanted;
  const { name, title } = TABLES[dataset];
  const runs = await tableRuns(root, wanted);
  if (runs.length === 0) {
    const of = dataset === "mnist" ? [] : ["--dataset", dataset, "--protocol", protocol];
    throw new StoreError(
      `Cannot make ${title}: no completed run on ${ABOUT[dataset].title} by the protocol ${protocol} is in ` +
        `"${join(root, "runs")}"; run \`${taskLine("reproduce", ...of, "--out", root)}\``,
    );
  }
  const comparison = comparisonOf(dataset, runs, budget);
  const text = comparisonMarkdown(comparison);
  await writeWhole(join(root, `${name}.md`), text);
  await writeWhole(join(root, `${name}.csv`), comparisonCsv(comparison.rows));
  await writeWhole(join(root, `${name}.json`), JSON.stringify(comparison.rows, undefined, 1) + "\n");
  await writeWhole(join(root, `${name}.html`), htmlPage(`${title}: ${ABOUT[dataset].title}, ${protocol}`, text));
  const file = join(root, "results.json");
  // Another process may be at the other table.
  await locked(`${file}.lock`, async () => {
    const results = [...await othersListed(root, wanted), ...runs.map(({ result }) => result)];
    await writeWhole(file, JSON.stringify(results, undefined, 1) + "\n");
  });
  return text;
}
