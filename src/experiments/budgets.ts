/**
 * Budgets: which runs `reproduce` does when it is asked for no particular ones.
 *
 * @module
 */

import type { Preprocessing } from "../data/preprocess.ts";
import { PREPROCESSING } from "../detectors/recipe.ts";
import type { Method, RunSpec } from "./run_spec.ts";
import { DEFAULT_RECIPES, METHODS, RUN_SPEC } from "./run_spec.ts";

/** The budgets. */
export const BUDGETS = ["smoke", "laptop", "paper"] as const;

/** A budget's name. */
export type Budget = typeof BUDGETS[number];

/** What to run; what is left out is the budget's. */
export interface Choice {
  /** The budget. */
  readonly budget: Budget;
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

/** The runs a budget stands for: classes, seeds, and what it shortens. */
const PLANS = {
  smoke: { classes: [0, 8], seeds: [0], shorter: { epochs: 1, k: 200 } },
  laptop: { classes: range(10), seeds: [0], shorter: {} },
  paper: { classes: range(10), seeds: range(10), shorter: {} },
} as const;

/**
 * The runs of a budget, the longest first. Methods without randomness run with the first seed alone.
 *
 * @param choice What was asked for.
 * @returns Their specs.
 * @throws {RangeError} If a class does not exist.
 *
 * @example The laptop budget: four methods on ten digits
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(planRuns({ budget: "laptop" }).length, 40);
 * assertEquals(planRuns({ budget: "paper" }).length, 220);
 * ```
 */
export function planRuns({ budget, methods = METHODS, classes, seeds, epochs }: Choice): RunSpec[] {
  const plan = PLANS[budget];
  for (const c of classes ?? []) {
    if (c > 9) throw new RangeError(`Cannot plan the runs: MNIST has the classes 0 to 9, ${c} was asked for`);
  }
  const preprocessing: Preprocessing = PREPROCESSING;
  return methods.flatMap((method) =>
    (method === "memgan" || method === "untrained" ? seeds ?? plan.seeds : [(seeds ?? plan.seeds)[0]!]).flatMap((
      seed,
    ) =>
      (classes ?? plan.classes).map((c) => {
        const trained = method === "memgan" ? { ...plan.shorter, ...(epochs === undefined ? {} : { epochs }) } : {};
        return RUN_SPEC.parse({
          method,
          dataset: "mnist",
          protocol: "official",
          evaluate: "test",
          class: c,
          seed,
          preprocessing,
          recipe: { ...DEFAULT_RECIPES[method], ...trained },
        });
      })
    )
  );
}
