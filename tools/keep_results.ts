/**
 * Keeps the completed runs of a store for the repository: what each was, what it gave, how; no weights and no scores.
 *
 * ```sh
 * deno run -A tools/keep_results.ts out results/mnist test
 * deno run -A tools/keep_results.ts out results/mnist-search validation
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import { completedRuns, writeWhole } from "../src/experiments/store.ts";

const FILES = ["spec.json", "manifest.json", "metrics.json", "curve.csv"];

/** Copies a file; `false` where there is none. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await Deno.copyFile(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const [from, to, evaluate] = Deno.args;
if (from === undefined || to === undefined || (evaluate !== "test" && evaluate !== "validation")) {
  console.error("Usage: deno run -A tools/keep_results.ts STORE FOLDER test|validation");
  Deno.exit(2);
}
for (const { spec, result: { run } } of await completedRuns(from)) {
  if (spec.evaluate !== evaluate) continue;
  await Deno.mkdir(join(to, "runs", run), { recursive: true });
  // A method that is not trained has no curve.
  for (const file of FILES) await copied(join(from, "runs", run, file), join(to, "runs", run, file));
}
// Of an ablation: what was changed.
await copied(join(from, "change.json"), join(to, "change.json"));
const kept = (await completedRuns(to)).map(({ result }) => result);
await writeWhole(join(to, "results.json"), JSON.stringify(kept, undefined, 1) + "\n");
console.log(`${to}: ${kept.length} runs`);
