/**
 * The specification's tests as a subprocess, for commands that report what came of them.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../platform/children.ts";
import type { RanTest } from "../report/conformance.ts";
import { parseJunit } from "../report/conformance.ts";
import { withTemporaryFolder } from "../platform/leftovers.ts";
import type { Clause } from "../report/spec.ts";
import type { Live } from "./live.ts";
import { ticking } from "./live.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** The tests could not be run. */
export class SuiteError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "SuiteError";
  }
}

/** Files of tests below `root`; with `only`, those that name such a clause, or whose tests' names are computed. */
async function filesOfTests(root: string, only: readonly Clause[] | undefined): Promise<string[]> {
  const files: string[] = [];
  for (const [folder, end] of [["spec", ".md"], ["tests", "_test.ts"]] as const) {
    for await (const { name } of Deno.readDir(join(root, folder))) {
      if (name.endsWith(end)) files.push(`${folder}/${name}`);
    }
  }
  const wanted: string[] = [];
  for (const file of files.sort()) {
    const text = only && file.startsWith("tests/") ? await Deno.readTextFile(join(root, file)) : "";
    const isIn = only === undefined || only.some((clause) => file === `spec/${clause.file}`) ||
      only.some(({ id }) => text.includes(`${id}: `)) || /`\$\{[^}]+\}: /.test(text);
    if (isIn) wanted.push(file);
  }
  return wanted;
}

/** Milliseconds between two lines of progress where there is no terminal. */
const NOW_AND_THEN = 20_000;

/** What Deno prints of a test, by the file that it is in. */
const TEST = /^\.\/(\S+) => (.*?)(?: \.\.\.|$)/;

/**
 * Shows how far a run of tests is.
 *
 * @param files How many files of tests there are.
 * @param live Where to: a line redrawn in place on a terminal, elsewhere one now and then.
 * @param now The time in milliseconds.
 * @returns What is told the text that Deno prints, and what draws.
 */
export function suiteBoard(
  files: number,
  live: Live,
  now: () => number = () => performance.now(),
): { read(text: string): void; tick(): void } {
  const [seen, start] = [new Set<string>(), now()];
  let [rest, clause, told] = ["", "", start];
  const tick = () => {
    const line = `tests: file ${seen.size} of ${files}, ${Math.round((now() - start) / 1000)} s${
      clause && `: ${clause}`
    }`;
    const isDue = now() - told >= NOW_AND_THEN;
    if (isDue) told = now();
    live.progress(line, isDue);
  };
  return {
    tick,
    read(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const [, file, name] = TEST.exec(line) ?? [];
        if (file === undefined) continue;
        // Of an example in a file the lines are named too.
        seen.add(file.split("#")[0]!);
        clause = name!.startsWith("file:") ? file.split("#")[0]! : name!.split(": ")[0]!;
      }
    },
  };
}

/** Which tests are run, and who sees it. */
export interface SuiteOptions {
  /** The clauses whose tests and examples are run; default: all. */
  readonly only?: readonly Clause[];
  /** Where it is shown how far they are; default: nowhere. */
  readonly live?: Live;
}

/**
 * Runs the tests, and the examples in `spec/`.
 *
 * @param permissions What they may do, `ffi` for instance; tests that want more are passed over.
 * @param root The folder that `spec` and `tests` are in.
 * @param options Which, and who sees it.
 * @returns What ran.
 * @throws {SuiteError} If they could not be run to their end.
 */
export async function runSuite(
  permissions: readonly string[],
  root: string = ROOT,
  { only, live }: SuiteOptions = {},
): Promise<RanTest[]> {
  return await withTemporaryFolder("suite", async (folder) => {
    const report = join(folder, "junit.xml");
    const files = await filesOfTests(root, only);
    // An example's name is its address.
    const wanted = only ? new RegExp(`^(file:|(${only.map(({ id }) => id).join("|")}): )`) : /^/;
    // Types are `deno check`'s matter; here they would only take time.
    const args = ["test", "--quiet", "--no-prompt", "--no-check", "--doc", "--parallel", `--junit-path=${report}`]
      .concat(permissions.map((name) => `--allow-${name}`))
      .concat(only ? [`--filter=/${wanted.source}/`] : [], files);
    const board = live && suiteBoard(files.length, live);
    const options = { cwd: root, env: { NO_COLOR: "1" }, onText: (text: string) => board?.read(text) };
    const { stdout, stderr } = await ticking(() => board?.tick(), () => runProgram(Deno.execPath(), args, options));
    live?.draw([]);
    // What the filter has passed over is in the report too.
    const ran = parseJunit(await Deno.readTextFile(report).catch(() => "")).filter(({ name }) => wanted.test(name));
    // A module that fails while it is loaded is in no report, and nobody would miss its tests.
    const unloaded = stdout.match(/^Uncaught error from \S+/gm);
    if (ran.length === 0 || unloaded !== null) {
      throw new SuiteError(`Cannot run the tests in "${root}": ${unloaded?.join("; ") ?? stderr.trim()}`);
    }
    return ran;
  });
}
