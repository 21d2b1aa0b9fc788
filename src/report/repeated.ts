/**
 * Runs that were made twice: whether the second time gave what the first did.
 *
 * @module
 */

import type { Result } from "../experiments/store.ts";

/** What a comparison of two times needs of a run. */
export type Made = Pick<Result, "run" | "auroc">;

/**
 * How runs stand to those of the same description that were made before, in a sentence.
 *
 * @param runs The runs.
 * @param before Those made before, on whatever machine.
 * @returns The sentence; `undefined` if none was made before.
 *
 * @example One of two runs repeated, a tenth of a point off
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const runs = [{ run: "a", auroc: 0.971 }, { run: "b", auroc: 0.9 }];
 * assertStringIncludes(repeatedText(runs, [{ run: "a", auroc: 0.972 }])!, "0 of 1 with the same AUROC to the last bit");
 * assertStringIncludes(repeatedText(runs, [{ run: "a", auroc: 0.972 }])!, "differs by 0.10 points");
 * ```
 */
export function repeatedText(runs: readonly Made[], before: readonly Made[]): string | undefined {
  const first = new Map(before.map(({ run, auroc }) => [run, auroc]));
  const changes = runs.flatMap(({ run, auroc }) => first.has(run) ? [Math.abs(auroc - first.get(run)!)] : []);
  if (changes.length === 0) return undefined;
  const same = changes.filter((change) => change === 0).length;
  const greatest = Math.max(...changes);
  return `The sources keep the results of ${changes.length} of these runs, from another day and machine: ` +
    `${same} of ${changes.length} with the same AUROC to the last bit` +
    (greatest === 0 ? "." : `; the one farthest from it differs by ${(100 * greatest).toFixed(2)} points.`);
}
