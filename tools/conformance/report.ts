/**
 * The conformance report: for each clause, where it is implemented, what tests it, and how far the code is from its text.
 *
 * @module
 */

import readme from "../../spec/README.md" with { type: "text" };
import { Live, STDERR } from "../../src/cli/live.ts";
import type { Backend } from "../../src/engine/backend.ts";
import { runSuite } from "../../src/cli/test_suite.ts";
import type { Differences } from "./conformance_cases.ts";
import { CONFORMANCE } from "./conformance_cases.ts";
import type { ClauseStatus } from "../../src/report/conformance.ts";
import { LEFT_OUT, statusOf, WAIVERS } from "../../src/report/conformance.ts";
import { taskLine } from "../../src/platform/task.ts";
import { claimsText } from "../../src/report/claims.ts";
import { markdownTable } from "../../src/report/tables/markdown.ts";
import type { Clause } from "../../src/report/spec.ts";
import { allClauses } from "../../src/report/spec.ts";

/** What the suite may do: all that a test asks for. */
const PERMISSIONS = ["read", "write", "env", "sys", "ffi", "run"];

/** A clause, where it stands, and how far the code is from it. */
export interface Report extends Clause, ClauseStatus {
  /** Between its expression and the code, where it has one. */
  readonly difference?: Differences;
}

/** The greatest differences over ten random inputs of different sizes. */
async function differences(live: Live): Promise<Map<string, Differences>> {
  const found = new Map<string, Differences>();
  for (const [i, { clause, run }] of CONFORMANCE.entries()) {
    live.progress(`distance from the text: clause ${i + 1} of ${CONFORMANCE.length}: ${clause}`, i === 0);
    const greatest = { value: 0, gradient: 0 };
    for (let seed = 0; seed < (clause.startsWith("algorithm-1") ? 2 : 10); seed++) {
      const sizes = { m: 1 + seed % 4, n: 1 + (seed * 5) % 6, d: 1 + (seed * 3) % 5, p: 1 + (seed * 7) % 6 };
      const { value, gradient } = await run(seed, sizes);
      greatest.value = Math.max(greatest.value, value);
      greatest.gradient = Math.max(greatest.gradient, gradient);
    }
    found.set(clause, greatest);
  }
  live.draw([]);
  return found;
}

/** Measures the differences on the backend that runs, and runs the tests of all clauses but those that are left out. */
export async function reportAll(): Promise<Report[]> {
  const live = new Live(STDERR);
  const far = await differences(live);
  const all = allClauses();
  const ran = await runSuite(PERMISSIONS, undefined, { only: all.filter(({ file }) => file !== LEFT_OUT), live });
  return all.map((clause): Report => {
    if (clause.file === LEFT_OUT) return { ...clause, status: "left out", tests: [] };
    const difference = far.get(clause.id);
    return { ...clause, ...statusOf(clause, ran), ...(difference === undefined ? {} : { difference }) };
  });
}

/** The report as Markdown. */
export function reportMarkdown(all: readonly Report[], backend: Pick<Backend, "name" | "reason">): string {
  const reports = all.filter(({ status }) => status !== "left out");
  const leftOut = all.filter(({ status }) => status === "left out").map(({ id }) => id);
  const small = (value: number) => value === 0 ? "0" : value.toExponential(0);
  const rows = reports.map(({ id, file, level, locator, links, tests, status, finding, difference }) => [
    `[${id}](spec/${file}#${id})`,
    level,
    locator || "–",
    links.map((link) => `${link.file}${link.symbol === link.file ? "" : ` ${link.symbol}`}`).join(", ") || "–",
    `${tests.filter(({ outcome }) => outcome === "passed").length} of ${tests.length}`,
    status === "waived" ? `waived: ${WAIVERS[id]}` : status === "claim" ? finding! : status,
    difference === undefined ? "–" : `${small(difference.value)}, ${small(difference.gradient)}`,
  ]);
  const count = (status: Report["status"], level?: string) =>
    reports.filter((each) => each.status === status && (level === undefined || each.level === level)).length;
  const cannot = /## What the suite cannot show\n[^]*?(?=\n## |$)/.exec(readme)![0];
  return [
    markdownTable(
      [
        "clause",
        "level",
        "in the paper",
        "in the code",
        "tests passed",
        "status",
        "largest difference: value, gradient",
      ],
      rows,
    ),
    "",
    `${reports.length} clauses: ${count("tested")} tested, ${count("shown")} shown by a figure or a proof, ${
      count("prose")
    } prose only, ${count("waived")} waived, ${count("untested")} untested, ${
      claimsText(reports.filter(({ status }) => status === "claim"))
    }, ${count("unrun")} with tests that this machine cannot run, ${
      count("failing")
    } failing. Of the paper's own clauses, ${count("tested", "PAPER")} are tested and ${
      count("shown", "PAPER")
    } shown.`,
    "",
    `Left out are the tests of the ${leftOut.length} clauses of spec/${LEFT_OUT}, what the software promises besides: ` +
    `\`${taskLine("test")}\` runs them too. They are: ${leftOut.join(", ")}.`,
    "",
    `Differences are relative to the largest magnitude in the array, or to 1 if that is larger; backend ${backend.name}, ${backend.reason}.`,
    "",
    cannot.trim(),
  ].join("\n");
}
