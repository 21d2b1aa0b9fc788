/**
 * How the runs behind a figure were made, for its caption.
 *
 * @module
 */

/** What a caption says of a run. */
export interface Made {
  /** Epochs that it was trained. */
  readonly epochs: number;
  /** Its seed. */
  readonly seed: number;
  /** What was done to its images. */
  readonly preprocessing: string;
  /** The backend that it was trained on. */
  readonly backend: string;
}

/**
 * The runs in words.
 *
 * @param runs The runs; what they share is said once.
 * @returns A line.
 *
 * @example Two digits of one schedule
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const run = { epochs: 7, seed: 0, preprocessing: "std", backend: "native" };
 * assertEquals(madeText([run, run]), "epochs 7, seed 0, preprocessing std, backend native");
 * ```
 */
export function madeText(runs: readonly Made[]): string {
  const lines = runs.map(({ epochs, seed, preprocessing, backend }) =>
    `epochs ${epochs}, seed ${seed}, preprocessing ${preprocessing}, backend ${backend}`
  );
  return [...new Set(lines)].join("; ");
}
