/**
 * What the parts of `deno task bench` have in common.
 *
 * @module
 */

import type { BackendName } from "../src/engine/backend_names.ts";
import type { BenchResult } from "./table.ts";

/** How to measure. */
export interface Options {
  /** The backend. */
  readonly backend: BackendName;
  /** A Python that has PyTorch and scikit-learn. */
  readonly python: string | undefined;
  /** Thread counts. */
  readonly threads: readonly number[];
  /** Measurements of each. */
  readonly rounds: number;
  /** Steps a measurement. */
  readonly steps: number;
  /** Receives a line before each measurement. */
  readonly say: (line: string) => void;
}

/** What a part of the benchmark found. */
export interface Section {
  /** The processor. */
  readonly cpu: string;
  /** What it was measured against. */
  readonly rival: string | undefined;
  /** Its rows. */
  readonly rows: BenchResult["rows"];
}
