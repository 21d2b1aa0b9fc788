/**
 * Whether `fit` and `score` on folders of PNGs give what the same method has in Table 1 or 2.
 *
 * @module
 */

import { join } from "@std/path";
import { completedRuns } from "../src/experiments/completed.ts";
import { mean } from "../src/experiments/statistics.ts";
import { signed } from "../src/report/tables/format.ts";
import { markdownTable } from "../src/report/tables/markdown.ts";
import { NORMAL_CLASS } from "./image_plan.ts";
import type { BenchResult } from "./table.ts";

/** What the data sets are in the tables: their own size. */
const OWN_SIZE = { mnist: "28", cifar10: "32 colour" } as const;

/**
 * The rows that a table has too: the same method and preprocessing on the same class, with its own schedule; there the mean over
 * seeds.
 *
 * @param result What was measured.
 * @param results The folder of the kept runs.
 * @returns The table.
 */
export async function agreementTable({ rows }: BenchResult, results: string): Promise<string> {
  const lines: string[][] = [];
  for (const dataset of ["mnist", "cifar10"] as const) {
    const runs = (await completedRuns(join(results, `${dataset}.jsonl`)))
      .filter(({ spec }) => spec.class === NORMAL_CLASS[dataset] && spec.evaluate === "test");
    for (const { source, size, method, preprocessing, auroc, epochs } of rows) {
      if (source !== dataset || size !== OWN_SIZE[dataset] || epochs !== 0) continue;
      const same = runs.filter(({ spec }) => spec.method === method && spec.preprocessing === preprocessing);
      if (same.length === 0) continue;
      // As the table prints it: what is subtracted is what a reader sees.
      const printed = (value: number) => Number((100 * value).toFixed(1));
      const [here, there] = [printed(Number(auroc)), printed(mean(same.map(({ result }) => result.auroc)))];
      lines.push([
        dataset,
        `${method}, ${preprocessing}`,
        here.toFixed(1),
        there.toFixed(1),
        signed(here - there),
      ]);
    }
  }
  return markdownTable(["data set", "method", "by fit and score", "in the table", "difference"], lines);
}
