/**
 * Keeps the completed runs of a store for the repository: what each was, what it gave, how; no weights and no scores. Those of a
 * table, of a search, or of section 7's studies.
 *
 * ```sh
 * deno run -A tools/keep_results.ts out results/mnist test
 * deno run -A tools/keep_results.ts out results/mnist-search validation
 * deno run -A tools/keep_results.ts out results/mnist-studies studies
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { completedRuns, readIfThere, writeWhole } from "../src/experiments/store.ts";
import { isOfStudyAlone, LOSS_STUDY, planStudy, UNITS_STUDY } from "../src/experiments/studies.ts";

const FILES = ["spec.json", "manifest.json", "metrics.json", "curve.csv"];

/** Copies a file, where there is one. */
async function copy(from: string, to: string): Promise<void> {
  const bytes = await readIfThere(from);
  if (bytes !== undefined) await writeWhole(to, bytes);
}

const studied = new Set(
  planStudy([...LOSS_STUDY, ...UNITS_STUDY], { budget: "laptop" }).map(hashOf),
);
const KINDS: Readonly<Record<string, (spec: RunSpec) => boolean>> = {
  test: (spec) => spec.evaluate === "test" && !isOfStudyAlone(spec),
  validation: (spec) => spec.evaluate === "validation",
  studies: (spec) => studied.has(hashOf(spec)),
};

const [from, to, kind] = Deno.args;
const wanted = KINDS[kind ?? ""];
if (from === undefined || to === undefined || wanted === undefined) {
  console.error(`Usage: deno run -A tools/keep_results.ts STORE FOLDER ${Object.keys(KINDS).join("|")}`);
  Deno.exit(2);
}
for (const { spec, result: { run } } of await completedRuns(from)) {
  if (!wanted(spec)) continue;
  await Deno.mkdir(join(to, "runs", run), { recursive: true });
  // A method that is not trained has no curve.
  for (const file of FILES) await copy(join(from, "runs", run, file), join(to, "runs", run, file));
}
// Of an ablation: what was changed.
await copy(join(from, "change.json"), join(to, "change.json"));
const kept = (await completedRuns(to)).map(({ result }) => result);
await writeWhole(join(to, "results.json"), JSON.stringify(kept, undefined, 1) + "\n");
console.log(`${to}: ${kept.length} runs`);
