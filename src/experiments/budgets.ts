/**
 * Budgets: which runs `reproduce` does when it is asked for no particular ones.
 *
 * @module
 */

import type { DatasetName, Protocol } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Preprocessing } from "../data/preprocess.ts";
import { changedBy, REGISTRY, SUBSETS, TRIVIAL_BASELINES } from "./methods.ts";
import type { Budget, Method } from "./method_names.ts";
import { METHODS } from "./method_names.ts";
import type { RunSpec } from "./run_spec.ts";
import { RUN_SPEC } from "./run_spec.ts";
import { greatest } from "../platform/extremes.ts";

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

/** What `reproduce` does on a laptop in three quarters of an hour. */
const FAST: readonly Method[] = ["memgan", "ocsvm", "kde", "iforest", ...TRIVIAL_BASELINES];

/** The methods, classes and seeds that a budget stands for. */
const PLANS: Readonly<
  Record<Budget, { methods: readonly Method[]; classes: readonly number[]; seeds: readonly number[] }>
> = {
  smoke: { methods: METHODS, classes: [0, 8], seeds: [0] },
  laptop: { methods: METHODS.filter((method) => FAST.includes(method)), classes: range(10), seeds: [0] },
  paper: { methods: METHODS, classes: range(10), seeds: range(10) },
};

/** The preprocessings of a method: its own paper's and MEMGAN's; of the rows that learn nothing, all that others have. */
function preprocessingsOf(method: Method, methods: readonly Method[], budget: Budget): Preprocessing[] {
  const of = (each: Method) =>
    budget === "smoke" ? [REGISTRY[each].preprocessing] : [REGISTRY[each].preprocessing, REGISTRY.memgan.preprocessing];
  return [...new Set(TRIVIAL_BASELINES.includes(method) ? methods.flatMap(of) : of(method))];
}

/**
 * The runs of a budget. Methods without randomness run with the first seed alone.
 *
 * @param choice What was asked for.
 * @returns Their specs.
 * @throws {RangeError} If a class does not exist.
 * @throws {z.ZodError} If the data set has no such protocol.
 *
 * @example MEMGAN and the trivial baselines: ten digits, and ten seeds where a seed matters
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const methods = ["memgan", "untrained", "pixelmean", "pca"] as const;
 * assertEquals(planRuns({ budget: "laptop", methods }).length, 40);
 * assertEquals(planRuns({ budget: "paper", methods }).length, 220);
 * ```
 */
export function planRuns(choice: Choice): RunSpec[] {
  const { budget, dataset = "mnist", epochs } = choice;
  const { title, protocols, classNames } = ABOUT[dataset];
  const { methods, classes, seeds } = {
    methods: choice.methods ?? PLANS[budget].methods,
    classes: choice.classes ?? PLANS[budget].classes,
    seeds: choice.seeds ?? PLANS[budget].seeds,
  };
  for (const c of classes) {
    if (c >= classNames.length) {
      const last = classNames.length - 1;
      throw new RangeError(`Cannot plan the runs: ${title} has the classes 0 to ${last}, ${c} was asked for`);
    }
  }
  const rounds = methods.map((method) => preprocessingsOf(method, methods, budget));
  // Every method under its own preprocessing first: half of the runs make a whole table.
  return range(greatest(rounds.map(({ length }) => length))).flatMap((round) =>
    methods.flatMap((method, i) => {
      const preprocessing = rounds[i]![round];
      if (preprocessing === undefined) return [];
      const { recipes, seeded } = REGISTRY[method];
      const recipe = {
        ...recipes[dataset],
        ...changedBy(method, dataset, budget),
        ...(method === "memgan" && epochs !== undefined ? { epochs } : {}),
      };
      const subset = budget === "paper" ? undefined : SUBSETS[method]?.[budget];
      return seeds.slice(0, seeded ? undefined : 1).flatMap((seed) =>
        classes.map((c) =>
          RUN_SPEC.parse({
            method,
            dataset,
            protocol: choice.protocol ?? protocols[0],
            evaluate: "test",
            class: c,
            seed,
            preprocessing,
            recipe,
            ...(subset === undefined ? {} : { subset }),
          })
        )
      );
    })
  );
}
