/**
 * How the book shows the status of a clause.
 *
 * @module
 */

import { taskLine } from "../platform/task.ts";
import type { ClauseStatus } from "../report/conformance.ts";
import { LEFT_OUT, shownBy, WAIVERS } from "../report/conformance.ts";
import type { Clause } from "../report/spec.ts";
import { claimsText } from "../report/claims.ts";
import { escapeHtml } from "../report/html.ts";
import type { TestIndex } from "./tests.ts";
import { placeHtml } from "./tests.ts";

/** The outcomes of the specification's tests. */
export interface Conformance {
  /** The status of each clause. */
  readonly statuses: ReadonlyMap<string, ClauseStatus>;
  /** How the tests were run, as a sentence in Markdown. */
  readonly how: string;
  /** Whether they had every permission; if so, skipped tests needed something that the machine lacked. */
  readonly whole: boolean;
}

/** The command that runs the tests of the paper's clauses, and the one that runs all. */
const [FULL, ALL] = [taskLine("conformance"), taskLine("test")];

/** The command that a clause needs, which it says. */
const runnerOf = ({ file }: Clause) => file === LEFT_OUT ? ALL : FULL;

/** A clause that a stored report does not contain is newer than the report. */
const UNKNOWN: ClauseStatus = { status: "unrun", tests: [] };

/** The status of a clause. */
export function standing({ id }: Clause, { statuses }: Conformance): ClauseStatus {
  return statuses.get(id) ?? UNKNOWN;
}

/**
 * A clause's status in words.
 *
 * @param clause The clause.
 * @param standing Its status.
 * @param whole Whether the tests had every permission.
 * @returns Text, without its tests' names.
 */
export function statusWords(clause: Clause, { status, tests }: ClauseStatus, whole: boolean): string {
  const count = (outcome: string) => tests.filter((each) => each.outcome === outcome).length;
  const waiting = count("ignored") === 0
    ? ""
    : `, ${count("ignored")} more ${whole ? "not on that machine" : `by ${runnerOf(clause)}`}`;
  switch (status) {
    case "failing":
      return `failing: ${count("failed")} of ${tests.length} tests failed`;
    case "claim":
      return `a claim about results, found ${clause.finding}${waiting}`;
    case "tested":
      return `tested: ${count("passed")} ${count("passed") === 1 ? "test" : "tests"} passed${waiting}`;
    case "shown":
      return `shown by ${shownBy(clause).join(", ")}${waiting}`;
    case "waived":
      return `waived: ${WAIVERS[clause.id]}`;
    case "unrun":
      return whole ? "not tested: that machine lacks what it needs" : `not tested here: needs ${runnerOf(clause)}`;
    case "left out":
      return `left out by ${FULL}: ${ALL} tests it`;
    case "untested":
      return "untested";
    case "prose":
      return "prose: no test of its own";
  }
}

/**
 * A clause's status for the line under its heading; the list of its tests, each with its file and line, can be expanded, and is
 * expanded if one failed.
 *
 * @param clause The clause.
 * @param conformance The outcomes.
 * @param index Where tests are.
 * @returns HTML.
 */
export function statusHtml(clause: Clause, conformance: Conformance, index: TestIndex): string {
  const { status, tests } = standing(clause, conformance);
  const words = escapeHtml(statusWords(clause, { status, tests }, conformance.whole));
  const placed = index.of(clause, tests);
  if (placed.length === 0) return `<p class="status ${status}">${words}</p>`;
  const items = placed.map(({ name, outcome, at }) => {
    const where = at === undefined ? "" : `${placeHtml(at, clause.id)} `;
    return `<li class="${outcome ?? "unrun"}">${where}${outcome ?? "not run"}: ${escapeHtml(name)}</li>`;
  });
  const open = status === "failing" ? " open" : "";
  return `<details class="status ${status}"${open}><summary>${words}</summary><ul>${items.join("")}</ul></details>`;
}

/**
 * The outcomes of all clauses in a paragraph, with failures named.
 *
 * @param clauses The clauses.
 * @param conformance The outcomes.
 * @param link Makes a link to a clause.
 * @returns HTML.
 */
export function statusSummary(
  clauses: readonly Clause[],
  conformance: Conformance,
  link: (clause: Clause) => string,
): string {
  const groups = Map.groupBy(clauses, (clause) => standing(clause, conformance).status);
  const count = (status: ClauseStatus["status"]) => groups.get(status)?.length ?? 0;
  const failing = groups.get("failing") ?? [];
  const leftOut = count("left out") === 0 ? "" : `; <code>${FULL}</code> leaves out those of ${count("left out")}`;
  const failed = failing.length === 0
    ? "None fails."
    : `<strong class="failing">${failing.length} fail: ${failing.map(link).join(", ")}.</strong>`;
  return `<p>Of ${clauses.length} clauses ${count("tested")} are tested, ${
    count("shown")
  } shown by a figure or a proof, ${count("prose")} prose, ${count("waived")} waived, ${count("untested")} untested, ${
    claimsText(groups.get("claim") ?? [])
  }; the tests of ${count("unrun")} ${
    conformance.whole ? "need what that machine lacks" : `need <code>${FULL}</code> or <code>${ALL}</code>`
  }${leftOut}. ${failed}</p>`;
}
