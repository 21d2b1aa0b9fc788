/**
 * All runs of a call of `reproduce`: those of a table, and those of section 7's studies.
 *
 * @module
 */

import { ABOUT } from "../data/dataset.ts";
import type { Choice } from "./budgets.ts";
import { planRuns } from "./budgets.ts";
import { METHODS } from "./method_names.ts";
import type { RunSpec } from "./run_spec.ts";
import type { Shard } from "./shards.ts";
import { ofShard } from "./shards.ts";
import type { Change } from "./studies.ts";
import { LOSS_STUDY, planStudy, UNITS_STUDY } from "./studies.ts";

/** The digits. */
const CLASSES = [...ABOUT.mnist.classNames.keys()];

/** The runs that are wanted. */
export interface Plan {
  /** Those of the table and of Figures 1 to 3. */
  readonly specs: readonly RunSpec[];
  /** Those of Figure 4. */
  readonly losses: readonly RunSpec[];
  /** Those of Table 3. */
  readonly units: readonly RunSpec[];
}

/**
 * Plans the runs.
 *
 * @param choice What was asked for.
 * @returns Their specs; those of section 7's studies, which have commands of their own, where the whole of the paper is wanted.
 */
export function planAll(choice: Choice): Plan {
  const { budget, dataset, methods, classes } = choice;
  // `--methods all` and `--classes 0..9` ask for what the budget has anyway.
  const has = <T>(asked: readonly T[] | undefined, all: readonly T[]) =>
    asked === undefined || all.every((each) => asked.includes(each));
  const whole = budget === "paper" && dataset === "mnist" && has(methods, METHODS) && has(classes, CLASSES);
  const study = (changes: readonly Change[]) => whole ? planStudy(changes, choice) : [];
  return { specs: planRuns(choice), losses: study(LOSS_STUDY), units: study(UNITS_STUDY) };
}

/** All runs of a plan, or a share of them, each once: the studies of section 7 share runs with Table 1, and one with the other. */
export function wantedOf({ specs, losses, units }: Plan, shard: Shard | undefined): RunSpec[] {
  return ofShard([...specs, ...losses, ...units], shard ?? { index: 1, count: 1 });
}
