/**
 * Two programs measured in turn, A B A B, each time in a process of its own.
 *
 * Times drift on a shared machine, so a ratio is of two measurements taken one after the other, and the median of the ratios counts.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { quartiles } from "../src/experiments/statistics.ts";
import { runProgram } from "../src/platform/children.ts";
import type { Measured, Work } from "./work.ts";

/** A measurement failed. */
class BenchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BenchError";
  }
}

/** Runs a command and reads the JSON of its last line. */
export async function json<T>(command: string, args: readonly string[], threads: number): Promise<T> {
  const { code, stdout, stderr } = await runProgram(command, args, { env: { OMP_NUM_THREADS: String(threads) } });
  const last = (text: string) => text.trim().split("\n").pop() ?? "";
  if (code !== 0) throw new BenchError(`Cannot measure with "${command} ${args.join(" ")}": ${last(stderr)}`);
  return JSON.parse(last(stdout));
}

/** A measurement of ours. */
export function ours(work: Work): Promise<Measured> {
  const file = fromFileUrl(import.meta.resolve("./work.ts"));
  return json(Deno.execPath(), ["run", "-A", file, JSON.stringify(work)], work.threads);
}

/** A measurement of a rival in Python. */
export function rival<T>(
  python: string,
  script: string,
  flags: Readonly<Record<string, string | number | true>>,
): Promise<T> {
  const args = Object.entries(flags).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)]
  );
  return json(python, [fromFileUrl(import.meta.resolve(`./${script}`)), ...args], Number(flags["threads"] ?? 1));
}

/**
 * Sees that two measurements are of the same networks, as far as the number of their parameters tells.
 *
 * @param what What was measured, for the message.
 * @param ours Ours.
 * @param theirs The rival's.
 * @throws {BenchError} If they are not.
 */
export function checkEqual(what: string, ours: Measured, theirs: { readonly parameters: number }): void {
  if (ours.parameters === theirs.parameters) return;
  throw new BenchError(
    `Cannot compare ${what}: our networks have ${ours.parameters} parameters, the rival's ${theirs.parameters}`,
  );
}

/** The middle of several values. */
export const median = (values: readonly number[]): number => quartiles(values)[1];

/** The median of the ratios of measurements taken one after the other. */
export const ratio = (a: readonly number[], b: readonly number[]): number => median(a.map((each, i) => each / b[i]!));
