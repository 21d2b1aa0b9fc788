/**
 * Programs that set-up runs: pip, a compiler, the NVIDIA driver's own.
 *
 * @module
 */

import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { ProgramOptions } from "../platform/children.ts";
import { runProgram } from "../platform/children.ts";

/** What came of a program. */
export interface Outcome {
  /** Whether it ended by itself with exit code 0. */
  readonly ok: boolean;
  /** All that it printed. */
  readonly output: string;
  /** The last line that tells of an error, else the end of what it printed. */
  readonly tail: string;
}

/**
 * Runs a program to its end.
 *
 * @param program Its name or path.
 * @param args Its arguments.
 * @param options How.
 * @returns What came of it; a program that is not on this machine failed.
 */
export async function run(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<Outcome> {
  const start = performance.now();
  const { code, signal, stdout, stderr } = await runProgram(program, args, options);
  const failed = (tail: string): Outcome => ({ ok: false, output: tail, tail });
  // Colours would go into the reason of the backend that is taken instead, and with it into manifests.
  const output = stripVTControlCharacters(stdout + stderr).trim();
  // Programs themselves end with 127 too: a loader that misses a symbol does.
  const absent = `${program} is not on this machine`;
  if (code === 127 && output === absent) return failed(absent);
  const { patience = Infinity } = options;
  if (signal !== null && performance.now() - start >= patience) {
    return failed(`${program} did not answer within ${patience / 1000} s`);
  }
  const lines = output.split("\n");
  const telling = lines.findLast((line) => /error: /i.test(line)) ?? lines.slice(-3).join(" | ");
  const by = signal === null ? "" : `${basename(program)} was ended by ${signal}`;
  return { ok: code === 0, output, tail: telling.trim().slice(-400) || by };
}
