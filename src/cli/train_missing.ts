/**
 * Runs that a store lacks, done by worker processes: what `reproduce`, the studies and `search` have in common.
 *
 * @module
 */

import type { DatasetName, Protocol } from "../data/dataset.ts";
import { loadDataset } from "../data/load.ts";
import type { Backend } from "../engine/backend.ts";
import { arithmeticNote } from "../experiments/arithmetic.ts";
import type { CompletedRun } from "../experiments/completed.ts";
import { completedRuns } from "../experiments/completed.ts";
import { Forecast } from "../experiments/forecast.ts";
import { duration } from "../platform/duration.ts";
import { jobsOn, thisMachine } from "../experiments/jobs.ts";
import { runAll, UnfinishedError } from "../experiments/pool.ts";
import type { Address } from "../queue/address.ts";
import { classOf } from "../queue/job.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import { boardOf } from "./board.ts";
import { load } from "./command.ts";
import { Live, STDERR, ticking } from "./live.ts";
import { commitHash } from "./environment.ts";

/** What a store has and lacks of the runs that are wanted. */
export interface Gap {
  /** The store's folder. */
  readonly root: string;
  /** How many runs are wanted. */
  readonly wanted: number;
  /** Those that it has. */
  readonly done: readonly CompletedRun[];
  /** Those that it lacks. */
  readonly missing: readonly RunSpec[];
  /** How many processes at a time. */
  readonly jobs: number;
  /** How long they take. */
  readonly forecast: Forecast;
  /** What has to be said before they are done, a line each. */
  readonly notes: readonly string[];
}

/**
 * Looks what a store lacks; starts and loads nothing.
 *
 * @param root The store's folder.
 * @param specs All runs wanted.
 * @param asked How many processes at a time, if the user said so.
 * @param after Seconds of what is made of the runs.
 * @returns What is missing.
 */
export async function findGap(
  root: string,
  specs: readonly RunSpec[],
  asked: number | undefined,
  after: number,
): Promise<Gap> {
  // The studies of section 7 share runs with Table 1, and one with the other.
  const each = new Map(specs.map((spec) => [hashOf(spec), spec]));
  const done = await completedRuns(root, new Set(each.keys()));
  for (const { result } of done) each.delete(result.run);
  const missing = [...each.values()];
  const { jobs, warning } = jobsOn(thisMachine(), asked);
  const forecast = new Forecast(missing, jobs, after);
  // Runs of another backend say nothing of the native one's seconds; of other machines there are rarely any in a store.
  for (const { spec, result } of done) if (result.backend === "native") forecast.measured(spec, result.seconds);
  const notes = warning === undefined ? [] : [warning];
  const note = arithmeticNote(done.map(({ result }) => result.arithmetic));
  if (note !== "") {
    const said = note[0]!.toLowerCase() + note.slice(1);
    notes.push(`runs done already: ${said} They are kept, and marked in tables; with another --out all are run again`);
  }
  return { root, wanted: missing.length + done.length, done, missing, jobs, forecast, notes };
}

/** How long a gap takes to fill, in words. */
export function timeOf({ jobs, forecast }: Gap): string {
  return `about ${duration(forecast.left())} with the native backend, ${jobs} at a time`;
}

/** Says what will be done, where it goes and how long it takes; on a queue, that is said once its workers are known. */
export function announce(what: string, gap: Gap, queue?: Address): void {
  const { root, wanted, missing, notes } = gap;
  console.error(`${what}\n${wanted} run${wanted === 1 ? "" : "s"}, ${wanted - missing.length} done already`);
  if (missing.length > 0) {
    const time = queue === undefined
      ? `time: ${timeOf(gap)}; Ctrl-C stops`
      : `queue: ${queue.shown}; Ctrl-C leaves the runs on it`;
    console.error(`${time}, and the same command resumes`);
  }
  console.error(`results: in "${root}"`);
  for (const note of notes) console.error(note);
}

/** How a gap is filled. */
export interface Completion {
  /** The data set of the runs. */
  readonly dataset: DatasetName;
  /** Its split. */
  readonly protocol: Protocol;
  /** Where its files are, if not where its loader looks. */
  readonly data: string | undefined;
  /** The backend of this process, and of the workers. */
  readonly backend: Backend;
  /** The queue whose workers do the runs, if not this machine. */
  readonly queue?: Address | undefined;
}

/**
 * Does the runs that a store lacks. On this machine they are done without a network, which is given up for good; a queue may be
 * asked again, so that there the caller gives it up after the last of its gaps.
 *
 * @param gap The runs.
 * @param completion On what data and how.
 * @throws {UnfinishedError} If one of them failed; the others are in the store.
 * @throws {QueueError} If the queue cannot be reached.
 * @throws {StoppedError} After Ctrl-C.
 */
export async function fillGap(
  { root, missing, jobs, forecast }: Gap,
  { dataset, protocol, data, backend, queue }: Completion,
): Promise<void> {
  // Before an hour of training, not after: is the data there and whole?
  await loadDataset(dataset, protocol, data);
  const watch = boardOf(missing, forecast, new Live(STDERR));
  const fill = async (): Promise<number> => {
    if (queue === undefined) {
      await Deno.permissions.revoke({ name: "net" });
      const commit = await commitHash();
      return await runAll(missing, {
        ...{ root, data, jobs, watch, commit },
        ...{ backend: backend.name, reason: backend.reason },
      });
    }
    if (missing.length === 0) return 0;
    const { runOnQueue } = await load<typeof import("../queue/caller.ts")>(import.meta.resolve("../queue/caller.ts"));
    const onSlots = (slots: number) => {
      forecast.jobs = Math.max(1, slots);
      if (slots > 0) watch.say(`time: about ${duration(forecast.left())}, ${slots} at a time`);
    };
    return await runOnQueue(missing, {
      ...{ root, address: queue, backendClass: classOf(backend), watch },
      ...{ say: watch.say, onSlots },
    });
  };
  const failures = await ticking(watch.tick, fill);
  if (failures > 0) {
    throw new UnfinishedError(`${failures} of ${missing.length} runs failed; the same command tries them again`);
  }
}
