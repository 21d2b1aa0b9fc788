/**
 * How every command runs: its modules when they are wanted, its help, and errors that are one line.
 *
 * Results go to stdout, everything else to stderr; exit 0 is done, 1 failed, 2 wrong usage, 130 Ctrl-C, 141 a pipe
 * that was closed, as shells have it.
 *
 * @module
 */

import { oneLine, StoppedError } from "../platform/errors.ts";
import { withholdLoaderVariables } from "../platform/permissions.ts";
import type { Command, Given } from "./flags.ts";
import { helpText, readFlags, UsageError } from "./flags.ts";

/**
 * Loads a module once it is wanted.
 *
 * Before a program starts, Deno reads every module that an `import()` with a literal leads to, and looks up each package that
 * they import, one by one: for most commands a tenth of a second or two. It does not follow this.
 *
 * @param url What `import.meta.resolve` makes of the module's path.
 * @returns The module; say which by `typeof import("its path")`.
 */
export async function load<M>(url: string): Promise<M> {
  return await import(url);
}

let called: readonly string[] = Deno.args;

/** Has the command that is loaded next take these arguments: `memgan fit DIR` runs `fit` with `DIR`. */
export function callWith(args: readonly string[]): void {
  called = args;
}

/** What the command was given. */
export function callArguments(): readonly string[] {
  return called;
}

/**
 * Runs a command's main function and ends the process with its exit code.
 *
 * @param command The command.
 * @param main What it does with its flags; may return an exit code other than 0.
 */
export async function runMain<Name extends string>(
  command: Command<Name>,
  main: (given: Given<Name>) => Promise<number | void>,
): Promise<never> {
  if (called.includes("--help") || called.includes("-h")) {
    console.log(helpText(command));
    Deno.exit(0);
  }
  withholdLoaderVariables();
  try {
    Deno.exit(await main(readFlags(command, called)) ?? 0);
  } catch (error) {
    // Whoever read the results wants no more of them, and no word about it: `| head`.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(141);
    console.error(oneLine(error) ?? error);
    Deno.exit(error instanceof UsageError ? 2 : error instanceof StoppedError ? 130 : 1);
  }
}
