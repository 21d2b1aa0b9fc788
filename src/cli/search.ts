/**
 * `deno task search`: compares variants of MEMGAN's recipe by validation AUROC, out of training images alone.
 *
 * @module
 */

import { runAll } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { RunFolder } from "../experiments/store.ts";
import type { Variants } from "../report/variants.ts";
import { variantRows, VARIANTS, variantSpecs, variantTable } from "../report/variants.ts";
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

/** The variants in a file, by name. */
function readVariants(file: string, text: string): Variants {
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
  const root = given.text("out") ?? "out";
  const backend = await announceBackend(given);
  const missing: RunSpec[] = [];
  for (const spec of Object.values(variants).flatMap((each) => variantSpecs(each, classes, seeds).flat())) {
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
  const rows = await variantRows(root, variants, classes, seeds);
  console.log(given.on("json") ? JSON.stringify(rows) : variantTable(rows, classes));
  return failures.length > 0 ? 1 : 0;
});
