/**
 * `deno task search`: compares variants of MEMGAN's recipe by validation AUROC, out of training images alone.
 *
 * @module
 */

import type { DatasetName } from "../data/dataset.ts";
import type { Backend } from "../engine/backend.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import type { Variants } from "../report/tables/variants.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend, DATA_FLAGS, JOBS_FLAG, outFolder, readDataFlags } from "./environment.ts";
import { StoreError } from "../platform/files.ts";
import { QUEUE_FLAG, readQueue } from "./queue_flag.ts";

const command: Command<"variants" | "seeds" | "within" | "kept" | "jobs" | "queue" | keyof typeof DATA_FLAGS> = {
  task: "search",
  about:
    "Compares variants of a recipe by validation AUROC: held-out normal training images against training images\n" +
    "of the other classes (spec/choices.md, spec/search.md). No test image is read.",
  flags: {
    variants: {
      value: "FILE",
      help:
        'JSON: {"name": {"preprocessing": "std", "batch": 32, …}, …}, each over the recipe of memgan or its "method"',
    },
    ...DATA_FLAGS,
    seeds: { value: "0,1", help: "the seeds (default: 0)" },
    within: {
      value: "0.01",
      help: "in stages: other seeds than the first only for variants this near its best AUROC (spec/search.md)",
    },
    kept: { value: "FILE", help: "runs that are kept, results/NAME.jsonl: they are not made again" },
    jobs: JOBS_FLAG,
    queue: QUEUE_FLAG,
  },
};

/** The classes that recipes were chosen on. */
const CLASSES: Readonly<Record<DatasetName, number[]>> = { mnist: [3, 8], cifar10: [0, 1, 9] };

/** The variants in a file, by name. */
async function readVariants(file: string): Promise<Variants> {
  const { VARIANTS } = await load<typeof import("../report/tables/variants.ts")>(
    import.meta.resolve("../report/tables/variants.ts"),
  );
  const { parseAs } = await load<typeof import("../platform/json.ts")>(import.meta.resolve("../platform/json.ts"));
  const bytes = await Deno.readFile(file).catch((error: Error) => {
    throw new StoreError(`Cannot read the variants in "${file}": ${error.message}`);
  });
  try {
    return parseAs(VARIANTS, bytes);
  } catch (error) {
    throw new UsageError(`Cannot read the variants in "${file}": ${(error as Error).message}`);
  }
}

await runMain(command, async (given) => {
  const file = given.text("variants");
  if (file === undefined) throw new UsageError("search needs --variants FILE");
  const { dataset, protocol, classes = CLASSES[dataset], data } = readDataFlags(given);
  const [field, seeds, jobs] = [{ dataset, protocol }, given.wholes("seeds") ?? [0], given.whole("jobs", 1)];
  const queue = await readQueue(given, dataset === "cifar10");
  const variants = await readVariants(file);
  const within = given.share("within");
  const root = await outFolder(given);
  const { variantRows, variantSpecs, variantTable } = await load<typeof import("../report/tables/variants.ts")>(
    import.meta.resolve("../report/tables/variants.ts"),
  );
  const { stagedTable, standingOf } = await load<typeof import("../report/tables/staged_search.ts")>(
    import.meta.resolve("../report/tables/staged_search.ts"),
  );
  const { announce, fillGap, findGap } = await load<typeof import("./train_missing.ts")>(
    import.meta.resolve("./train_missing.ts"),
  );
  const { completedRuns } = await load<typeof import("../experiments/completed.ts")>(
    import.meta.resolve("../experiments/completed.ts"),
  );
  const { hashOf } = await load<typeof import("../experiments/run_spec.ts")>(
    import.meta.resolve("../experiments/run_spec.ts"),
  );
  const kept = given.text("kept");
  if (kept !== undefined && !await Deno.stat(kept).then(({ isFile }) => isFile, () => false)) {
    throw new StoreError(`--kept wants a file of kept runs, results/NAME.jsonl; "${kept}" is none`);
  }
  const done = new Set(kept === undefined ? [] : (await completedRuns(kept)).map(({ result }) => result.run));
  const places = kept === undefined ? root : [kept, root];
  let backend: Backend | undefined;
  const tryOut = async (what: string, names: readonly string[], seeds: readonly number[]) => {
    const all: RunSpec[] = names.flatMap((name) => variantSpecs(variants[name]!, classes, seeds, field).flat());
    const specs = all.filter((spec) => !done.has(hashOf(spec)));
    const gap = await findGap(root, specs, jobs, 0);
    announce(`${what} in ${file}${kept === undefined ? "" : `; ${all.length - specs.length} kept`}`, gap, queue);
    backend ??= await announceBackend(given);
    await fillGap(gap, { dataset, protocol, data, backend, queue });
  };
  const all = Object.keys(variants);
  if (within === undefined) {
    await tryOut("variants", all, seeds);
    await Deno.permissions.revoke({ name: "net" });
    const rows = await variantRows(places, variants, classes, seeds, field);
    console.log(given.on("json") ? JSON.stringify(rows) : variantTable(rows, classes, field));
    return;
  }
  const search = { variants, classes, seeds, within, field };
  await tryOut("first stage: variants", all, seeds.slice(0, 1));
  const { remaining } = await standingOf(places, search);
  await tryOut("second stage: those near the best", remaining, seeds);
  await Deno.permissions.revoke({ name: "net" });
  const standing = await standingOf(places, search);
  console.log(given.on("json") ? JSON.stringify(standing) : stagedTable(standing, search));
});
