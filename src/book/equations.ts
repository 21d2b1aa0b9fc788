/**
 * The paper's equations, gathered from the clauses: where each is stated, what computes it, and whom its gradient moves.
 *
 * Who is moved by what, and up or down, is read off the expressions of Algorithm 1's clauses, which the tests hold the code to.
 *
 * @module
 */

import { evaluate } from "mathjs";
import type { Clause } from "../report/spec.ts";

/** One of the updates of Algorithm 1. */
export interface Update {
  /** Whose parameters move: D, E, G or M. */
  readonly player: string;
  /** The clause of the update. */
  readonly clause: Clause;
}

/** An update that changes a quantity. */
export interface Change extends Update {
  /** Whether the player's step makes the quantity larger or smaller. */
  readonly way: "up" | "down";
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
  /** The updates whose objectives have it in them. */
  readonly changes: readonly Change[];
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

/** What D says in an expression: `D(G(z), z)`. */
const VERDICT = /\bD\((?:[^()]|\([^()]*\))*\)/g;

/** Whether an expression grows with one of D's verdicts, a probability. The logarithms in it are monotonic. */
function grows(expression: string, verdict: string): boolean {
  const bare = expression.replaceAll(verdict, "v").replaceAll(VERDICT, "0.5").replaceAll(/\bl_\w+/g, "0");
  return evaluate(bare, { v: 0.6 }) > evaluate(bare, { v: 0.4 });
}

/**
 * Which way an update moves a clause's quantity: one that its objective names, `l_mi`, down; one of D's verdicts up or down, as its
 * objective falls. `undefined` where the objective has nothing of it.
 */
function wayOf(update: Update, clause: Clause): Change["way"] | undefined {
  if (clause.expression === undefined) return undefined;
  if (update.clause === clause) return "down";
  // An update's objective is another player's business.
  if (/\\nabla/.test(clause.body)) return undefined;
  const [objective, quantity] = [update.clause, clause].map((each) => linesOf(each).at(-1)!.split(" = ")[1]!);
  if (new RegExp(`\\b${nameOf(clause)}\\b`).test(objective!)) return "down";
  const sampled = (each: Clause) => linesOf(each).find((line) => line.startsWith("z = "));
  if (sampled(update.clause) !== sampled(clause)) return undefined;
  const verdict = quantity!.match(VERDICT)?.find((each) => objective!.includes(each));
  if (verdict === undefined) return undefined;
  return grows(objective!, verdict) === grows(quantity!, verdict) ? "down" : "up";
}

const changesOf = (clause: Clause, of: readonly Update[]): Change[] =>
  of.flatMap((update) => {
    const way = wayOf(update, clause);
    return way === undefined ? [] : [{ ...update, way }];
  });

/**
 * The updates of Algorithm 1 that move what a clause states, and which way; of an update's own clause that update alone.
 *
 * @param clause The clause.
 * @param clauses All clauses.
 * @returns The updates, in the algorithm's order; none for what nobody is trained on.
 *
 * @example Eq. 3: D makes it larger, E and G smaller
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allClauses } from "../report/spec.ts";
 *
 * const clauses = allClauses();
 * const eq3 = clauses.find(({ id }) => id === "mem-objective")!;
 * const changes = trainedOn(eq3, clauses).map(({ player, way }) => `${player} ${way}`);
 * assertEquals(changes, ["D up", "E down", "G down"]);
 * ```
 */
export function trainedOn(clause: Clause, clauses: readonly Clause[]): Change[] {
  return changesOf(clause, updates(clauses));
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
  return clauses.filter((each) => /Eq\. \d/.test(each.locator) && wayOf(update, each) !== undefined);
}

/**
 * The numbered equations.
 *
 * @param clauses All clauses.
 * @returns Them, by number.
 *
 * @example Eq. 7 moves the encoder, the generator and the memory
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allClauses } from "../report/spec.ts";
 *
 * const eq7 = equationsOf(allClauses()).find(({ number }) => number === 7)!;
 * assertEquals(eq7.stated.map(({ id }) => id), ["mi-loss"]);
 * assertEquals(eq7.changes.map(({ player, way }) => `${player} ${way}`), ["E down", "G down", "M down"]);
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
      changes: stated.flatMap((clause) => changesOf(clause, updates(clauses))),
      within: inOrder.filter((other) => other !== number && stating(other).some(calls)),
    };
  });
}
