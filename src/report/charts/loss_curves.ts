/**
 * The course of each loss term in training: its means over the runs at each epoch, from their `curve.csv`.
 *
 * @module
 */

import { mean } from "../../experiments/statistics.ts";

/** The course of a term in training. */
export interface Course {
  /** The clause of the term. */
  readonly clause: string;
  /** The mean over the runs, one value per epoch. */
  readonly means: readonly number[];
  /** How many runs. */
  readonly runs: number;
}

/** The columns of MEMGAN's `curve.csv`, and the clauses that define their values. */
const TERMS: Readonly<Record<string, string>> = {
  cycle: "cycle-loss",
  projection: "projection-loss",
  mutual_information: "mi-loss",
};

/**
 * The courses of the loss terms.
 *
 * @param curves The texts of the runs' `curve.csv`, of as many epochs each.
 * @returns One course per term; none if there are no runs.
 *
 * @example Two runs of two epochs
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const curves = ["epoch,cycle\n1,4\n2,2\n", "epoch,cycle\n1,6\n2,3\n"];
 * assertEquals(lossCurves(curves), [{ clause: "cycle-loss", means: [5, 2.5], runs: 2 }]);
 * ```
 */
export function lossCurves(curves: readonly string[]): Course[] {
  const tables = curves.map((text) => text.trimEnd().split("\n").map((line) => line.split(",")));
  const [head = [], ...epochs] = tables[0] ?? [];
  return head.flatMap((column, j) => {
    const clause = TERMS[column];
    if (clause === undefined) return [];
    const means = epochs.map((_, i) => mean(tables.map((table) => Number(table[i + 1]![j]))));
    return [{ clause, means, runs: tables.length }];
  });
}
