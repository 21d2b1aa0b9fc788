/**
 * Table 1: AUROC on MNIST, the paper beside ours, and the rows that keep both honest.
 *
 * ```sh
 * deno task table1 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import paper from "../spec/tables.json" with { type: "json" };
import { runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/command.ts";
import type { Method } from "../src/experiments/methods.ts";
import { METHODS } from "../src/experiments/methods.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import type { Result } from "../src/experiments/store.ts";
import { completedRuns, StoreError, writeWhole } from "../src/experiments/store.ts";
import { deviation, mean } from "../src/report/statistics.ts";

/** A completed run, as a table reads it. */
export interface TableRun {
  /** Its spec. */
  readonly spec: RunSpec;
  /** Its line of `results.json`. */
  readonly result: Result;
}

const ROWS: Readonly<Record<string, { memgan: { mean: number; std: number } }>> = paper.table1.rows;

/** The average that the paper prints below its column. */
const PRINTED_MEAN: number = paper.table1.average.memgan;

/** The values of an array, each once, in order. */
function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)].sort((a, b) => a < b ? -1 : 1);
}

/**
 * Table 1 as Markdown.
 *
 * @param runs Completed runs on the test part, of one preprocessing and budget.
 * @param caption What was run: budget, command.
 * @returns The table with its caption.
 */
export function table1(runs: readonly TableRun[], caption: string): string {
  const cell = (method: Method, c: number) =>
    runs.filter(({ result }) => result.method === method && result.class === c).map(({ result }) => 100 * result.auroc);
  const classes = distinct(runs.map(({ result }) => result.class));
  const methods = METHODS.filter((method) => runs.some(({ result }) => result.method === method));
  const show = (values: readonly number[]) => {
    if (values.length === 0) return "–";
    const std = deviation(values);
    return mean(values).toFixed(1) + (std === undefined ? "" : ` ± ${std.toFixed(1)}`);
  };
  const lines = classes.map((c) => {
    const theirs = ROWS[String(c)]!.memgan;
    const ours = cell("memgan", c);
    const difference = ours.length === 0 ? "–" : signed(mean(ours) - theirs.mean);
    return [
      c,
      `${theirs.mean.toFixed(1)} ± ${theirs.std.toFixed(1)}`,
      ...methods.map((m) => show(cell(m, c))),
      difference,
    ];
  });
  const averages = methods.map((m) => {
    const means = classes.map((c) => cell(m, c)).filter((values) => values.length > 0).map(mean);
    return means.length === classes.length ? mean(means).toFixed(2) : "–";
  });
  const theirMean = mean(classes.map((c) => ROWS[String(c)]!.memgan.mean));
  const ourMean = Number(averages[methods.indexOf("memgan")]);
  const last = Number.isNaN(ourMean) ? "–" : signed(ourMean - theirMean);
  const seeds = distinct(runs.filter(({ result }) => result.method === "memgan").map(({ result }) => result.seed));
  const trained = distinct(
    runs.flatMap(({ spec }) =>
      spec.method === "memgan" ? `${spec.recipe.epochs} epochs of ${spec.recipe.k} steps` : []
    ),
  );
  const backends = distinct(runs.map(({ result }) => result.backend)).join(", ");
  const preprocessing = distinct(runs.map(({ spec }) => spec.preprocessing)).join(", ");
  return [
    `| digit | MEMGAN, paper | ${methods.map((m) => `${m}, ours`).join(" | ")} | memgan − paper |`,
    `|${" --- |".repeat(methods.length + 3)}`,
    ...lines.map((line) => `| ${line.join(" | ")} |`),
    `| **mean** | ${theirMean.toFixed(2)} | ${averages.join(" | ")} | ${last} |`,
    "",
    `AUROC in percent, higher score = more anomalous, label 1 = anomaly; ${caption}; ` +
    `protocol official (all normal training images, whole test part); preprocessing ${preprocessing} in every column of ours; ` +
    (trained.length > 0
      ? `memgan trained for ${trained.join(" or ")}, the last epoch reported, seed${seeds.length > 1 ? "s" : ""} ` +
        `${seeds.join(", ")}${seeds.length > 1 ? " (mean ± std, ddof 1)" : ""}; `
      : "") +
    `backend ${backends}.`,
    ...(classes.length === 10
      ? ["", `The paper prints ${PRINTED_MEAN.toFixed(1)} as the average; its ten cells give ${theirMean.toFixed(2)}.`]
      : []),
    "",
  ].join("\n");
}

function signed(value: number): string {
  return (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(1);
}

/** The completed runs that belong in a Table 1: on MNIST's test part, with the specs wanted if they are given. */
export async function tableRuns(root: string, wanted?: ReadonlySet<string>): Promise<TableRun[]> {
  const runs = (await completedRuns(root)).filter(({ spec }) => spec.dataset === "mnist" && spec.evaluate === "test");
  return wanted ? runs.filter(({ result }) => wanted.has(result.run)) : runs;
}

/** The folders of the runs that the store's `results.json` lists, so that runs of another budget do not mix in. */
async function listed(root: string): Promise<Set<string> | undefined> {
  try {
    const results: Result[] = JSON.parse(await Deno.readTextFile(join(root, "results.json")));
    return new Set(results.map(({ run }) => run));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new StoreError(`Cannot read "${join(root, "results.json")}": ${(error as Error).message}`);
  }
}

/** Writes `table1.md` and `results.json` of the given runs. */
export async function writeTable1(root: string, runs: readonly TableRun[], caption: string): Promise<string> {
  const text = table1(runs, caption);
  await writeWhole(join(root, "table1.md"), text);
  await writeWhole(join(root, "results.json"), JSON.stringify(runs.map(({ result }) => result), undefined, 1) + "\n");
  return text;
}

const command: Command<never> = {
  task: "table1",
  about: "Writes Table 1 (table1.md, results.json) from the runs in a store; trains nothing.",
  flags: {},
};

if (import.meta.main) {
  await runMain(command, async (given) => {
    const root = given.text("out") ?? "out";
    console.error("backend: none needed, Table 1 is made of stored results");
    const runs = await tableRuns(root, await listed(root));
    if (runs.length === 0) {
      throw new StoreError(
        `Cannot make Table 1: no completed run is in "${join(root, "runs")}"; run \`deno task reproduce\``,
      );
    }
    const text = await writeTable1(root, runs, `the runs of results.json`);
    console.log(given.on("json") ? JSON.stringify(runs.map(({ result }) => result)) : text);
  });
}
