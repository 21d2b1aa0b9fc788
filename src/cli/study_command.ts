/**
 * What the commands of section 7's studies share: their flags, and the runs that they train where a store lacks them.
 *
 * @module
 */

import { load } from "./command.ts";
import { BUDGETS } from "../experiments/method_names.ts";
import type { Study } from "../experiments/studies.ts";
import type { Command, Given } from "./command.ts";
import { announceBackend, DATA_FLAGS } from "./environment.ts";

/** The flags of a study's command. */
export const STUDY_FLAGS = {
  budget: { value: BUDGETS.join("|"), help: "how much (default: laptop, three seeds)" },
  seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
  epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
  jobs: { value: "N", help: "runs at a time (default: one a core)" },
  data: DATA_FLAGS.data,
} as const satisfies Command<string>["flags"];

/** Reads the flags, starts a backend and trains what the store lacks. */
export async function completeStudy(
  given: Given<keyof typeof STUDY_FLAGS>,
  what: string,
  changes: "LOSS_STUDY" | "UNITS_STUDY",
): Promise<Study> {
  const budget = given.choice("budget", BUDGETS) ?? "laptop";
  const [seeds, epochs, jobs] = [given.wholes("seeds"), given.whole("epochs", 1), given.whole("jobs", 1)];
  const root = given.text("out") ?? "out";
  const data = given.text("data") ?? Deno.env.get("MEMGAN_DATA");
  const backend = await announceBackend(given);
  const studies = await load<typeof import("../experiments/studies.ts")>(
    import.meta.resolve("../experiments/studies.ts"),
  );
  const specs = studies.planStudy(studies[changes], { budget, seeds, epochs });
  const { completeStore } = await load<typeof import("./train_missing.ts")>(import.meta.resolve("./train_missing.ts"));
  await completeStore(specs, { root, dataset: "mnist", protocol: "official", data, backend, jobs, what });
  return { root, specs, budget, data };
}
