/**
 * Shares of a list of runs, for machines that know nothing of each other.
 *
 * Each computes all shares and takes its own, from what is wanted and from nothing that a machine or a moment could change: not
 * from what a store lacks by then, nor from what runs took. So the shares of N machines have every run once between them.
 *
 * @module
 */

import { estimate } from "./forecast.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";

/** One share of several. */
export interface Shard {
  /** Which, from 1. */
  readonly index: number;
  /** How many there are. */
  readonly count: number;
}

/**
 * The runs of a share: the longest run first, each goes to the share that has the least so far. Two shares then differ by one run's
 * seconds at most.
 *
 * @param specs All runs that are wanted, in any order; those that stand there twice count once.
 * @param shard Which share.
 * @returns Its runs, in the order of the list.
 *
 * @example Three runs of one method, two shares
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planRuns } from "./budgets.ts";
 *
 * const specs = planRuns({ budget: "laptop", methods: ["memgan"], classes: [0, 1, 2] });
 * assertEquals([1, 2].map((index) => ofShard(specs, { index, count: 2 }).length), [2, 1]);
 * ```
 */
export function ofShard(specs: readonly RunSpec[], { index, count }: Shard): RunSpec[] {
  const each = [...new Map(specs.map((spec) => [hashOf(spec), spec]))]
    .map(([hash, spec]) => ({ hash, spec, seconds: estimate(spec) }));
  const loads = new Array<number>(count).fill(0);
  const mine = new Set<RunSpec>();
  for (const { spec, seconds } of each.toSorted((a, b) => b.seconds - a.seconds || (a.hash < b.hash ? -1 : 1))) {
    const least = loads.indexOf(loads.reduce((a, b) => Math.min(a, b)));
    loads[least]! += seconds;
    if (least === index - 1) mine.add(spec);
  }
  return each.map(({ spec }) => spec).filter((spec) => mine.has(spec));
}
