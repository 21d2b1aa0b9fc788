/**
 * Budgets: which runs `reproduce` does when it is asked for no particular ones.
 *
 * @module
 */

import type { DatasetName, Protocol } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Method } from "./methods.ts";
import { ENTRIES, METHODS } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { RUN_SPEC } from "./run_spec.ts";

/** The budgets. */
export const BUDGETS = ["smoke", "laptop", "paper"] as const;

/** A budget's name. */
export type Budget = typeof BUDGETS[number];

/** What to run; what is left out is the budget's. */
export interface Choice {
  /** The budget. */
  readonly budget: Budget;
  /** The data set; MNIST if left out. */
  readonly dataset?: DatasetName | undefined;
  /** What is trained and tested on; the paper's if left out. */
  readonly protocol?: Protocol | undefined;
  /** The methods. */
  readonly methods?: readonly Method[] | undefined;
  /** The normal classes. */
  readonly classes?: readonly number[] | undefined;
  /** The seeds. */
  readonly seeds?: readonly number[] | undefined;
  /** MEMGAN's epochs. */
  readonly epochs?: number | undefined;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The classes and seeds that a budget stands for. */
const PLANS = {
  smoke: { classes: [0, 8], seeds: [0] },
  laptop: { classes: range(10), seeds: [0] },
  paper: { classes: range(10), seeds: range(10) },
} as const;

/**
 * The runs of a budget, the longest first. Methods without randomness run with the first seed alone.
 *
 * @param choice What was asked for.
 * @returns Their specs.
 * @throws {RangeError} If a class does not exist.
 * @throws {z.ZodError} If the data set has no such protocol.
 *
 * @example The laptop budget: four methods on ten digits
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(planRuns({ budget: "laptop" }).length, 40);
 * assertEquals(planRuns({ budget: "paper" }).length, 220);
 * ```
 */
export function planRuns(choice: Choice): RunSpec[] {
  const { budget, dataset = "mnist", methods = METHODS, classes, seeds, epochs } = choice;
  const { title, protocols, classNames } = ABOUT[dataset];
  const plan = PLANS[budget];
  for (const c of classes ?? []) {
    if (c >= classNames.length) {
      const last = classNames.length - 1;
      throw new RangeError(`Cannot plan the runs: ${title} has the classes 0 to ${last}, ${c} was asked for`);
    }
  }
  return methods.flatMap((method) => {
    const { recipes, smoke, preprocessing, seeded } = ENTRIES[method];
    const changes = {
      ...(budget === "smoke" ? smoke : {}),
      ...(method === "memgan" && epochs !== undefined ? { epochs } : {}),
    };
    return (seeds ?? plan.seeds).slice(0, seeded ? undefined : 1).flatMap((seed) =>
      (classes ?? plan.classes).map((c) =>
        RUN_SPEC.parse({
          method,
          dataset,
          protocol: choice.protocol ?? protocols[0],
          evaluate: "test",
          class: c,
          seed,
          preprocessing,
          recipe: { ...recipes[dataset], ...changes },
        })
      )
    );
  });
}
