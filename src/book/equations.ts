/**
 * The paper's equations, gathered from the clauses: where each is stated, what computes it, and who minimises it.
 *
 * Who minimises what is read off the expressions of Algorithm 1's clauses, which the tests hold the code to.
 *
 * @module
 */

import type { Clause } from "../report/spec.ts";

/** One of the updates of Algorithm 1. */
export interface Update {
  /** Whose parameters move: D, E, G or M. */
  readonly player: string;
  /** The clause of the update. */
  readonly clause: Clause;
}

/** An equation of the paper. */
export interface Equation {
  /** Its number. */
  readonly number: number;
  /** It, in LaTeX. */
  readonly tex: string;
  /** The paper's clauses that state it. */
  readonly stated: readonly Clause[];
  /** Our clauses on it: choices, deviations, errors. */
  readonly about: readonly Clause[];
  /** The updates that go down its gradient. */
  readonly minimised: readonly Update[];
  /** The numbers of the equations that call what it defines. */
  readonly within: readonly number[];
}

const linesOf = ({ expression = "" }: Clause) => expression.split("\n");

/** What a clause's expression defines, in its last line. */
const nameOf = (clause: Clause) => linesOf(clause).at(-1)!.split(" = ")[0]!;

/** The clauses whose locator has an equation's number. */
const onEquation = (number: number, clauses: readonly Clause[]) =>
  clauses.filter(({ locator }) => new RegExp(`Eq\\. ${number}\\b`).test(locator));

/** The updates of Algorithm 1: the clauses that print a gradient. */
function updates(clauses: readonly Clause[]): Update[] {
  return clauses.flatMap((clause) => {
    const player = /\\nabla_\{(?:\\theta_\{)?(\w)/.exec(clause.body)?.[1];
    return player === undefined || clause.expression === undefined ? [] : [{ player, clause }];
  });
}

/** Whether an update's objective has a clause's quantity in it: by name, `l_mi`, or by what D says in it, of the same z. */
function trains(update: Update, clause: Clause): boolean {
  if (clause.expression === undefined || update.clause === clause) return false;
  const objective = linesOf(update.clause).at(-1)!;
  if (new RegExp(`\\b${nameOf(clause)}\\b`).test(objective.split(" = ")[1]!)) return true;
  const sampled = (each: Clause) => linesOf(each).find((line) => line.startsWith("z = "));
  const verdicts = linesOf(clause).at(-1)!.match(/\bD\((?:[^()]|\([^()]*\))*\)/g) ?? [];
  return sampled(update.clause) === sampled(clause) && verdicts.some((verdict) => objective.includes(verdict));
}

/**
 * The updates of Algorithm 1 that go down the gradient of what a clause states.
 *
 * @param clause The clause.
 * @param clauses All clauses.
 * @returns The updates, in the algorithm's order; none for what nobody minimises.
 */
export function minimisersOf(clause: Clause, clauses: readonly Clause[]): Update[] {
  return updates(clauses).filter((update) => trains(update, clause));
}

/**
 * The paper's equations in the objective of an update.
 *
 * @param clause The update's clause.
 * @param clauses All clauses.
 * @returns The clauses that state them; none for a clause that is no update.
 */
export function termsOf(clause: Clause, clauses: readonly Clause[]): Clause[] {
  const update = updates(clauses).find((each) => each.clause === clause);
  if (update === undefined) return [];
  return clauses.filter((each) => /Eq\. \d/.test(each.locator) && trains(update, each));
}

/**
 * The numbered equations.
 *
 * @param clauses All clauses.
 * @returns Them, by number.
 *
 * @example Eq. 7 is minimised by the encoder, the generator and the memory
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allClauses } from "../report/spec.ts";
 *
 * const eq7 = equationsOf(allClauses()).find(({ number }) => number === 7)!;
 * assertEquals(eq7.stated.map(({ id }) => id), ["mi-loss"]);
 * assertEquals(eq7.minimised.map(({ player }) => player), ["E", "G", "M"]);
 * ```
 */
export function equationsOf(clauses: readonly Clause[]): Equation[] {
  const numbers = clauses.flatMap(({ locator }) =>
    [...locator.matchAll(/Eq\. (\d+)/g)].map((match) => Number(match[1]))
  );
  const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
  const stating = (number: number) =>
    onEquation(number, clauses).filter(({ level, expression }) => level === "PAPER" && expression !== undefined);
  return inOrder.map((number) => {
    const stated = stating(number);
    const calls = (clause: Clause) => stated.some((each) => linesOf(clause).at(-1)!.includes(`${nameOf(each)}(`));
    return {
      number,
      tex: stated.map(({ body }) => /\$\$([^]+?)\$\$/.exec(body)?.[1] ?? "").join(",\\quad "),
      stated,
      about: onEquation(number, clauses).filter((clause) => !stated.includes(clause)),
      minimised: updates(clauses).filter((update) => stated.some((clause) => trains(update, clause))),
      within: inOrder.filter((other) => other !== number && stating(other).some(calls)),
    };
  });
}
