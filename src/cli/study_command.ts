/**
 * What the commands of section 7's studies share: their flags, and the runs that they train where a store lacks them.
 *
 * @module
 */

import { callArguments, load } from "./command.ts";
import { taskLine } from "../platform/task.ts";
import { withoutSecrets } from "../queue/address.ts";
import { BUDGETS } from "../experiments/method_names.ts";
import type { Study } from "../experiments/studies.ts";
import type { Command, Given } from "./flags.ts";
import { announceBackend, DATA_FLAGS, JOBS_FLAG, outFolder } from "./environment.ts";
import { QUEUE_FLAG, readQueue } from "./queue_flag.ts";
import { userDataFolder } from "../platform/data_folder.ts";

/** The flags of a study's command. */
export const STUDY_FLAGS = {
  budget: { value: BUDGETS.join("|"), help: "how much to run (default: laptop, three seeds)" },
  seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
  epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
  jobs: JOBS_FLAG,
  queue: QUEUE_FLAG,
  data: DATA_FLAGS.data,
  train: { help: "train the runs that the store lacks, for an hour or two on 2 cores" },
} as const satisfies Command<string>["flags"];

/** Runs of a study are missing, and nobody said that they be trained. */
class MissingRunsError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "MissingRunsError";
  }
}

/**
 * Reads the flags, says what the store lacks and trains it where that was asked for, and starts a backend.
 *
 * @param given The flags.
 * @param task The study's task.
 * @param changes What it compares.
 * @returns The study, with all its runs.
 * @throws {MissingRunsError} If runs are missing and `--train` was not given.
 */
export async function completeStudy(
  given: Given<keyof typeof STUDY_FLAGS>,
  task: "fig4" | "table3",
  changes: "LOSS_STUDY" | "UNITS_STUDY",
): Promise<Study> {
  const budget = given.choice("budget", BUDGETS) ?? "laptop";
  const [seeds, epochs, jobs] = [given.wholes("seeds"), given.whole("epochs", 1), given.whole("jobs", 1)];
  const data = given.text("data") ?? userDataFolder();
  const queue = await readQueue(given, false);
  const studies = await load<typeof import("../experiments/studies.ts")>(
    import.meta.resolve("../experiments/studies.ts"),
  );
  const { announce, fillGap, findGap, timeOf } = await load<typeof import("./train_missing.ts")>(
    import.meta.resolve("./train_missing.ts"),
  );
  const specs = studies.planStudy(studies[changes], { budget, seeds, epochs });
  const folder = given.text("out") ?? "out";
  const gap = await findGap(folder, specs, jobs, 0);
  if (gap.missing.length > 0 && !given.on("train")) {
    throw new MissingRunsError(
      `Cannot make ${task}: of its ${gap.wanted} runs ${gap.missing.length} are not in "${folder}/runs"; ` +
        `\`${taskLine(task, ...withoutSecrets(callArguments()), "--train")}\` trains them, ${timeOf(gap)}`,
    );
  }
  const root = await outFolder(given);
  announce(task, gap, queue);
  const backend = await announceBackend(given);
  await fillGap(gap, { dataset: "mnist", protocol: "official", data, backend, queue });
  await Deno.permissions.revoke({ name: "net" });
  return { root, specs, budget, data };
}
