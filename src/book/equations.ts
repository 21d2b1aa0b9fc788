/**
 * The paper's equations, gathered from the clauses: where each is stated, what computes it, and which updates use its gradient.
 *
 * Which update changes which quantity, and up or down, is derived from the expressions of Algorithm 1's clauses, against which
 * the code is tested.
 *
 * @module
 */

import { evaluate } from "mathjs";
import type { Clause } from "../report/spec.ts";

/** One of the updates of Algorithm 1. */
export interface Update {
  /** The player whose parameters are updated: D, E, G or M. */
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
  /** Its text in LaTeX. */
  readonly tex: string;
  /** The paper's clauses that state it. */
  readonly stated: readonly Clause[];
  /** Our clauses on it: choices, deviations, errors. */
  readonly about: readonly Clause[];
  /** The updates whose objectives contain it. */
  readonly changes: readonly Change[];
  /** The numbers of the equations that use what it defines. */
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

/** An output of D in an expression: `D(G(z), z)`. */
const VERDICT = /\bD\((?:[^()]|\([^()]*\))*\)/g;

/** Whether an expression increases with one of D's outputs, a probability. The logarithms in it are monotonic. */
function grows(expression: string, verdict: string): boolean {
  const bare = expression.replaceAll(verdict, "v").replaceAll(VERDICT, "0.5").replaceAll(/\bl_\w+/g, "0");
  return evaluate(bare, { v: 0.6 }) > evaluate(bare, { v: 0.4 });
}

/**
 * The direction in which an update moves a clause's quantity: a quantity named in its objective, such as `l_mi`, goes down; an
 * output of D goes up or down as the objective decreases. `undefined` if the objective does not contain it.
 */
function wayOf(update: Update, clause: Clause): Change["way"] | undefined {
  if (clause.expression === undefined) return undefined;
  if (update.clause === clause) return "down";
  // Another update's objective belongs to another player.
  if (/\\nabla/.test(clause.body)) return undefined;
  const [objective, quantity] = [update.clause, clause].map((each) => linesOf(each).at(-1)!.split(" = ")[1]!);
  const name = nameOf(clause);
  // Only a loss is a term of an objective: z stands in it too, as what D and G are applied to.
  if (name.startsWith("l_") && new RegExp(`\\b${name}\\b`).test(objective!)) return "down";
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
 * The updates of Algorithm 1 that change a clause's quantity, and in which direction; for an update's own clause only that
 * update.
 *
 * @param clause The clause.
 * @param clauses All clauses.
 * @returns The updates, in the algorithm's order; none if no player is trained on it.
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
 * @returns The clauses that state them; none if the clause is not an update.
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
 * @returns The equations, by number.
 *
 * @example Eq. 7 trains the encoder, the generator and the memory
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
