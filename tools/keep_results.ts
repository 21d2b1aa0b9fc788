/**
 * Keeps the completed runs of a store with the sources, a line each: those of a table, of a search, of section 7's studies, or of one
 * ablation. Runs that are kept already are replaced; those that are still being made are left for the next time.
 *
 * ```sh
 * deno run -A tools/keep_results.ts out results/mnist.jsonl test
 * deno run -A tools/keep_results.ts out results/mnist-search.jsonl validation
 * deno run -A tools/keep_results.ts out results/mnist-studies.jsonl studies
 * deno run -A tools/keep_results.ts out results/mnist-search-2.jsonl mnist-search-2
 * deno run -A tools/keep_results.ts out/ablation/choice-norm results/mnist-ablation.jsonl validation
 * ```
 *
 * @module
 */

import { z } from "zod";
import { basename, join } from "@std/path";
import { keepRuns } from "../src/experiments/completed.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { isOfStudyAlone, LOSS_STUDY, planStudy, UNITS_STUDY } from "../src/experiments/studies.ts";
import { readAs } from "../src/platform/files.ts";
import { STAGED } from "../src/report/tables/staged_search.ts";
import { VARIANTS, variantSpecs } from "../src/report/tables/variants.ts";
import cifar10 from "../spec/search-cifar10-2.json" with { type: "json" };
import mnist from "../spec/search-mnist-2.json" with { type: "json" };

const studied = new Set(planStudy([...LOSS_STUDY, ...UNITS_STUDY], { budget: "laptop" }).map(hashOf));

/** The runs of the search by `search-rule` on a data set, its losers included. */
function searched(dataset: keyof typeof STAGED, file: unknown): ReadonlySet<string> {
  const { classes, seeds, field } = STAGED[dataset];
  const specs = Object.values(VARIANTS.parse(file)).flatMap((each) => variantSpecs(each, classes, seeds, field).flat());
  return new Set(specs.map(hashOf));
}

const [store, file, kind] = Deno.args;
/** A store may have the runs of several data sets; a file is of the one that it is named after. */
const isOfTheFile = ({ dataset }: RunSpec) => basename(file!).startsWith(dataset);

const [mnistSearch, cifar10Search] = [searched("mnist", mnist), searched("cifar10", cifar10)];
const KINDS: Readonly<Record<string, (spec: RunSpec) => boolean>> = {
  test: (spec) => spec.evaluate === "test" && !isOfStudyAlone(spec) && isOfTheFile(spec),
  validation: (spec) => spec.evaluate === "validation" && isOfTheFile(spec),
  studies: (spec) => studied.has(hashOf(spec)),
  "mnist-search-2": (spec) => mnistSearch.has(hashOf(spec)),
  "cifar10-search-2": (spec) => cifar10Search.has(hashOf(spec)),
};

const wanted = KINDS[kind ?? ""];
if (store === undefined || file === undefined || wanted === undefined) {
  console.error(`Usage: deno run -A tools/keep_results.ts STORE FILE ${Object.keys(KINDS).join("|")}`);
  Deno.exit(2);
}
const change = await readAs(z.looseObject({ clause: z.string() }), join(store, "change.json"));
const count = await keepRuns(file, store, wanted, change);
console.log(`${file}: ${count} runs`);
