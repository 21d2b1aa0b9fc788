/**
 * Kept runs made again: which of them, and whether their scores are what they were.
 *
 * The same spec gives the same bytes of `scores.csv` under the same conditions: arithmetic, backend, versions, processor, threads.
 * Under others it is, for a method that draws random numbers, another draw of the same experiment; then AUROC is compared.
 *
 * @module
 */

import { join } from "@std/path";
import type { CompletedRun } from "./completed.ts";
import { completedRuns } from "./completed.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import type { Method } from "./method_names.ts";
import { REGISTRY } from "./methods.ts";
import { conditionsOf, differencesOf } from "./provenance.ts";
import type { KeptRun } from "./run_files.ts";
import { seededRng } from "../engine/random.ts";

/** How far AUROC may be from what was kept where bytes cannot be compared: of a method that draws, and of one that does not. */
export const NEAR = { drawn: 0.02, computed: 0.001 } as const;

const toleranceOf = (method: Method) => REGISTRY[method].seeded ? NEAR.drawn : NEAR.computed;

/** What came of a run that was made again. */
export interface Verified {
  /** The run's hash. */
  readonly run: string;
  /** The same bytes; an AUROC as near as can be asked for where bytes cannot be compared; or neither. */
  readonly outcome: "same" | "near" | "differs";
  /** AUROC as kept, a fraction of 1. */
  readonly kept: number;
  /** AUROC as made again. */
  readonly made: number;
  /** Why the bytes need not be the same. */
  readonly because: readonly string[];
}

/**
 * The kept runs of a folder that this code can make again.
 *
 * @param folder The folder of `….jsonl` files.
 * @returns Each run once: of several lines that with its scores' digest, then the latest arithmetic. Not those of an ablation,
 * which were made by changed code.
 */
export async function keptRuns(folder: string): Promise<Map<string, CompletedRun>> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".jsonl")) files.push(join(folder, name));
  const rank = ({ scores_sha256, result }: CompletedRun) => (scores_sha256 === null ? 0 : 1000) + result.arithmetic;
  const runs = new Map<string, CompletedRun>();
  for (const file of files.sort()) {
    for (const run of await completedRuns(file)) {
      const other = runs.get(run.result.run);
      if (run.change === undefined && (other === undefined || rank(run) > rank(other))) runs.set(run.result.run, run);
    }
  }
  return runs;
}

/**
 * Draws runs of whose scores the bytes can be compared: kept with their digest, and made by this code's arithmetic.
 *
 * @param runs The kept runs.
 * @param count How many to draw; all, if there are fewer.
 * @param seed Draws them.
 * @returns The runs, in the order in which they are kept.
 */
export function sampleOf(runs: ReadonlyMap<string, CompletedRun>, count: number, seed: number): CompletedRun[] {
  const all = [...runs.values()].filter(({ scores_sha256, result }) =>
    scores_sha256 !== null && result.arithmetic === ARITHMETIC
  );
  const drawn = seededRng(seed, "verify").permutation(all.length).subarray(0, count);
  return Array.from(drawn.sort(), (i) => all[i]!);
}

/**
 * Compares a run with what was kept of it.
 *
 * @param kept The kept run.
 * @param made The same run, made again.
 * @returns What came of it.
 */
export function verified(kept: CompletedRun, made: KeptRun): Verified {
  const because = [
    ...(kept.scores_sha256 === null ? ["kept without its scores' digest"] : []),
    ...differencesOf(conditionsOf(kept.manifest), conditionsOf(made.manifest)),
  ];
  const aurocs = { kept: kept.metrics.auroc, made: made.metrics.auroc };
  const tolerance = toleranceOf(kept.spec.method);
  const outcome = kept.scores_sha256 === made.scores_sha256
    ? "same"
    : because.length > 0 && Math.abs(aurocs.made - aurocs.kept) <= tolerance
    ? "near"
    : "differs";
  return { run: kept.result.run, outcome, ...aurocs, because };
}

/**
 * What came of a run, in a line.
 *
 * @param kept The kept run.
 * @param found What came of it.
 * @returns The line.
 */
export function verifiedText({ spec }: KeptRun, { run, outcome, kept, made, because }: Verified): string {
  const { method, dataset, preprocessing, class: normal, seed } = spec;
  const name = `${run} ${method} ${dataset} ${preprocessing} class ${normal} seed ${seed}`;
  if (outcome === "same") return `${name}: the same bytes`;
  const tolerance = toleranceOf(method);
  const aurocs = `AUROC ${made}, kept is ${kept}`;
  if (because.length === 0) return `${name}: DIFFERS: other bytes under the same conditions; ${aurocs}`;
  const why = `bytes cannot be compared (${because.join("; ")})`;
  return outcome === "near"
    ? `${name}: near: ${aurocs}, within ${tolerance}; ${why}`
    : `${name}: DIFFERS: ${aurocs}, farther than ${tolerance}; ${why}`;
}
