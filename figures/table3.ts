/**
 * Table 3: MEMGAN's AUROC on three digits with fewer and with more memory units, the paper beside ours.
 *
 * ```sh
 * deno task table3 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import paper from "../spec/tables.json" with { type: "json" };
import type { Command } from "../src/cli/command.ts";
import { runMain } from "../src/cli/command.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { writeWhole } from "../src/experiments/store.ts";
import { UNITS_STUDY } from "../src/experiments/studies.ts";
import type { PaperTable } from "../src/report/comparison.ts";
import { htmlPage } from "../src/report/page.ts";
import type { Sensitivity } from "../src/report/sensitivity.ts";
import { compareUnits, sensitivityCsv, sensitivityMarkdown } from "../src/report/sensitivity.ts";
import { completeStudy, STUDY_FLAGS } from "./study.ts";
import { tableRuns } from "./tables.ts";

/**
 * Table 3 out of a store's runs.
 *
 * @param root The store's folder.
 * @param runs The folders of the study's runs.
 * @param budget What chose them.
 * @returns The comparison.
 */
export async function table3(root: string, runs: ReadonlySet<string>, budget: string): Promise<Sensitivity> {
  const found = await tableRuns(root, { dataset: "mnist", protocol: "official", runs });
  const table: PaperTable = paper.table3;
  return { rows: compareUnits(found, table), runs: found, budget };
}

const command: Command<keyof typeof STUDY_FLAGS> = {
  task: "table3",
  about:
    "Writes Table 3 (table3.md, .csv, .json, .html): digits 0, 1 and 5 with 25, 50, 100 and 200 memory units. Trains the\n" +
    "runs that the store lacks; can be stopped and started again at any moment.",
  flags: STUDY_FLAGS,
};

if (import.meta.main) {
  await runMain(command, async (given) => {
    const { root, specs, budget } = await completeStudy(given, "table 3", UNITS_STUDY);
    const sensitivity = await table3(root, new Set(specs.map(hashOf)), budget);
    const text = sensitivityMarkdown(sensitivity);
    const json = JSON.stringify(sensitivity.rows, undefined, 1) + "\n";
    await writeWhole(join(root, "table3.md"), text);
    await writeWhole(join(root, "table3.csv"), sensitivityCsv(sensitivity.rows));
    await writeWhole(join(root, "table3.json"), json);
    await writeWhole(join(root, "table3.html"), htmlPage("Table 3: MNIST, the number of memory units", text));
    console.log(given.on("json") ? json : text);
  });
}
