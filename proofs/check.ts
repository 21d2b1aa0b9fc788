/**
 * What a proof module exports: a statement, its limits, and checks that would fail if it were false.
 *
 * @module
 */

import type { Rng } from "../src/engine/random.ts";

/** The result of a check. */
export interface Outcome {
  /** How many cases were checked, up to the first that failed. */
  readonly cases: number;
  /** The first counter-example; absent if there was none. */
  readonly failure?: string;
}

/** An executable check of one part of a statement. */
export interface Check {
  /** The clause that it belongs to. */
  readonly id: string;
  /** What holds in every case. */
  readonly claim: string;
  /** Checks all cases. */
  run(): Outcome;
}

/** A theorem or proposition of the paper. */
export interface Statement {
  /** Its name in the paper, with its section. */
  readonly name: string;
  /** What it says, as proved here. */
  readonly says: string;
  /** Where the paper's own wording is imprecise, wrong, or says more than was proved. */
  readonly limits: string;
  /** The checks. */
  readonly checks: readonly Check[];
}

class CounterExample extends Error {}

/**
 * Counts cases until one fails.
 *
 * A check without cases fails too: it would hold for any statement.
 *
 * @param body Calls `expect` once per case.
 * @returns How many cases there were, and the first that failed.
 *
 * @example The third of four cases fails
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const outcome = tally((expect) => [1, 2, 3, 4].forEach((n) => expect(n < 3, () => `${n} is not less than 3`)));
 * assertEquals(outcome, { cases: 3, failure: "3 is not less than 3" });
 * ```
 */
export function tally(body: (expect: (holds: boolean, otherwise: () => string) => void) => void): Outcome {
  let cases = 0;
  try {
    body((holds, otherwise) => {
      cases++;
      if (!holds) throw new CounterExample(otherwise());
    });
  } catch (error) {
    if (error instanceof CounterExample) return { cases, failure: error.message };
    throw error;
  }
  return cases === 0 ? { cases, failure: "no case was looked at" } : { cases };
}

/**
 * A whole number, uniform between two others.
 *
 * @param rng The source of random numbers.
 * @param least The least.
 * @param most The greatest.
 * @returns One of `least` … `most`.
 *
 * @example A die
 * ```ts
 * import { assert } from "@std/assert";
 * import { seededRng } from "../src/engine/random.ts";
 *
 * assert([1, 2, 3, 4, 5, 6].includes(wholeBetween(seededRng(0, "die"), 1, 6)));
 * ```
 */
export function wholeBetween(rng: Rng, least: number, most: number): number {
  return least + Math.floor(rng.uniform() * (most - least + 1));
}
