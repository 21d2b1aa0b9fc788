/**
 * `deno task search`: compares variants of MEMGAN's recipe by validation AUROC, out of training images alone.
 *
 * @module
 */

import { z } from "zod";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import { startBackend } from "../engine/backend.ts";
import { runAll } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { DEFAULT_RECIPES, hashOf, RUN_SPEC } from "../experiments/run_spec.ts";
import { completedRuns, RunFolder } from "../experiments/store.ts";
import type { Command } from "./command.ts";
import { runMain, UsageError } from "./command.ts";
import { commitHash, progressTo } from "./surroundings.ts";

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
    data: { value: "DIR", help: "the folder of the four MNIST files (default: the npm package)" },
  },
};

const VARIANTS = z.record(z.string(), z.looseObject({ preprocessing: z.enum(PREPROCESSINGS).default("std") }));

await runMain(command, async (given) => {
  const file = given.text("variants");
  if (file === undefined) throw new UsageError("search needs --variants FILE");
  const variants = VARIANTS.parse(JSON.parse(await Deno.readTextFile(file)));
  const [classes, seeds] = [given.wholes("classes") ?? [3, 8], given.wholes("seeds") ?? [0]];
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
  const backend = await startBackend({ only: undefined, say: (line) => console.error(line) });
  console.error(`backend: ${backend.name}, ${backend.reason}`);
  const missing: RunSpec[] = [];
  for (const spec of Object.values(variants).flatMap(specsOf)) {
    if (!await new RunFolder(root, spec).isDone()) missing.push(spec);
  }
  const failures = await runAll(missing, {
    root,
    backend: backend.name,
    data: given.text("data"),
    commit: await commitHash(),
    jobs: given.whole("jobs", 1) ?? navigator.hardwareConcurrency,
    ...progressTo(),
  });
  const aurocs = new Map((await completedRuns(root)).map(({ spec, result }) => [hashOf(spec), result.auroc]));
  console.log(
    `| variant | ${classes.map((c) => `class ${c}`).join(" | ")} | mean |\n|${" --- |".repeat(classes.length + 2)}`,
  );
  for (const [name, variant] of Object.entries(variants)) {
    const byClass = classes.map((c) => {
      const values = specsOf(variant).filter((spec) => spec.class === c).map((spec) => aurocs.get(hashOf(spec)) ?? NaN);
      return 100 * values.reduce((a, b) => a + b) / values.length;
    });
    const mean = byClass.reduce((a, b) => a + b) / byClass.length;
    console.log(`| ${name} | ${[...byClass, mean].map((value) => value.toFixed(2)).join(" | ")} |`);
  }
  return failures.length > 0 ? 1 : 0;
});
