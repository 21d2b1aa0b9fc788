/**
 * Which budget runs are of, as far as they tell: what they are worth depends on it.
 *
 * @module
 */

import type { Budget } from "./method_names.ts";
import { BUDGETS } from "./method_names.ts";
import { changedBy, REGISTRY, SUBSETS } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";

/** Whether a budget would do a run with these hyper-parameters. */
function fits({ method, dataset, recipe, subset }: RunSpec, budget: Budget): boolean {
  const its = { ...REGISTRY[method].recipes[dataset], ...changedBy(method, dataset, budget) };
  const same = [...new Set([...Object.keys(its), ...Object.keys(recipe)])].every((key) => its[key] === recipe[key]);
  return same && subset === (budget === "paper" ? undefined : SUBSETS[method]?.[budget]);
}

/** Whether a run is one that the smoke budget alone does: it shows that the method works, and is no result. */
export function isSmoke(spec: RunSpec): boolean {
  return fits(spec, "smoke") && !fits(spec, "laptop") && !fits(spec, "paper");
}

/** Whether a run has its method's whole recipe, and scored all images. */
export function isWhole(spec: RunSpec): boolean {
  return fits(spec, "paper");
}

/**
 * The budget of runs.
 *
 * @param specs The runs.
 * @returns `smoke` where one is of a smoke run alone, else the least that would do all of them; `undefined` where none would.
 *
 * @example Methods that no budget shortens make no smoke run of a store
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planRuns } from "./budgets.ts";
 *
 * assertEquals(budgetOf(planRuns({ budget: "smoke", methods: ["memgan", "pca"] })), "smoke");
 * assertEquals(budgetOf(planRuns({ budget: "laptop", methods: ["memgan", "pca"] })), "laptop");
 * assertEquals(budgetOf(planRuns({ budget: "laptop", methods: ["memgan"], epochs: 3 })), undefined);
 * ```
 */
export function budgetOf(specs: readonly RunSpec[]): Budget | undefined {
  if (specs.some(isSmoke)) return "smoke";
  return BUDGETS.slice(1).find((budget) => specs.every((spec) => fits(spec, budget)));
}
