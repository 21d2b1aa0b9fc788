/**
 * Whether `fit` and `score` on folders of PNGs give what the same method has in Table 1 or 2.
 *
 * @module
 */

import { join } from "@std/path";
import { completedRuns } from "../src/experiments/completed.ts";
import { markdownTable } from "../src/report/tables/markdown.ts";
import { NORMAL_CLASS } from "./image_plan.ts";
import type { BenchResult } from "./table.ts";

/** What the data sets are in the tables: their own size. */
const OWN_SIZE = { mnist: "28", cifar10: "32 colour" } as const;

/**
 * The rows that a table has too: the same method and preprocessing on the same class, seed 0, with its own schedule.
 *
 * @param result What was measured.
 * @param results The folder of the kept runs.
 * @returns The table.
 */
export async function agreementTable({ rows }: BenchResult, results: string): Promise<string> {
  const lines: string[][] = [];
  for (const dataset of ["mnist", "cifar10"] as const) {
    const runs = (await completedRuns(join(results, `${dataset}.jsonl`)))
      .filter(({ spec }) => spec.class === NORMAL_CLASS[dataset] && spec.seed === 0 && spec.evaluate === "test");
    for (const { source, size, method, preprocessing, auroc, epochs } of rows) {
      if (source !== dataset || size !== OWN_SIZE[dataset] || epochs !== 0) continue;
      const run = runs.find(({ spec }) => spec.method === method && spec.preprocessing === preprocessing);
      if (run === undefined) continue;
      const [here, there] = [100 * Number(auroc), 100 * run.result.auroc];
      lines.push([
        dataset,
        `${method}, ${preprocessing}`,
        here.toFixed(1),
        there.toFixed(1),
        (Math.round(10 * (here - there)) / 10 + 0).toFixed(1),
      ]);
    }
  }
  return markdownTable(["data set", "method", "by fit and score", "in the table", "difference"], lines);
}
