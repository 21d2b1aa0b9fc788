/**
 * Programs that set-up runs: pip, a compiler, the NVIDIA driver's own.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { basename } from "node:path";
import process from "node:process";

/** What came of a program. */
export interface Outcome {
  /** Whether it ended by itself with exit code 0. */
  readonly ok: boolean;
  /** All that it printed. */
  readonly output: string;
  /** The last line that tells of an error, else the end of what it printed. */
  readonly tail: string;
}

/** How a program is run. */
export interface ProgramOptions {
  /** Its folder; default: this process's. */
  readonly cwd?: string;
  /** Variables besides this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is ended; default: none. */
  readonly patience?: number;
}

/**
 * Runs a program to its end.
 *
 * @param program Its name or path.
 * @param args Its arguments.
 * @param options How.
 * @returns What came of it; a program that is not on this machine failed.
 */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env, patience = 0 }: ProgramOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const failed = (tail: string) => resolve({ ok: false, output: tail, tail });
    const options = { cwd, maxBuffer: Infinity, timeout: patience, killSignal: "SIGKILL" as const };
    execFile(program, args, { ...options, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") return failed(`${program} is not on this machine`);
      if (error !== null && typeof error.code === "string") return reject(error);
      const output = (stdout + stderr).trim();
      if (error?.killed) return failed(`${program} did not answer within ${patience / 1000} s`);
      const lines = output.split("\n");
      const telling = lines.findLast((line) => /error: /i.test(line)) ?? lines.slice(-3).join(" | ");
      const signal = error?.signal ? `${basename(program)} was ended by ${error.signal}` : "";
      resolve({ ok: error === null, output, tail: telling.trim().slice(-400) || signal });
    });
  });
}
