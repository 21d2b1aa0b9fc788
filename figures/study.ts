/**
 * What the commands of section 7's studies share: their flags, and the runs that they train where a store lacks them.
 *
 * @module
 */

import type { Command, Given } from "../src/cli/command.ts";
import { completeStore } from "../src/cli/complete.ts";
import { announceBackend, DATA_FLAGS } from "../src/cli/surroundings.ts";
import type { Budget } from "../src/experiments/budgets.ts";
import { BUDGETS } from "../src/experiments/budgets.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import type { Change } from "../src/experiments/studies.ts";
import { planStudy } from "../src/experiments/studies.ts";

/** The flags of a study's command. */
export const STUDY_FLAGS = {
  budget: { value: BUDGETS.join("|"), help: "how much (default: laptop, three seeds)" },
  seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
  epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
  jobs: { value: "N", help: "runs at a time (default: one a core)" },
  data: DATA_FLAGS.data,
} as const satisfies Command<string>["flags"];

/** A study whose runs are all there. */
export interface Study {
  /** The store's folder. */
  readonly root: string;
  /** Its runs. */
  readonly specs: readonly RunSpec[];
  /** What chose them. */
  readonly budget: Budget;
  /** Where MNIST's files are, if not where its loader looks. */
  readonly data: string | undefined;
}

/** Reads the flags, starts a backend and trains what the store lacks. */
export async function completeStudy(
  given: Given<keyof typeof STUDY_FLAGS>,
  what: string,
  changes: readonly Change[],
): Promise<Study> {
  const budget = given.choice("budget", BUDGETS) ?? "laptop";
  const specs = planStudy(changes, { budget, seeds: given.wholes("seeds"), epochs: given.whole("epochs", 1) });
  const root = given.text("out") ?? "out";
  const data = given.text("data") ?? Deno.env.get("MEMGAN_DATA");
  const jobs = given.whole("jobs", 1);
  const backend = await announceBackend(given);
  await completeStore(specs, { root, dataset: "mnist", protocol: "official", data, backend, jobs, what });
  return { root, specs, budget, data };
}
