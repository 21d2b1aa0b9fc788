/**
 * `deno task search`: compares variants of MEMGAN's recipe by validation AUROC, out of training images alone.
 *
 * @module
 */

import type { DatasetName } from "../data/dataset.ts";
import type { Variants } from "../report/tables/variants.ts";
import type { Command } from "./command.ts";
import { load, runMain, UsageError } from "./command.ts";
import { announceBackend, DATA_FLAGS, JOBS_FLAG, outFolder, readDataFlags } from "./environment.ts";
import { QUEUE_FLAG, readQueue } from "./queue_flag.ts";

const command: Command<"variants" | "seeds" | "jobs" | "queue" | keyof typeof DATA_FLAGS> = {
  task: "search",
  about:
    "Compares variants of a recipe by validation AUROC: held-out normal training images against training images\n" +
    "of the other classes (spec/choices.md). No test image is read.",
  flags: {
    variants: {
      value: "FILE",
      help:
        'JSON: {"name": {"preprocessing": "std", "batch": 32, …}, …}, each over the recipe of memgan or its "method"',
    },
    ...DATA_FLAGS,
    seeds: { value: "0,1", help: "the seeds (default: 0)" },
    jobs: JOBS_FLAG,
    queue: QUEUE_FLAG,
  },
};

/** The classes that recipes were chosen on. */
const CLASSES: Readonly<Record<DatasetName, number[]>> = { mnist: [3, 8], cifar10: [0, 1, 9] };

/** The variants in a file, by name. */
async function readVariants(file: string): Promise<Variants> {
  const text = await Deno.readFile(file);
  const { VARIANTS } = await load<typeof import("../report/tables/variants.ts")>(
    import.meta.resolve("../report/tables/variants.ts"),
  );
  const { parseAs } = await load<typeof import("../platform/json.ts")>(import.meta.resolve("../platform/json.ts"));
  try {
    return parseAs(VARIANTS, text);
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
  const root = await outFolder(given);
  const { variantRows, variantSpecs, variantTable } = await load<typeof import("../report/tables/variants.ts")>(
    import.meta.resolve("../report/tables/variants.ts"),
  );
  const { announce, fillGap, findGap } = await load<typeof import("./train_missing.ts")>(
    import.meta.resolve("./train_missing.ts"),
  );
  const specs = Object.values(variants).flatMap((each) => variantSpecs(each, classes, seeds, field).flat());
  const gap = await findGap(root, specs, jobs, 0);
  announce(`variants in ${file}`, gap, queue);
  await fillGap(gap, { dataset, protocol, data, backend: await announceBackend(given), queue });
  const rows = await variantRows(root, variants, classes, seeds, field);
  console.log(given.on("json") ? JSON.stringify(rows) : variantTable(rows, classes, field));
});
