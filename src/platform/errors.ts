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

/** One line for an error that a user can do something about; `undefined` for one that only a programmer can. */
export function oneLine(error: unknown): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const ofTheSystem = typeof (error as { code?: unknown }).code === "string";
  return BUGS.includes(error.constructor) && !ofTheSystem ? undefined : error.message.replaceAll(/\s*\n\s*/g, " ");
}
