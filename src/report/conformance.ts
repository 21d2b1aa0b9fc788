/**
 * What a test run says about each clause of the specification.
 *
 * @module
 */

import waivers from "../../spec/waivers.json" with { type: "json" };
import type { Clause, Level } from "./spec.ts";

/** How a test ended. */
export type Outcome = "passed" | "failed" | "ignored";

/** A test that was run or skipped. */
export interface RanTest {
  /** Its name, `clause: statement`. */
  readonly name: string;
  /** Its file; for an example in `spec/` the file and the lines. */
  readonly suite: string;
  /** How it ended. */
  readonly outcome: Outcome;
}

/** What a clause's status may be. */
export const STATUSES = [
  "failing",
  "claim",
  "tested",
  "shown",
  "unrun",
  "waived",
  "untested",
  "prose",
  "left out",
] as const;

/** The status of a clause. */
export interface ClauseStatus {
  /**
   * `unrun` if it has tests and all of them were skipped; `left out` if none of them was asked for; `claim` if the paper claims it of
   * its results: a test of how that is measured does not make it true, and what was found stands in the clause.
   */
  readonly status: typeof STATUSES[number];
  /** Its tests and examples; of tests also the file, if the run told it. */
  readonly tests: readonly { readonly name: string; readonly outcome: Outcome; readonly suite?: string | undefined }[];
}

/** What this software promises besides the paper; its tests train, install and browse for many minutes, and `conformance` leaves them out. */
export const LEFT_OUT = "product.md";

/** Clauses that no test covers yet, and why. */
export const WAIVERS: Readonly<Record<string, string>> = waivers;

/**
 * Levels whose clauses state numbers and rules, which a test, figure or proof must cover; an erratum's evidence is its own
 * text.
 */
export const TO_BE_HELD: readonly Level[] = ["PAPER", "CHOICE", "DEVIATION"];

/** What shows a clause besides tests: figures and proofs that it links. */
export function shownBy({ links }: Clause): string[] {
  return links.map(({ file }) => file).filter((file) => /^(figures|proofs)\//.test(file));
}

const ENTITIES: Readonly<Record<string, string>> = { apos: "'", quot: '"', lt: "<", gt: ">", amp: "&" };

/**
 * The tests in Deno's JUnit report.
 *
 * @param xml The report.
 * @returns The tests, in its order.
 *
 * @example A test that failed
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const xml = '<testcase name="cycle-loss: it&apos;s a norm" classname="./a.ts"><failure message="no"/></testcase>';
 * assertEquals(parseJunit(xml), [{ name: "cycle-loss: it's a norm", suite: "./a.ts", outcome: "failed" }]);
 * ```
 */
export function parseJunit(xml: string): RanTest[] {
  const cases = xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*>([^]*?)<\/testcase>/g);
  const text = (escaped: string) => escaped.replaceAll(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all);
  return [...cases].map(([, name, suite, body]) => ({
    name: text(name!),
    suite: text(suite!),
    outcome: /<(failure|error)/.test(body!) ? "failed" : /<skipped/.test(body!) ? "ignored" : "passed",
  }));
}

/**
 * The status of a clause after a test run.
 *
 * @param clause The clause.
 * @param ran The tests of the run.
 * @returns Its status and its tests: those that bear its id, and the examples in its text.
 */
export function statusOf(clause: Clause, ran: readonly RanTest[]): ClauseStatus {
  const named = ran.filter(({ name }) => name.startsWith(`${clause.id}: `));
  const examples = ran.filter(({ suite }) =>
    clause.fences.some((line) => suite.startsWith(`./spec/${clause.file}#${line}-`))
  );
  const tests = [
    ...named.map(({ name, outcome, suite }) => ({ name, outcome, suite })),
    ...examples.map(({ suite, outcome }) => ({ name: suite, outcome })),
  ];
  const some = (wanted: Outcome) => tests.some(({ outcome }) => outcome === wanted);
  const status = () => {
    if (some("failed")) return "failing";
    if (clause.finding !== undefined) return "claim";
    if (some("passed")) return "tested";
    if (shownBy(clause).length > 0) return "shown";
    if (some("ignored")) return "unrun";
    if (clause.id in WAIVERS) return "waived";
    return TO_BE_HELD.includes(clause.level) ? "untested" : "prose";
  };
  return { status: status(), tests };
}
