/**
 * `deno task search`: compares variants of MEMGAN's recipe by validation AUROC, out of training images alone.
 *
 * @module
 */

import { z } from "zod";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import { PREPROCESSING } from "../detectors/recipe.ts";
import { runAll } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { DEFAULT_RECIPES, hashOf, RECIPE_CHANGES, RUN_SPEC } from "../experiments/run_spec.ts";
import { completedRuns, RunFolder } from "../experiments/store.ts";
import { mean } from "../report/statistics.ts";
import type { Command } from "./command.ts";
import { runMain, UsageError } from "./command.ts";
import { announceBackend, checkClasses, commitHash, progressTo } from "./surroundings.ts";

const command: Command<"variants" | "classes" | "seeds" | "jobs" | "data"> = {
  task: "search",
  about:
    "Compares variants of MEMGAN's recipe by validation AUROC: held-out normal training images against training images\n" +
    "of the other classes (spec/choices.md). No test image is read.",
  flags: {
    variants: {
      value: "FILE",
      help: 'JSON: {"name": {"preprocessing": "std", "batch": 32, …}, …}, each over the default recipe',
    },
    classes: { value: "0,5", help: "the normal classes (default: 3,8)" },
    seeds: { value: "0,1", help: "the seeds (default: 0)" },
    jobs: { value: "N", help: "runs at a time (default: one a core)" },
    data: { value: "DIR", help: "the folder of the four MNIST files (default: MEMGAN_DATA, else the npm package)" },
  },
};

const VARIANTS = z.record(
  z.string(),
  RECIPE_CHANGES.extend({ preprocessing: z.enum(PREPROCESSINGS).default(PREPROCESSING) }),
);

/** The variants in a file, by name. */
function readVariants(file: string, text: string): z.infer<typeof VARIANTS> {
  const checked = VARIANTS.safeParse(parseJson(file, text));
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  throw new UsageError(`Cannot read the variants in "${file}": ${path.join(".")}: ${message}`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot read the variants in "${file}": it is not JSON (${(error as Error).message})`);
  }
}

await runMain(command, async (given) => {
  const file = given.text("variants");
  if (file === undefined) throw new UsageError("search needs --variants FILE");
  const variants = readVariants(file, await Deno.readTextFile(file));
  const [classes, seeds] = [checkClasses(given.wholes("classes")) ?? [3, 8], given.wholes("seeds") ?? [0]];
  const specsOf = ({ preprocessing, ...changes }: z.infer<typeof VARIANTS>[string]): RunSpec[] =>
    seeds.flatMap((seed) =>
      classes.map((c) =>
        RUN_SPEC.parse({
          method: "memgan",
          dataset: "mnist",
          protocol: "official",
          evaluate: "validation",
          class: c,
          seed,
          preprocessing,
          recipe: { ...DEFAULT_RECIPES.memgan, ...changes },
        })
      )
    );
  const root = given.text("out") ?? "out";
  const backend = await announceBackend(given);
  const missing: RunSpec[] = [];
  for (const spec of Object.values(variants).flatMap(specsOf)) {
    if (!await new RunFolder(root, spec).isDone()) missing.push(spec);
  }
  const failures = await runAll(missing, {
    root,
    backend: backend.name,
    data: given.text("data") ?? Deno.env.get("MEMGAN_DATA"),
    commit: await commitHash(),
    jobs: given.whole("jobs", 1) ?? navigator.hardwareConcurrency,
    ...progressTo(),
  });
  const aurocs = new Map((await completedRuns(root)).map(({ spec, result }) => [hashOf(spec), result.auroc]));
  const rows = Object.entries(variants).map(([variant, changes]) => {
    const byClass = classes.map((c) =>
      mean(specsOf(changes).filter((spec) => spec.class === c).map((spec) => aurocs.get(hashOf(spec)) ?? NaN))
    );
    return { variant, byClass, mean: mean(byClass) };
  });
  if (given.on("json")) console.log(JSON.stringify(rows));
  else {
    console.log(`| variant | ${classes.map((c) => `class ${c}`).join(" | ")} | mean |`);
    console.log(`|${" --- |".repeat(classes.length + 2)}`);
    for (const row of rows) {
      console.log(`| ${row.variant} | ${[...row.byClass, row.mean].map((v) => (100 * v).toFixed(2)).join(" | ")} |`);
    }
  }
  return failures.length > 0 ? 1 : 0;
});
