/**
 * Repeated runs: whether the second run gave the same result as the first.
 *
 * @module
 */

import { ABOUT } from "../data/dataset.ts";
import type { Result } from "../experiments/completed.ts";
import { greatest } from "../platform/extremes.ts";

/** The part of a run that the comparison needs. */
export type Repeatable = Omit<Result, "protocol" | "backend"> & {
  /** All that its last bits depend on: backend, versions, processor, threads, environment. */
  readonly made?: string;
};

/** The largest difference of AUROC, and whose it is. */
function largestText(pairs: readonly { now: Repeatable; then: Repeatable }[]): string {
  const points = pairs.map(({ now, then }) => 100 * Math.abs(now.auroc - then.auroc));
  const largest = greatest(points);
  // A difference that would be shown as 0.00 is not worth a name.
  if (largest < 0.005) return "by less than 0.005 points";
  const { dataset, method, preprocessing, class: normal, seed } = pairs[points.indexOf(largest)]!.now;
  return `by at most ${largest.toFixed(2)} points (\`${method}\` under \`${preprocessing}\`, ` +
    `${ABOUT[dataset].classNames[normal]}, seed ${seed})`;
}

/**
 * Compares runs with earlier ones of the same description: to the last bit if both were made by the same arithmetic and under
 * the same, otherwise by their AUROC.
 *
 * @param runs The runs.
 * @param before The earlier runs, on any machine. A run with exactly the same duration is a copy, not an earlier run.
 * @returns A sentence for each kind; `undefined` if none was made before.
 *
 * @example One of two runs repeated, a tenth of a point off; then with another arithmetic
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const of = { dataset: "mnist", method: "memgan", preprocessing: "std", class: 3, seed: 0, arithmetic: 2 } as const;
 * const a = { ...of, run: "a", auroc: 0.971, seconds: 175.3 };
 * const b = { ...of, run: "b", auroc: 0.9, seconds: 171.2 };
 * const text = repeatedText([a, b], [{ ...a, auroc: 0.972, seconds: 373.8 }, b])!;
 * assertStringIncludes(text, "0 of 1 have the same AUROC to the last bit");
 * assertStringIncludes(text, "differ by at most 0.10 points (`memgan` under `std`, digit 3, seed 0)");
 * const other = repeatedText([a], [{ ...a, auroc: 0.972, seconds: 373.8, arithmetic: 1 }])!;
 * assertStringIncludes(other, "stored with another arithmetic version differ by at most 0.10 points");
 * ```
 */
export function repeatedText(runs: readonly Repeatable[], before: readonly Repeatable[]): string | undefined {
  const first = new Map(before.map((each) => [each.run, each]));
  const twice = runs.flatMap((now) => {
    const then = first.get(now.run);
    return then === undefined || then.seconds === now.seconds ? [] : [{ now, then }];
  });
  const others = twice.filter(({ now, then }) => now.arithmetic !== then.arithmetic);
  const within = twice.filter(({ now, then }) => now.arithmetic === then.arithmetic);
  const alike = within.filter(({ now, then }) => now.made === then.made);
  const elsewhere = within.filter(({ now, then }) => now.made !== then.made);
  const sentences: string[] = [];
  if (alike.length > 0) {
    const changed = alike.filter(({ now, then }) => now.auroc !== then.auroc);
    sentences.push(
      `Of the runs that are also stored in \`results/\`, ${
        alike.length - changed.length
      } of ${alike.length} have the ` +
        "same AUROC to the last bit" + (changed.length === 0 ? "." : `; the others differ ${largestText(changed)}.`),
    );
  }
  for (
    const [pairs, what] of [[others, "with another arithmetic version"], [
      elsewhere,
      "from other software or another machine",
    ]] as const
  ) {
    if (pairs.length === 0) continue;
    sentences.push(
      `The AUROCs of the ${pairs.length} run${pairs.length === 1 ? "" : "s"} stored ${what} differ ` +
        `${largestText(pairs)}.`,
    );
  }
  return sentences.length === 0 ? undefined : sentences.join(" ");
}
