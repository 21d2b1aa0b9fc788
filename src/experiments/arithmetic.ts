/**
 * By which arithmetic runs are made: what of this code decides the last bits of their numbers, as one whole number.
 *
 * The same spec on the same backend, versions and processor gives the same bytes, as long as this number is the same. Training
 * carries a difference in the last bit far: where the numbers differ, a run made anew is another draw of the same experiment.
 *
 * @module
 */

/**
 * What changed bits, a line a change, the oldest first. Each raises the arithmetic by one; of older runs is said that they are
 * from before it.
 *
 * Whoever changes this code so that any run may come out with other bits adds a line, in the same commit: another order of
 * sums, another kernel, another draw. `deno task readme` then marks the runs kept in `results/`. A change that touches nothing
 * that trains or scores adds none; nor does another version of a library, which the manifest names itself.
 */
const CHANGES: readonly string[] = [
  "Algorithm 1 was put on one tape and kernels were chosen by measurement",
  "TensorFlow repeated a step by itself",
  "D's first convolution had a bias",
];

/** The arithmetic of this code. */
export const ARITHMETIC: number = 1 + CHANGES.length;

/**
 * The arithmetic of something that was stored.
 *
 * @param stored What says it; a manifest, a checkpoint or a measurement of before it was noted does not.
 * @returns A whole number.
 *
 * @example What does not say it was made by the first
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([arithmeticOf({}), arithmeticOf({ arithmetic: 7 })], [1, 7]);
 * ```
 */
export function arithmeticOf({ arithmetic = 1 }: { readonly arithmetic?: number | string }): number {
  return Number(arithmetic);
}

/** Stands in a table's rows, or cells, that have runs by another arithmetic than this code's, where not all of them have. */
export const MARK = " †";

/**
 * The mark of a row or cell.
 *
 * @param some The arithmetics of its runs.
 * @param all Those of all runs of the table: where none of them is this code's, the note alone says so.
 * @returns {@linkcode MARK}, or nothing.
 */
export function markOf(some: readonly number[], all: readonly number[]): string {
  return all.includes(ARITHMETIC) && some.some((each) => each !== ARITHMETIC) ? MARK : "";
}

/**
 * What has to be said of runs by another arithmetic than this code's.
 *
 * @param arithmetics That of each run.
 * @param mark How they are marked, if they are.
 * @returns A sentence; empty where there are none.
 *
 * @example All runs, and one of three
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 *
 * assertEquals(arithmeticNote([ARITHMETIC, ARITHMETIC]), "");
 * assertStringIncludes(arithmeticNote([1, 1]), "Made by arithmetic 1, from before Algorithm 1 was put on one tape");
 * assertStringIncludes(arithmeticNote([1, ARITHMETIC, ARITHMETIC], MARK), "1 of 3 runs († in the table) made by arithmetic 1,");
 * ```
 */
export function arithmeticNote(arithmetics: readonly number[], mark = ""): string {
  const others = arithmetics.filter((each) => each !== ARITHMETIC);
  if (others.length === 0) return "";
  const named = [...new Set(others)].sort((a, b) => a - b)
    .map((each) =>
      `arithmetic ${each}` + (CHANGES[each - 1] === undefined ? "" : `, from before ${CHANGES[each - 1]}`)
    );
  const which = others.length === arithmetics.length
    ? "Made"
    : `${others.length} of ${arithmetics.length} runs${mark === "" ? "" : ` (${mark.trim()} in the table)`} made`;
  return `${which} by ${named.join(", and by ")}; ` +
    `this code has arithmetic ${ARITHMETIC}, which rounds otherwise and need not give the same digits.`;
}

/**
 * By which arithmetic runs were made, as a sentence that stays true when this code's is raised.
 *
 * @param arithmetics That of each run.
 * @returns The sentence, or what has to be said of runs by another arithmetic than this code's; empty where there is no run.
 */
export function madeBy(arithmetics: readonly number[]): string {
  if (arithmetics.length === 0) return "";
  return arithmeticNote(arithmetics, MARK) || `Made by arithmetic ${ARITHMETIC}.`;
}
