/**
 * What commands know of the machine and the checkout.
 *
 * @module
 */

import { dirname, fromFileUrl } from "@std/path";
import type { Backend } from "../engine/backend.ts";
import { BACKENDS, startBackend } from "../engine/backend.ts";
import type { Given } from "./command.ts";

/** Starts the backend that a command was asked for, setting it up where that is missing, and names it on standard error. */
export async function announceBackend(given: Pick<Given<never>, "choice">): Promise<Backend> {
  const backend = await startBackend({ only: given.choice("backend", BACKENDS), say: (line) => console.error(line) });
  console.error(`backend: ${backend.name}, ${backend.reason}`);
  return backend;
}
import { UsageError } from "./command.ts";

/** MNIST's classes out of `--classes`, `undefined` where none were given. */
export function checkClasses(classes: number[] | undefined): number[] | undefined {
  const unknown = classes?.find((c) => c > 9);
  if (unknown !== undefined) throw new UsageError(`--classes: MNIST has the classes 0 to 9, ${unknown} was asked for`);
  return classes;
}

/** The commit of this checkout, with `+` where files differ from it; `undefined` where git does not know. */
export async function commitHash(): Promise<string | undefined> {
  const git = async (...args: string[]) => {
    try {
      const cwd = dirname(fromFileUrl(import.meta.url));
      const { success, stdout } = await new Deno.Command("git", { args, cwd, stderr: "null" }).output();
      return success ? new TextDecoder().decode(stdout).trim() : undefined;
    } catch {
      return undefined;
    }
  };
  const hash = await git("rev-parse", "--short=12", "HEAD");
  return hash && hash + (await git("status", "--porcelain", "--untracked-files=no", "--", ":/") ? "+" : "");
}

/** Where progress goes: to standard error, overwritten in place on a terminal, a line an event elsewhere. */
export function progressTo(): { say: (line: string) => void; live: boolean } {
  const live = Deno.stderr.isTerminal();
  if (!live) return { live, say: (line) => console.error(line) };
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const current = new Map<string, string>();
  return {
    live,
    // One line a run, redrawn in place: the part before the colon names the run.
    say(line) {
      if (current.size > 0) write(`\x1b[${current.size}A`);
      current.set(line.split(":")[0]!, line);
      for (const each of current.values()) write(`\r\x1b[K${each.slice(0, Deno.consoleSize().columns - 1)}\n`);
      for (const [name, each] of current) if (/: done;/.test(each) && current.size > 8) current.delete(name);
    },
  };
}
