/**
 * How runs were made: for manifests and captions.
 *
 * @module
 */

import { ARITHMETIC } from "./arithmetic.ts";

/** What a run's `manifest.json` says about its machine and software. */
export interface Manifest {
  /** Wall seconds. */
  readonly seconds: number;
  /** The backend, with the reason for its choice. */
  readonly backend: { readonly name: string; readonly reason: string };
  /** Versions of the software. */
  readonly versions: Readonly<Record<string, string>>;
  /** The arithmetic; older manifests lack it. */
  readonly arithmetic?: number;
  /** The processor's name. */
  readonly cpu: string;
  /** The commit of the code; `null` if git did not know it, with `+` if files differed from it. */
  readonly commit: string | null;
}

/** What a caption says about a run. */
export interface Provenance {
  /** Its epochs. */
  readonly epochs: number;
  /** Its seed. */
  readonly seed: number;
  /** The preprocessing of its images. */
  readonly preprocessing: string;
  /** The backend that it was trained on. */
  readonly backend: string;
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
}

/**
 * The runs in words.
 *
 * @param runs The runs; what they share is mentioned once.
 * @returns A line.
 *
 * @example Two digits of one schedule
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ARITHMETIC } from "./arithmetic.ts";
 *
 * const run = { epochs: 7, seed: 0, preprocessing: "std", backend: "native", arithmetic: ARITHMETIC };
 * assertEquals(provenanceText([run, run]), "epochs 7, seed 0, preprocessing std, backend native, arithmetic " + ARITHMETIC);
 * ```
 */
export function provenanceText(runs: readonly Provenance[]): string {
  const lines = runs.map(({ epochs, seed, preprocessing, backend, arithmetic }) =>
    `epochs ${epochs}, seed ${seed}, preprocessing ${preprocessing}, backend ${backend}, arithmetic ${arithmetic}` +
    (arithmetic === ARITHMETIC ? "" : ` (drawn with ${ARITHMETIC})`)
  );
  return [...new Set(lines)].join("; ");
}
