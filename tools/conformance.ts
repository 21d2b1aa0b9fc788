/**
 * `deno task conformance`: clause by clause, where it is implemented, what holds it, and how far the code is from its text.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import readme from "../spec/README.md" with { type: "text" };
import type { Backend } from "../src/engine/backend.ts";
import type { Command } from "../src/cli/command.ts";
import { runMain } from "../src/cli/command.ts";
import { announceBackend } from "../src/cli/surroundings.ts";
import { writeWhole } from "../src/experiments/store.ts";
import type { Differences } from "../tests/conformance_cases.ts";
import { CONFORMANCE } from "../tests/conformance_cases.ts";
import { markdownTable } from "../src/report/markdown.ts";
import type { Clause } from "../src/report/spec.ts";
import { allClauses } from "../src/report/spec.ts";
import { shownBy, WAIVERS } from "./spec_lint.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const command: Command<never> = {
  task: "conformance",
  about:
    "Runs the specification's tests and examples and reports clause by clause. Exit 1 where a clause of the paper " +
    "fails or is held by nothing. With --out DIR it also writes conformance.md and conformance.json there.",
  flags: {},
};

type Outcome = "passed" | "failed" | "ignored";

interface Report extends Clause {
  readonly tests: readonly { name: string; outcome: Outcome }[];
  readonly status: "failing" | "tested" | "shown" | "waived" | "untested" | "prose";
  readonly difference?: Differences;
}

const ENTITIES: Readonly<Record<string, string>> = { apos: "'", quot: '"', lt: "<", gt: ">", amp: "&" };

/** What ran, out of Deno's JUnit report. */
function parseJunit(xml: string): { name: string; suite: string; outcome: Outcome }[] {
  const cases = xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*>([^]*?)<\/testcase>/g);
  const text = (escaped: string) => escaped.replaceAll(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all);
  return [...cases].map(([, name, suite, body]) => ({
    name: text(name!),
    suite: text(suite!),
    outcome: /<(failure|error)/.test(body!) ? "failed" : /<skipped/.test(body!) ? "ignored" : "passed",
  }));
}

async function runTests(): Promise<ReturnType<typeof parseJunit>> {
  const file = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const flags = ["read", "write", "env", "sys", "ffi", "run"].map((name) => `--allow-${name}`);
    const args = ["test", "--quiet", "--doc", "--parallel", ...flags, `--junit-path=${file}`, "spec", "tests"];
    await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "null", stderr: "null" }).output();
    return parseJunit(await Deno.readTextFile(file));
  } finally {
    await Deno.remove(file);
  }
}

/** The greatest differences over ten worlds of different sizes. */
async function differences(): Promise<Map<string, Differences>> {
  const found = new Map<string, Differences>();
  for (const { clause, run } of CONFORMANCE) {
    const greatest = { value: 0, gradient: 0 };
    for (let seed = 0; seed < (clause.startsWith("algorithm-1") ? 2 : 10); seed++) {
      const sizes = { m: 1 + seed % 4, n: 1 + (seed * 5) % 6, d: 1 + (seed * 3) % 5, p: 1 + (seed * 7) % 6 };
      const { value, gradient } = await run(seed, sizes);
      greatest.value = Math.max(greatest.value, value);
      greatest.gradient = Math.max(greatest.gradient, gradient);
    }
    found.set(clause, greatest);
  }
  return found;
}

function statusOf(clause: Clause, outcomes: readonly Outcome[]): Report["status"] {
  if (outcomes.includes("failed")) return "failing";
  if (outcomes.includes("passed")) return "tested";
  if (shownBy(clause).length > 0) return "shown";
  if (clause.id in WAIVERS) return "waived";
  return clause.level === "PAPER" ? "untested" : "prose";
}

function markdown(reports: readonly Report[], backend: Backend): string {
  const small = (value: number) => value === 0 ? "0" : value.toExponential(0);
  const rows = reports.map(({ id, file, level, locator, links, tests, status, difference }) => [
    `[${id}](spec/${file}#${id})`,
    level,
    locator || "–",
    links.map((link) => `${link.file}${link.symbol === link.file ? "" : ` ${link.symbol}`}`).join(", ") || "–",
    `${tests.filter(({ outcome }) => outcome === "passed").length} of ${tests.length}`,
    status === "waived" ? `waived: ${WAIVERS[id]}` : status,
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
        "greatest difference: value, gradient",
      ],
      rows,
    ),
    "",
    `${reports.length} clauses: ${count("tested")} tested, ${count("shown")} shown by a figure or a proof, ${
      count("prose")
    } prose, ${count("waived")} waived, ${count("untested")} untested, ${count("failing")} failing. Of the paper's: ${
      count("tested", "PAPER")
    } tested, ${count("shown", "PAPER")} shown.`,
    "",
    `Differences are shares of the largest magnitude, or of 1 if that is more; backend ${backend.name}, ${backend.reason}.`,
    "",
    cannot.trim(),
  ].join("\n");
}

await runMain(command, async (given) => {
  const backend = await announceBackend(given);
  const far = await differences();
  const ran = await runTests();
  const reports = allClauses().map((clause): Report => {
    const tests = ran.filter(({ name }) => name.startsWith(`${clause.id}: `));
    const examples = ran.filter(({ suite }) =>
      clause.fences.some((line) => suite.startsWith(`./spec/${clause.file}#${line}-`))
    );
    const all = [...tests, ...examples.map(({ suite, outcome }) => ({ name: suite, outcome }))];
    const difference = far.get(clause.id);
    return {
      ...clause,
      tests: all.map(({ name, outcome }) => ({ name, outcome })),
      status: statusOf(clause, all.map(({ outcome }) => outcome)),
      ...(difference === undefined ? {} : { difference }),
    };
  });
  const json = JSON.stringify({ backend, clauses: reports }, undefined, 1);
  const text = markdown(reports, backend);
  console.log(given.on("json") ? json : text);
  const out = given.text("out");
  if (out !== undefined) {
    await Deno.mkdir(out, { recursive: true });
    await writeWhole(join(out, "conformance.md"), text + "\n");
    await writeWhole(join(out, "conformance.json"), json + "\n");
  }
  const bad = reports.filter(({ status, level }) =>
    level === "PAPER" && (status === "failing" || status === "untested")
  );
  for (const { id, status, tests } of bad) {
    const failed = tests.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
    console.error([`${id} is ${status}`, ...failed].join("; "));
  }
  return bad.length > 0 ? 1 : 0;
});
