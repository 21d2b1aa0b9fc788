/**
 * `ocsvm-oracle`: the one-class support vector machine by the protocol of its published numbers, with γ chosen by test labels.
 *
 * ```text
 * γ ∈ {2^from, …, 2^to}: the one of the best AUROC on a tenth of the test images, labels known; the rest is reported
 * ```
 *
 * It serves only for comparison and is not a method: a user with labelled anomalies would not use a one-class machine. The
 * protocol is that of Ruff et al. (ICML 2018), from their public code. There ν is also the better of two values; here it is
 * 0.1. This file fits a machine for each γ and never sees a label: the choice is made where AUROC is measured
 * (`src/experiments/oracle_choice.ts`).
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { RowModel } from "./classical/features.ts";
import { onFeatures } from "./classical/features.ts";
import type { Undecided } from "./detector.ts";
import { supportVectorMachine } from "./ocsvm.ts";
import { OCSVM_ORACLE_SCHEMA } from "./recipes/baselines.ts";

/** Hyper-parameters of the search. */
export interface OcsvmOracleRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** ν: at most this share of the normal training images is outside. */
  nu: number;
  /** log₂ of the smallest γ. */
  from: number;
  /** log₂ of the greatest. */
  to: number;
}

/**
 * The machines as one detector, with none chosen yet.
 *
 * @param recipe Its hyper-parameters.
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector; before `choose` is called, scoring is an error.
 */
export function createOcsvmOracle(recipe: OcsvmOracleRecipe, shape?: ImageShape): Undecided {
  return onFeatures("ocsvm-oracle", { schema: OCSVM_ORACLE_SCHEMA, recipe, shape }, ({ nu, from, to }) => {
    const gammas = Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
    const machines = gammas.map((gamma) => supportVectorMachine(nu, () => gamma));
    let decided: RowModel | undefined;
    const machine = () => {
      if (decided === undefined) throw new TypeError("Cannot score by ocsvm-oracle: γ is not chosen yet");
      return decided;
    };
    return {
      fit: (rows) => machines.forEach((each) => each.fit(rows)),
      score: (rows) => machine().score(rows),
      save: () => machine().save(),
      load(arrays) {
        decided = machines[0]!;
        decided.load(arrays);
      },
      extra: {
        candidates: gammas.map((gamma) => ({ gamma })),
        choose(index: number) {
          if (machines[index] === undefined) {
            throw new RangeError(
              `Cannot choose γ: the index must be a whole number from 0 to ${machines.length - 1}, it is ${index}`,
            );
          }
          decided = machines[index];
        },
      },
    };
  });
}
