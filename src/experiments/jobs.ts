/**
 * How many runs at a time a machine bears.
 *
 * @module
 */

/** What a worker takes at most: TensorFlow, a data set as float32 and a batch's tensors. */
export const WORKER_BYTES = 2.5e9;

/** The machine, as far as it matters here. */
export interface Machine {
  /** Its cores. */
  readonly cores: number;
  /** Its memory. */
  readonly bytes: number;
}

/** How many at a time, and what is to be said of it. */
export interface Jobs {
  /** The number. */
  readonly jobs: number;
  /** A line for the user, where more were asked for than the memory holds. */
  readonly warning?: string;
}

/** This machine. */
export function thisMachine(): Machine {
  return { cores: navigator.hardwareConcurrency, bytes: Deno.systemMemoryInfo().total };
}

/**
 * How many runs at a time.
 *
 * @param asked What the user asked for; otherwise one per core, as far as memory allows.
 * @param machine The machine.
 * @returns The number, one or more.
 *
 * @example Eight cores and 16 GB
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jobsOn({ cores: 8, bytes: 16e9 }, undefined), { jobs: 6 });
 * ```
 */
export function jobsOn({ cores, bytes }: Machine, asked: number | undefined): Jobs {
  const fit = Math.max(1, Math.floor(bytes / WORKER_BYTES));
  if (asked === undefined) return { jobs: Math.min(cores, fit) };
  if (asked <= fit) return { jobs: asked };
  const gigabytes = (count: number) => (count / 1e9).toFixed(1);
  const warning = `--jobs ${asked} may need ${gigabytes(asked * WORKER_BYTES)} GB; this machine has ` +
    `${gigabytes(bytes)} GB, enough for ${fit}. If memory runs out, runs are killed`;
  return { jobs: asked, warning };
}
