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
import { hashOf } from "../src/experiments/run_spec.ts";
import { writeWhole } from "../src/platform/files.ts";
import type { Study } from "../src/experiments/studies.ts";
import { htmlPage } from "../src/report/page.ts";
import type { UnitsRow } from "../src/report/tables/sensitivity.ts";
import { compareUnits, sensitivityCsv, sensitivityMarkdown } from "../src/report/tables/sensitivity.ts";
import { tableRuns } from "./tables.ts";

/** Table 3 of the runs of the study of units in a store, or in a file of kept runs. */
export async function unitsComparison(
  { root, specs, budget }: Pick<Study, "root" | "specs" | "budget">,
): Promise<{ rows: UnitsRow[]; text: string }> {
  const found = await tableRuns(root, { dataset: "mnist", protocol: "official", runs: new Set(specs.map(hashOf)) });
  const rows = compareUnits(found, paper.table3);
  return { rows, text: sensitivityMarkdown({ rows, runs: found, budget }) };
}

/**
 * Writes Table 3 as Markdown, CSV, JSON and HTML.
 *
 * @param study The runs of the study of units.
 * @returns The files written, and the table as Markdown.
 */
export async function writeTable3(study: Study): Promise<{ files: string[]; text: string }> {
  const { rows, text } = await unitsComparison(study);
  const contents = {
    md: text,
    csv: sensitivityCsv(rows),
    json: JSON.stringify(rows, undefined, 1) + "\n",
    html: htmlPage("Table 3: MNIST, the number of memory units", text),
  };
  const files: string[] = [];
  for (const [kind, content] of Object.entries(contents)) {
    const file = join(study.root, `table3.${kind}`);
    await writeWhole(file, content);
    files.push(file);
  }
  return { files, text };
}
