/**
 * Keeps the completed runs of a store with the sources, a line each: those of a table, of a search, of section 7's studies, or of one
 * ablation. Runs that are kept already are replaced.
 *
 * ```sh
 * deno run -A tools/keep_results.ts out results/mnist.jsonl test
 * deno run -A tools/keep_results.ts out results/mnist-search.jsonl validation
 * deno run -A tools/keep_results.ts out results/mnist-studies.jsonl studies
 * deno run -A tools/keep_results.ts out/ablation/choice-norm results/mnist-ablation.jsonl validation
 * ```
 *
 * @module
 */

import { z } from "zod";
import { join } from "@std/path";
import { keepRuns } from "../src/experiments/completed.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { isOfStudyAlone, LOSS_STUDY, planStudy, UNITS_STUDY } from "../src/experiments/studies.ts";
import { readAs } from "../src/platform/files.ts";

const studied = new Set(planStudy([...LOSS_STUDY, ...UNITS_STUDY], { budget: "laptop" }).map(hashOf));
const KINDS: Readonly<Record<string, (spec: RunSpec) => boolean>> = {
  test: (spec) => spec.evaluate === "test" && !isOfStudyAlone(spec),
  validation: (spec) => spec.evaluate === "validation",
  studies: (spec) => studied.has(hashOf(spec)),
};

const [store, file, kind] = Deno.args;
const wanted = KINDS[kind ?? ""];
if (store === undefined || file === undefined || wanted === undefined) {
  console.error(`Usage: deno run -A tools/keep_results.ts STORE FILE ${Object.keys(KINDS).join("|")}`);
  Deno.exit(2);
}
const change = await readAs(z.looseObject({ clause: z.string() }), join(store, "change.json"));
const count = await keepRuns(file, store, wanted, change);
console.log(`${file}: ${count} runs`);
