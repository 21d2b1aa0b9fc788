/**
 * Repeated runs: whether the second run gave the same result as the first.
 *
 * @module
 */

import type { Result } from "../experiments/completed.ts";

/** The part of a run that the comparison needs. */
export type Repeatable = Pick<Result, "run" | "auroc" | "seconds" | "arithmetic"> & {
  /** All that its last bits hang on: backend, versions, processor, threads, environment. */
  readonly made?: string;
};

/**
 * Compares runs with earlier ones of the same description: to the last bit if both were made by the same arithmetic and under
 * the same, otherwise by their AUROC.
 *
 * @param runs The runs.
 * @param before The earlier runs, on any machine. A run with exactly the same duration is a copy, not an earlier run.
 * @returns A sentence for each kind; `undefined` if none was made before.
 *
 * @example One of two runs repeated, a tenth of a point off; then by another arithmetic
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const a = { run: "a", auroc: 0.971, seconds: 175.3, arithmetic: 2 };
 * const b = { run: "b", auroc: 0.9, seconds: 171.2, arithmetic: 2 };
 * const text = repeatedText([a, b], [{ ...a, auroc: 0.972, seconds: 373.8 }, b])!;
 * assertStringIncludes(text, "0 of 1 came out with the same AUROC, to the last bit");
 * assertStringIncludes(text, "differs by 0.10 points");
 * const other = repeatedText([a], [{ ...a, auroc: 0.972, seconds: 373.8, arithmetic: 1 }])!;
 * assertStringIncludes(other, "made by another arithmetic: the largest difference of AUROC is 0.10 points");
 * ```
 */
export function repeatedText(runs: readonly Repeatable[], before: readonly Repeatable[]): string | undefined {
  const first = new Map(before.map((each) => [each.run, each]));
  const twice = runs.flatMap((now) => {
    const then = first.get(now.run);
    return then === undefined || then.seconds === now.seconds ? [] : [{ now, then }];
  });
  const change = ({ now, then }: typeof twice[number]) => Math.abs(now.auroc - then.auroc);
  const greatest = (pairs: typeof twice) => `${(100 * Math.max(...pairs.map(change))).toFixed(2)} points.`;
  const others = twice.filter(({ now, then }) => now.arithmetic !== then.arithmetic);
  const within = twice.filter(({ now, then }) => now.arithmetic === then.arithmetic);
  const alike = within.filter(({ now, then }) => now.made === then.made);
  const elsewhere = within.filter(({ now, then }) => now.made !== then.made);
  const sentences: string[] = [];
  if (alike.length > 0) {
    const same = alike.filter((pair) => change(pair) === 0).length;
    sentences.push(
      `Of ${alike.length} of these runs the sources keep what they gave an earlier time: ` +
        `${same} of ${alike.length} came out with the same AUROC, to the last bit` +
        (same === alike.length ? "." : `; the one farthest from it differs by ${greatest(alike)}`),
    );
  }
  for (
    const [pairs, what] of [[others, "by another arithmetic"], [
      elsewhere,
      "by other software or on another machine",
    ]] as const
  ) {
    if (pairs.length === 0) continue;
    sentences.push(
      `Of ${pairs.length} of these runs the sources keep one made ${what}: ` +
        `the largest difference of AUROC is ${greatest(pairs)}`,
    );
  }
  return sentences.length === 0 ? undefined : sentences.join(" ");
}
