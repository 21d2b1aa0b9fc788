/**
 * `deno task reproduce`: sets up what is missing, trains what the store lacks, writes tables, figures and the report.
 *
 * @module
 */

import { BUDGETS, METHODS } from "../experiments/method_names.ts";
import type { Command } from "./command.ts";
import { load, runMain } from "./command.ts";
import { taskLine } from "../platform/task.ts";
import { announceBackend, DATA_FLAGS, readDataFlags } from "./environment.ts";

const command: Command<
  "budget" | "methods" | "seeds" | "epochs" | "jobs" | keyof typeof DATA_FLAGS
> = {
  task: "reproduce",
  about:
    "Reproduces Table 1 and Figures 1 to 3 on MNIST, or Table 2 on CIFAR-10, and writes a report. Can be stopped and started again at any moment.",
  flags: {
    budget: { value: BUDGETS.join("|"), help: "how much (default: laptop)" },
    ...DATA_FLAGS,
    methods: { value: `all|${METHODS.join(",")}`, help: "the methods (default: the budget's)" },
    seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
    epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
    jobs: { value: "N", help: "runs at a time (default: one a core)" },
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
  const root = given.text("out") ?? "out";
  const jobs = given.whole("jobs", 1);
  const backend = await announceBackend(given);
  const { completeStore } = await load<typeof import("./train_missing.ts")>(import.meta.resolve("./train_missing.ts"));
  const { planAll, writeAll } = await load<typeof import("./reproduced.ts")>(import.meta.resolve("./reproduced.ts"));
  const plan = planAll(choice);
  const { dataset, protocol, data, budget } = choice;
  const all = [...plan.specs, ...plan.losses, ...plan.units];
  await completeStore(all, { root, dataset, protocol, data, backend, jobs, what: `budget ${budget}` });

  const asked = taskLine("reproduce", ...Deno.args);
  const { report, results, table } = await writeAll(root, choice, plan, asked);
  console.error(`report: ${report}`);
  console.log(given.on("json") ? JSON.stringify(results) : table);
});
