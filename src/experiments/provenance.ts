/**
 * How runs were made: what their manifests say, and a figure's caption.
 *
 * @module
 */

import { ARITHMETIC } from "./arithmetic.ts";

/** What a run's `manifest.json` says of where and by what it was made. */
export interface Manifest {
  /** Wall seconds. */
  readonly seconds: number;
  /** The backend, and why it was chosen. */
  readonly backend: { readonly name: string; readonly reason: string };
  /** Versions of what computes. */
  readonly versions: Readonly<Record<string, string>>;
  /** The arithmetic, in manifests of since it was noted. */
  readonly arithmetic?: number;
  /** The processor's name. */
  readonly cpu: string;
  /** The commit of the code; `null` where git did not know, with `+` where files differed from it. */
  readonly commit: string | null;
}

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
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
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
 * import { ARITHMETIC } from "./arithmetic.ts";
 *
 * const run = { epochs: 7, seed: 0, preprocessing: "std", backend: "native", arithmetic: ARITHMETIC };
 * assertEquals(madeText([run, run]), "epochs 7, seed 0, preprocessing std, backend native, arithmetic " + ARITHMETIC);
 * ```
 */
export function madeText(runs: readonly Made[]): string {
  const lines = runs.map(({ epochs, seed, preprocessing, backend, arithmetic }) =>
    `epochs ${epochs}, seed ${seed}, preprocessing ${preprocessing}, backend ${backend}, arithmetic ${arithmetic}` +
    (arithmetic === ARITHMETIC ? "" : ` (drawn by ${ARITHMETIC})`)
  );
  return [...new Set(lines)].join("; ");
}
