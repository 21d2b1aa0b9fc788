/**
 * Section 7's studies: MEMGAN without one of its loss terms (Figure 4), and with fewer or more memory units (Table 3).
 *
 * @module
 */

import { MNIST_RECIPE } from "../detectors/recipes/memgan.ts";
import type { MemganRecipe } from "../detectors/recipes/memgan.ts";
import type { Choice } from "./budgets.ts";
import { planRuns } from "./budgets.ts";
import type { Budget } from "./method_names.ts";
import { REMOVABLE } from "../paper/terms.ts";
import type { RunSpec } from "./run_spec.ts";
import { RUN_SPEC } from "./run_spec.ts";

/** What a study changes in the recipe; nothing for the unchanged method. */
export type Change = Readonly<Partial<Pick<MemganRecipe, "units" | "without">>>;

/**
 * The ablation: the full method, then the method without each term that can be left out; the paper leaves out only the
 * projection loss.
 */
export const LOSS_STUDY: readonly Change[] = [{}, ...REMOVABLE.map((without) => ({ without }))];

/** Table 3's numbers of memory units. */
export const UNITS_STUDY: readonly Change[] = [25, 50, 100, 200].map((units) => ({ units }));

/** A study whose runs are all complete. */
export interface Study {
  /** The store's folder. */
  readonly root: string;
  /** Its runs. */
  readonly specs: readonly RunSpec[];
  /** The options that selected them. */
  readonly budget: Budget;
  /** Where MNIST's files are, if not where its loader looks. */
  readonly data: string | undefined;
}

/** Table 3's digits; the paper does not say which digit Figure 4 shows. */
const DIGITS = [0, 1, 5];

/** Seeds of a study; one would give no standard deviation. */
const SEEDS: Readonly<Record<Budget, readonly number[]>> = {
  smoke: [0],
  laptop: [0, 1, 2],
  paper: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
};

/**
 * The runs of a study on MNIST: seed by seed, so that an unfinished study covers every change.
 *
 * @param changes What is compared.
 * @param choice The budget, and seeds and epochs that differ from it.
 * @returns Their specs.
 *
 * @example The two studies share the runs of the unchanged method
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashOf } from "./run_spec.ts";
 *
 * const both = [LOSS_STUDY, UNITS_STUDY].map((changes) => planStudy(changes, { budget: "laptop" }));
 * assertEquals(both.map(({ length }) => length), [36, 36]);
 * assertEquals(new Set(both.flat().map(hashOf)).size, 63);
 * ```
 */
export function planStudy(
  changes: readonly Change[],
  { budget, seeds = SEEDS[budget], epochs }: Pick<Choice, "budget" | "seeds" | "epochs">,
): RunSpec[] {
  return seeds.flatMap((seed) => {
    const runs = planRuns({ budget, methods: ["memgan"], classes: DIGITS, seeds: [seed], epochs });
    return changes.flatMap((change) =>
      runs.map((spec) => RUN_SPEC.parse({ ...spec, recipe: { ...spec.recipe, ...change } }))
    );
  });
}

/** True for a run that belongs only to a study: it is not the method of Table 1. */
export function isOfStudyAlone({ method, dataset, recipe }: RunSpec): boolean {
  const otherUnits = dataset === "mnist" && UNITS_STUDY.some(({ units }) => units === recipe["units"]) &&
    recipe["units"] !== MNIST_RECIPE.units;
  return method === "memgan" && (recipe["without"] !== undefined || otherUnits);
}
