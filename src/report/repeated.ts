/**
 * Runs that were made twice: whether the second time gave what the first did.
 *
 * @module
 */

import type { Result } from "../experiments/store.ts";

/** What a comparison of two times needs of a run. */
export type Repeatable = Pick<Result, "run" | "auroc" | "seconds">;

/**
 * How runs stand to those of the same description that were made before, in a sentence.
 *
 * @param runs The runs.
 * @param before Those made before, on whatever machine. One that took as many seconds to the last digit is not one made
 * before, but a copy.
 * @returns The sentence; `undefined` if none was made before.
 *
 * @example One of two runs repeated, a tenth of a point off
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const runs = [{ run: "a", auroc: 0.971, seconds: 175.3 }, { run: "b", auroc: 0.9, seconds: 171.2 }];
 * const text = repeatedText(runs, [{ run: "a", auroc: 0.972, seconds: 373.8 }, runs[1]!])!;
 * assertStringIncludes(text, "0 of 1 came out with the same AUROC, to the last bit");
 * assertStringIncludes(text, "differs by 0.10 points");
 * ```
 */
export function repeatedText(runs: readonly Repeatable[], before: readonly Repeatable[]): string | undefined {
  const changes = runs.flatMap(({ run, auroc, seconds }) => {
    const first = before.find((each) => each.run === run);
    return first === undefined || first.seconds === seconds ? [] : [Math.abs(auroc - first.auroc)];
  });
  if (changes.length === 0) return undefined;
  const same = changes.filter((change) => change === 0).length;
  const greatest = Math.max(...changes);
  return `Of ${changes.length} of these runs the sources keep what they gave an earlier time: ` +
    `${same} of ${changes.length} came out with the same AUROC, to the last bit` +
    (greatest === 0 ? "." : `; the one farthest from it differs by ${(100 * greatest).toFixed(2)} points.`);
}
