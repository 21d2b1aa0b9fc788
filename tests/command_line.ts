/** Commands started as a user would. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** Their files. */
export const COMMANDS = {
  reproduce: "../src/cli/reproduce.ts",
  search: "../src/cli/search.ts",
  verify: "../src/cli/verify.ts",
  setup: "../src/cli/setup.ts",
  doctor: "../src/cli/doctor.ts",
  table1: "../src/cli/table1.ts",
  table2: "../src/cli/table2.ts",
  fig1: "../src/cli/fig1.ts",
  fig2: "../src/cli/fig2.ts",
  fig3: "../src/cli/fig3.ts",
  fig4: "../src/cli/fig4.ts",
  table3: "../src/cli/table3.ts",
  gallery: "../src/cli/gallery.ts",
  book: "../src/cli/book.ts",
  read: "../src/cli/read.ts",
} as const;

/** Those that take more than flags. */
const OTHERS = {
  fit: "../src/cli/fit.ts",
  score: "../src/cli/score.ts",
  evaluate: "../src/cli/evaluate.ts",
  serve: "../src/cli/serve.ts",
  memgan: "../src/cli/memgan.ts",
  worker: "../src/cli/worker.ts",
  queue: "../src/cli/queue.ts",
} as const;

const ALL = { ...COMMANDS, ...OTHERS };

/** Starts a command, in a process group of its own. */
export function start(command: keyof typeof ALL, ...args: string[]): Deno.ChildProcess {
  const script = fromFileUrl(import.meta.resolve(ALL[command]));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, ...args],
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

/** Runs a command to its end. */
export async function run(command: keyof typeof ALL, ...args: string[]) {
  const { code, stdout, stderr } = await start(command, ...args).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** One line on standard error, nothing on standard output, the exit code. */
export function assertOneLine(outcome: Awaited<ReturnType<typeof run>>, code: number, says: string): void {
  assertStringIncludes(outcome.stderr, says);
  assertEquals([outcome.code, outcome.stdout, outcome.stderr.trim().split("\n").length], [code, "", 1], outcome.stderr);
}

/** What such a test needs. */
export const NEEDS = ["read", "write", "env", "run", "sys"] as const;
