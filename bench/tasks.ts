/**
 * The commands of this project, as `deno.json` has them.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** A task that runs one command of this project. */
export interface CommandTask {
  /** Its name. */
  readonly task: string;
  /** What Deno is called with, flags of the command excluded. */
  readonly args: readonly string[];
  /** The command's file, from the root. */
  readonly file: string;
}

/** How a task names the Deno that runs it, which may be npx's and not the one on the PATH: a program that it may start. */
const SELF = `"$(deno eval --no-config -p 'Deno.execPath()')"`;

/**
 * The tasks that run a command: those that are a single `deno run`.
 *
 * @returns The tasks, in their order.
 *
 * @example Tables are made by a command, and tests by several
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const tasks = commandTasks().map(({ task }) => task);
 * assertEquals([tasks.includes("table1"), tasks.includes("ok")], [true, false]);
 * ```
 */
export function commandTasks(): CommandTask[] {
  return Object.entries(config.tasks).flatMap(([task, { command }]) => {
    const [, head, file] = /^deno (run(?: --\S+)*) (\S+\.ts)(?: --\S+)*$/.exec(
      command.replace(SELF, Deno.execPath()),
    ) ?? [];
    return head === undefined || file === undefined ? [] : [{ task, args: [...head.split(" "), file], file }];
  });
}
