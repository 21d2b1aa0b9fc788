/**
 * `deno task reproduce`: sets up what is missing, trains what the store lacks, writes tables, figures and the report.
 *
 * @module
 */

import { BUDGETS, METHODS } from "../experiments/method_names.ts";
import { taskLine } from "../platform/task.ts";
import { withoutSecrets } from "../queue/address.ts";
import type { Command } from "./flags.ts";
import { callArguments, load, runMain } from "./command.ts";
import {
  announceBackend,
  DATA_FLAGS,
  JOBS_FLAG,
  outFolder,
  readDataFlags,
  readShard,
  SHARD_FLAG,
} from "./environment.ts";
import { QUEUE_FLAG, readQueue } from "./queue_flag.ts";

const command: Command<
  "budget" | "methods" | "seeds" | "epochs" | "jobs" | "queue" | "shard" | "dry-run" | keyof typeof DATA_FLAGS
> = {
  task: "reproduce",
  about:
    "Reproduces Table 1 and Figures 1 to 3 on MNIST, or Table 2 on CIFAR-10, and writes a report. It can be stopped at any moment and resumes with the same command.",
  flags: {
    budget: { value: BUDGETS.join("|"), help: "how much to run (default: laptop)" },
    ...DATA_FLAGS,
    methods: { value: `all|${METHODS.join(",")}`, help: "the methods (default: the budget's)" },
    seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
    epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
    jobs: JOBS_FLAG,
    queue: QUEUE_FLAG,
    shard: SHARD_FLAG,
    "dry-run": { help: "list the runs and what they cost in core-hours; do and write nothing" },
  },
};

await runMain(command, async (given) => {
  const choice = {
    ...readDataFlags(given),
    budget: given.choice("budget", BUDGETS) ?? "laptop",
    methods: given.text("methods") === "all" ? METHODS : given.several("methods", METHODS),
    seeds: given.wholes("seeds"),
    epochs: given.whole("epochs", 1),
  };
  const [jobs, shard, isDry] = [given.whole("jobs", 1), readShard(given), given.on("dry-run")];
  const queue = await readQueue(given, choice.dataset === "cifar10");
  const root = isDry ? given.text("out") ?? "out" : await outFolder(given);
  const { announce, fillGap, findGap } = await load<typeof import("./train_missing.ts")>(
    import.meta.resolve("./train_missing.ts"),
  );
  const { planAll, wantedOf } = await load<typeof import("../experiments/plan.ts")>(
    import.meta.resolve("../experiments/plan.ts"),
  );
  const { partsOf, priceOf, resultsOf, secondsOf, whatIsPlanned, writeAll } = await load<
    typeof import("./reproduced.ts")
  >(
    import.meta.resolve("./reproduced.ts"),
  );
  const { PartTimes } = await load<typeof import("./part_times.ts")>(import.meta.resolve("./part_times.ts"));
  const times = await PartTimes.read();
  const plan = planAll(choice);
  const wanted = wantedOf(plan, shard);
  const parts = shard === undefined ? await partsOf(root, choice, plan) : [];
  const gap = await findGap(root, wanted, jobs, parts.length === 0 ? 0 : secondsOf(parts, times));
  const share = shard && `shard ${shard.index}/${shard.count}`;
  announce([whatIsPlanned(choice, plan), share].filter(Boolean).join("; "), gap, queue);
  if (isDry) {
    const { runs, text } = await priceOf(choice, wanted, gap.done);
    console.log(given.on("json") ? JSON.stringify(runs) : text);
    return;
  }
  const backend = await announceBackend(given);
  await fillGap(gap, { ...choice, backend, queue });
  await Deno.permissions.revoke({ name: "net" });
  if (shard !== undefined) {
    const results = await resultsOf(root, wanted);
    const line = `${share}: ${results.length} runs done; without --shard the call writes the tables`;
    console.log(given.on("json") ? JSON.stringify(results) : line);
    return;
  }

  const asked = taskLine("reproduce", ...withoutSecrets(callArguments()));
  const { report, results, brief } = await writeAll(root, choice, plan, parts, times, asked);
  // As with runs, the estimate is of the native backend.
  if (backend.name === "native") await times.keep();
  if (given.on("json")) {
    console.error(`report: ${report}`);
    console.log(JSON.stringify(results));
  } else console.log(`${brief}\n\nreport: ${report}`);
});
