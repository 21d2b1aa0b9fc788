/**
 * Runs that a store lacks, done by worker processes: what `reproduce`, the studies and `search` have in common.
 *
 * @module
 */

import type { DatasetName, Protocol } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import type { Backend } from "../engine/backend.ts";
import { arithmeticNote } from "../experiments/arithmetic.ts";
import { estimate, runAll, UnfinishedError } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import { completedRuns } from "../experiments/completed.ts";
import { RunFolder } from "../experiments/store.ts";
import { commitHash, progressTo } from "./environment.ts";

/** How a store is completed. */
export interface Completion {
  /** The store's folder. */
  readonly root: string;
  /** The data set of the runs. */
  readonly dataset: DatasetName;
  /** Its split. */
  readonly protocol: Protocol;
  /** Where its files are, if not where its loader looks. */
  readonly data: string | undefined;
  /** The backend of this process, and of the workers. */
  readonly backend: Backend;
  /** How many processes at a time; one a core if left out. */
  readonly jobs?: number | undefined;
  /** What asks for the runs, for the line that says how long they take. */
  readonly what: string;
}

/**
 * Does the runs that a store lacks.
 *
 * @param specs All runs wanted.
 * @param completion Where and how.
 * @throws {UnfinishedError} If one of them failed; the others are in the store.
 * @throws {StoppedError} After Ctrl-C.
 */
export async function completeStore(specs: readonly RunSpec[], completion: Completion): Promise<void> {
  const { root, dataset, protocol, data, backend, jobs = navigator.hardwareConcurrency, what } = completion;
  // Before an hour of training, not after: is the data there and whole?
  await loadDataset(dataset, protocol, data);
  const missing: RunSpec[] = [];
  // The studies of section 7 share runs with Table 1, and one with the other.
  const each = new Map(specs.map((spec) => [hashOf(spec), spec]));
  for (const spec of each.values()) if (!await new RunFolder(root, spec).isDone()) missing.push(spec);
  const seconds = missing.reduce((sum, spec) => sum + estimate(spec), 0) / jobs;
  console.error(
    `${what}: ${each.size} runs, ${each.size - missing.length} of them done already; ${jobs} at a time` +
      (backend.name === "native" ? `, about ${Math.ceil(seconds / 60)} min` : ""),
  );
  const done = (await completedRuns(root)).filter(({ result }) => each.has(result.run));
  const note = arithmeticNote(done.map(({ result }) => result.arithmetic));
  if (note !== "") {
    const said = note[0]!.toLowerCase() + note.slice(1);
    console.error(`runs done already: ${said} They are kept, and marked in tables; another --out makes all anew`);
  }
  const commit = await commitHash();
  const failures = await runAll(missing, { root, data, backend: backend.name, commit, jobs, ...progressTo() });
  if (failures.length > 0) {
    throw new UnfinishedError(`${failures.length} of ${missing.length} runs failed; the same command tries them again`);
  }
}
