/**
 * Which errors a user can do something about.
 *
 * @module
 */

/** The user stopped a command by Ctrl-C: exit 130, as shells have it of what a SIGINT ends. */
export class StoppedError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "StoppedError";
  }
}

// Thrown by bugs in this program: whoever fixes them needs the stack. All other errors a user can do something about.
const BUGS: readonly unknown[] = [Error, TypeError, ReferenceError, SyntaxError];

/**
 * A text of which a terminal shows every character and obeys none: names of files may hold line ends, escape sequences, and marks
 * that turn the direction of writing.
 *
 * @param text Any text.
 * @returns The text, with such characters as JavaScript escapes them.
 *
 * @example A name that would clear the screen
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("\x1b[2Jé\n"), "\\x1b[2Jé\\n");
 * ```
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    if (character === "\n") return "\\n";
    const code = character.codePointAt(0)!.toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
  });
}

/** One line for an error that a user can do something about; `undefined` for one that only a programmer can. */
export function oneLine(error: unknown): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const ofTheSystem = typeof (error as { code?: unknown }).code === "string";
  return BUGS.includes(error.constructor) && !ofTheSystem
    ? undefined
    : printable(error.message.replaceAll(/\s*\n\s*/g, " "));
}
