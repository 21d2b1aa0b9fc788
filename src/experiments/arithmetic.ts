/**
 * The version of the arithmetic of runs: one whole number for everything in this code that determines the last bits of their numbers.
 *
 * The same spec on the same backend, versions and processor gives the same bytes as long as this number is the same. Training
 * amplifies a difference in the last bit: where the numbers differ, repeating a run is another draw of the same experiment.
 *
 * @module
 */

/**
 * The changes of bits, one line per change, the oldest first. Each raises the version by one; of runs of an older version all
 * changes since are named.
 *
 * A commit that may change the bits of any run must add a line: another order of sums, another kernel, another draw.
 * `deno task readme` then marks the runs stored in `results/`. A change that does not affect training or scoring adds none; nor
 * does another version of a library, which the manifest names itself.
 */
const CHANGES: readonly string[] = [
  "Algorithm 1 on one gradient tape, with kernels chosen by measurement",
  "the training step repeated by TensorFlow as a graph",
  "a bias in D's first convolution",
];

/** The version of this code's arithmetic. */
export const ARITHMETIC: number = 1 + CHANGES.length;

/**
 * The arithmetic of something that was stored.
 *
 * @param stored The object that records it; older manifests, checkpoints and measurements do not.
 * @returns A whole number.
 *
 * @example An object that does not record it has the first
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([arithmeticOf({}), arithmeticOf({ arithmetic: 7 })], [1, 7]);
 * ```
 */
export function arithmeticOf({ arithmetic = 1 }: { readonly arithmetic?: number | undefined }): number {
  return arithmetic;
}

/** Marks the rows or cells of a table whose runs have another arithmetic than this code's, if not all of them do. */
export const MARK = " †";

/**
 * The mark of a row or cell.
 *
 * @param some The arithmetics of its runs.
 * @param all Those of all runs of the table: if none of them is this code's, the note alone says so.
 * @returns {@linkcode MARK}, or nothing.
 */
export function markOf(some: readonly number[], all: readonly number[]): string {
  return all.includes(ARITHMETIC) && some.some((each) => each !== ARITHMETIC) ? MARK : "";
}

/**
 * The note on runs with another arithmetic than this code's.
 *
 * @param arithmetics That of each run.
 * @param mark How they are marked, if at all.
 * @returns A sentence; empty where there are none.
 *
 * @example All runs, and one of three
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 *
 * assertEquals(arithmeticNote([ARITHMETIC, ARITHMETIC]), "");
 * assertStringIncludes(arithmeticNote([1, 1]), "Computed with arithmetic version 1 (changed since: Algorithm 1 on one gradient tape");
 * assertStringIncludes(arithmeticNote([1, ARITHMETIC, ARITHMETIC], MARK), "1 of 3 runs († in the table) was computed");
 * ```
 */
export function arithmeticNote(arithmetics: readonly number[], mark = ""): string {
  const others = arithmetics.filter((each) => each !== ARITHMETIC);
  if (others.length === 0) return "";
  // A later version than this code's was made by a later code.
  const since = (version: number) => CHANGES.slice(version - 1).join("; ");
  const named = [...new Set(others)].sort((a, b) => a - b)
    .map((each) => `version ${each}` + (since(each) === "" ? "" : ` (changed since: ${since(each)})`));
  const which = `${others.length} of ${arithmetics.length} runs${mark === "" ? "" : ` (${mark.trim()} in the table)`}`;
  const subject = others.length === arithmetics.length
    ? "Computed"
    : `${which} ${others.length === 1 ? "was" : "were"} computed`;
  return `${subject} with arithmetic ${named.join(" and ")}. ` +
    `This code has version ${ARITHMETIC}: a rerun is another draw of the same experiment and need not give the same digits.`;
}

/**
 * The arithmetic of runs, as a sentence that stays true when this code's is raised.
 *
 * @param arithmetics That of each run.
 * @param mark How those with another arithmetic are marked, if at all.
 * @returns The sentence, or the note on runs with another arithmetic than this code's; empty if there is no run.
 */
export function arithmeticText(arithmetics: readonly number[], mark = MARK): string {
  if (arithmetics.length === 0) return "";
  return arithmeticNote(arithmetics, mark) || `Computed with arithmetic version ${ARITHMETIC}.`;
}
