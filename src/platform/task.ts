/**
 * How a task of this project is called on this machine.
 *
 * @module
 */

let program: string | undefined;

/** Has hints name a program where there are no tasks: `memgan fit`. */
export function calledAs(name: string): void {
  program = name;
}

/** A machine that has only Node knows no `deno`: npx keeps it in a cache of its own. */
function caller(): string {
  if (program !== undefined) return program;
  const byNpx = /[\\/]_npx[\\/]/.test(Deno.execPath());
  return byNpx ? `npx deno@${Deno.version.deno} task` : "deno task";
}

/**
 * A command line that works where this process runs.
 *
 * @param task The task's name.
 * @param flags Its flags, one word each; quoted where a shell needs it.
 * @returns The line, to be shown to the user.
 *
 * @example A folder whose name has a space
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(taskLine("fig1", "--out", "my runs"), /^(npx deno@[\d.]+|deno) task fig1 --out 'my runs'$/);
 * ```
 */
export function taskLine(task: string, ...flags: readonly string[]): string {
  const quoted = flags.map((flag) => /^[\w.,:/=+-]+$/.test(flag) ? flag : `'${flag.replaceAll("'", "'\\''")}'`);
  return [caller(), task, ...quoted].join(" ");
}
