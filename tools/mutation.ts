/**
 * What a break of the code is.
 *
 * @module
 */

import type { Change } from "./copy.ts";

/** A break. */
export interface Mutation extends Change {
  /** What is wrong then. */
  readonly what: string;
  /** The clause that a failing test must name. */
  readonly clause: string;
  /** The files of tests that are run: those of the equations unless others are named. */
  readonly tests?: readonly string[];
}

/** Breaks of one file. */
export function mutations(
  file: string,
  list: readonly (readonly [what: string, clause: string, from: string, to: string])[],
  tests?: readonly string[],
): Mutation[] {
  return list.map(([what, clause, from, to]) => ({ what, clause, file, from, to, ...(tests ? { tests } : {}) }));
}
