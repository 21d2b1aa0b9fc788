/**
 * `deno task mutate`: breaks equations, methods, recipes and promises one at a time, in a copy, and sees that a test names the broken
 * clause.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { runMain } from "../src/cli/command.ts";
import { runProgram } from "../src/platform/children.ts";
import { parseJunit, statusOf } from "../src/report/conformance.ts";
import { allClauses } from "../src/report/spec.ts";
import type { Change } from "./copy.ts";
import { withCopy } from "./copy.ts";
import type { Mutation } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** The tests of the equations. */
const TESTS = ["conformance", "training", "tables", "cases"].map((name) => `tests/${name}_test.ts`);

/** Milliseconds that the tests of a break have: a break may make them wait for ever, which nobody overlooks. */
const PATIENCE = 15 * 60_000;

/** What tests with backends may do, and those with a server of their own. */
const PERMISSIONS = ["read", "write", "env", "sys", "ffi", "run", "net=127.0.0.1"].map((name) => `--allow-${name}`);

const command: Command<"jobs" | "only"> = {
  task: "mutate",
  about:
    "Breaks equations, methods and recipes in a copy of this project and runs the tests on it. Exit 1 where a break goes unnoticed.",
  flags: {
    jobs: { value: "N", help: "copies at a time (default: one per core)" },
    only: { value: "CLAUSE,…", help: "the breaks of these clauses alone (default: all)" },
  },
};

/** What runs the examples of a specification's file too. */
const examples = (tests: readonly string[]) => tests.some((test) => test.endsWith(".md")) ? ["--doc"] : [];

/** The clauses that failing tests name, or whose examples fail, in a copy with `changes`; none where all pass. */
function failing(
  changes: readonly Change[],
  tests: Mutation["tests"],
  patience?: number,
): Promise<string[] | "endless"> {
  return withCopy(changes, async (folder) => {
    const report = join(folder, "junit.xml");
    // Without permissions the tests that want a native library would be skipped, and notice nothing.
    const args = ["test", "--quiet", "--no-prompt", "--no-check", `--junit-path=${report}`].concat(
      tests === undefined ? TESTS : [...PERMISSIONS, ...examples(tests), ...tests],
    );
    const { code, signal, stderr } = await runProgram(Deno.execPath(), args, { cwd: folder, patience });
    if (code === 0) return [];
    if (signal !== null) return "endless";
    const ran = parseJunit(await Deno.readTextFile(report).catch(() => ""));
    const names = allClauses().filter((clause) => statusOf(clause, ran).status === "failing").map(({ id }) => id);
    if (names.length === 0) throw new RangeError(`Cannot run the tests: ${stderr.trim()}`);
    return names;
  });
}

/** Sets the native backend up, without which tests of methods would be skipped. */
async function setUp(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "setup"], cwd: ROOT }).spawn()
    .status;
  if (!success) throw new RangeError("Cannot set the native backend up: see the lines above");
}

await runMain(command, async (given) => {
  const only = given.several("only", MUTATIONS.map(({ clause }) => clause));
  const jobs = given.whole("jobs", 1) ?? navigator.hardwareConcurrency;
  await setUp();
  const waiting = [...MUTATIONS.keys()].filter((i) => only === undefined || only.includes(MUTATIONS[i]!.clause));
  // A test that a bare copy fails would notice every break.
  const files = new Set(waiting.flatMap((i) => MUTATIONS[i]!.tests ?? TESTS));
  const before = await failing([], [...files]);
  if (before === "endless") throw new RangeError("Cannot tell what a break does: without one the tests were killed");
  if (before.length > 0) throw new RangeError(`Cannot tell what a break does: without one ${before.join(", ")} fail`);
  const results: {
    what: string;
    file: string;
    clause: string;
    failed: string[];
    isEndless: boolean;
    noticed: boolean;
  }[] = [];
  const work = async () => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const { what, file, clause, tests } = MUTATIONS[i]!;
      const found = await failing([MUTATIONS[i]!], tests, PATIENCE);
      const [failed, isEndless] = found === "endless" ? [[], true] : [found, false];
      const noticed = isEndless || failed.includes(clause);
      results[i] = { what, file, clause, failed, isEndless, noticed };
      const why = isEndless ? "its tests do not end" : failed.join(", ") || "all tests pass";
      console.error(`${noticed ? "noticed " : "SURVIVED"} ${what}: ${why}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const done = results.flat();
  const survived = done.filter(({ noticed }) => !noticed).length;
  if (given.on("json")) console.log(JSON.stringify(done, undefined, 1));
  else console.log(`${done.length} breaks, ${survived} survived`);
  return survived === 0 ? 0 : 1;
});
