/**
 * Keeps the completed runs of a store for the repository: what each was, what it gave, how; no weights and no scores.
 *
 * ```sh
 * deno run -A tools/keep_results.ts out results/mnist
 * ```
 *
 * Runs on the test part go to the folder named; those of the search to `<folder>-search`.
 *
 * @module
 */

import { join } from "@std/path";
import { completedRuns, writeWhole } from "../src/experiments/store.ts";

const FILES = ["spec.json", "manifest.json", "metrics.json", "curve.csv"];

const [from, to] = Deno.args;
if (from === undefined || to === undefined) {
  console.error("Usage: deno run -A tools/keep_results.ts STORE FOLDER");
  Deno.exit(2);
}
for (const evaluate of ["test", "validation"] as const) {
  const folder = evaluate === "test" ? to : `${to}-search`;
  const runs = (await completedRuns(from)).filter(({ spec }) => spec.evaluate === evaluate);
  for (const { result: { run } } of runs) {
    await Deno.mkdir(join(folder, "runs", run), { recursive: true });
    for (const file of FILES) {
      await Deno.copyFile(join(from, "runs", run, file), join(folder, "runs", run, file)).catch((error) => {
        // A method that is not trained has no curve.
        if (file !== "curve.csv" || !(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
  }
  const kept = (await completedRuns(folder)).map(({ result }) => result);
  if (kept.length > 0) await writeWhole(join(folder, "results.json"), JSON.stringify(kept, undefined, 1) + "\n");
  console.log(`${folder}: ${kept.length} runs`);
}
