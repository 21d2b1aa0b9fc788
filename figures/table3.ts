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
import { htmlPage } from "../src/report/page.ts";
import { compareUnits, sensitivityCsv, sensitivityMarkdown } from "../src/report/sensitivity.ts";
import type { Study } from "./study.ts";
import { completeStudy, STUDY_FLAGS } from "./study.ts";
import { tableRuns } from "./tables.ts";

/**
 * Writes Table 3 as Markdown, CSV, JSON and HTML.
 *
 * @param study The runs of the study of units.
 * @returns The files written, and the table as Markdown.
 */
export async function writeTable3({ root, specs, budget }: Study): Promise<{ files: string[]; text: string }> {
  const found = await tableRuns(root, { dataset: "mnist", protocol: "official", runs: new Set(specs.map(hashOf)) });
  const rows = compareUnits(found, paper.table3);
  const text = sensitivityMarkdown({ rows, runs: found, budget });
  const contents = {
    md: text,
    csv: sensitivityCsv(rows),
    json: JSON.stringify(rows, undefined, 1) + "\n",
    html: htmlPage("Table 3: MNIST, the number of memory units", text),
  };
  const files: string[] = [];
  for (const [kind, content] of Object.entries(contents)) {
    const file = join(root, `table3.${kind}`);
    await writeWhole(file, content);
    files.push(file);
  }
  return { files, text };
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
    const study = await completeStudy(given, "table 3", UNITS_STUDY);
    const { text } = await writeTable3(study);
    console.log(given.on("json") ? await Deno.readTextFile(join(study.root, "table3.json")) : text);
  });
}
