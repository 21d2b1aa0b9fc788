/**
 * What is on the queues of a server: what waits, runs and failed, who works, and how long it will take.
 *
 * @module
 */

import type { Job, JobType } from "bullmq";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { Forecast } from "../experiments/forecast.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import { printable } from "../platform/errors.ts";
import type { Address } from "./address.ts";
import { connect, errorListener, optionsOf } from "./connection.ts";
import type { Seat } from "./job.ts";
import { progressOf, QUEUES, specOf } from "./job.ts";
import { idsOf, readJob } from "./look.ts";
import { keyOf } from "./parcel.ts";
import { Seats } from "./seats.ts";

/** A run that a worker has. */
export interface Active {
  /** The run's folder. */
  readonly run: string;
  /** Its method, data set, class and seed. */
  readonly what: string;
  /** The worker's machine and process. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Epochs done; `null` where it reports none. */
  readonly epochs: number | null;
  /** Epochs in all. */
  readonly of: number | null;
}

/** A run that failed for good. */
export interface Failed {
  /** The run's folder, or what stands there in its place. */
  readonly run: string;
  /** The last error. */
  readonly why: string;
}

/** A queue. */
export interface QueueState {
  /** Its name: arithmetic and backend class. */
  readonly queue: string;
  /** Who works. */
  readonly workers: readonly Seat[];
  /** How many runs wait. */
  readonly waiting: number;
  /** Those that workers have. */
  readonly active: readonly Active[];
  /** Those that failed. */
  readonly failed: readonly Failed[];
  /** How many are done and still remembered. */
  readonly completed: number;
  /** Seconds until all is done; `null` where nobody works. */
  readonly seconds: number | null;
}

const WAITING = ["waiting", "delayed", "prioritized"] as const;

/** What a job's name leads to. */
interface Entry {
  readonly id: string;
  /** `null` where it cannot be read. */
  readonly job: Job | null;
}

/** The jobs of some states. */
async function entriesOf(queue: Queue, states: readonly JobType[]): Promise<Entry[]> {
  const ids = await idsOf(queue, states);
  return await Promise.all(ids.map(async (id) => ({ id, job: await readJob(queue, id) ?? null })));
}

/** The run of a job; nothing where it is none. */
function runOf({ id, job }: Entry): RunSpec | undefined {
  try {
    return specOf(id, job?.data);
  } catch {
    return undefined;
  }
}

const whatIs = ({ method, dataset, class: normal, seed }: RunSpec) =>
  `${method} ${dataset} class ${normal} seed ${seed}`;

/** The names of this project's queues. */
async function names(redis: Redis): Promise<string[]> {
  const found = new Set<string>();
  for await (const keys of redis.scanStream({ match: `bull:${QUEUES}*:meta`, count: 1000 })) {
    for (const key of keys as string[]) found.add(key.split(":")[1]!);
  }
  return [...found].sort();
}

/** One queue. */
async function stateOf(redis: Redis, queue: Queue): Promise<QueueState> {
  const workers = await new Seats(redis, queue.name).all();
  const [waiting, active, failed] = [
    await entriesOf(queue, WAITING),
    await entriesOf(queue, ["active"]),
    await entriesOf(queue, ["failed"]),
  ];
  const jobs = workers.reduce((sum, seat) => sum + seat.jobs, 0);
  const runs = [...active, ...waiting].flatMap((entry) => runOf(entry) ?? []);
  const forecast = new Forecast(runs, Math.max(1, jobs), 0, () => Date.now() / 1000);
  const shown = active.flatMap((entry): Active[] => {
    const [spec, { job }] = [runOf(entry), entry];
    if (spec === undefined || job === null) return [];
    const { epochs = null, of = null } = progressOf(job.progress) ?? {};
    const since = job.processedOn ?? Date.now();
    forecast.begin(spec, since / 1000);
    if (epochs !== null && of !== null) forecast.progress(spec, epochs / of);
    return [{
      run: hashOf(spec),
      what: whatIs(spec),
      where: printable(job.processedBy ?? "unknown"),
      since,
      epochs,
      of,
    }];
  });
  return {
    queue: queue.name,
    workers,
    waiting: waiting.length,
    active: shown,
    failed: failed.map(({ id, job }) => ({
      run: printable(id.replace(/^run-/, "")),
      why: job === null ? "it cannot be read" : printable(job.failedReason ?? "unknown"),
    })),
    completed: await queue.getCompletedCount(),
    seconds: jobs === 0 ? null : runs.length === 0 ? 0 : Math.round(forecast.left()),
  };
}

/** Puts what failed on the queue again, as if it had never been tried. */
async function retry(queue: Queue): Promise<void> {
  for (const entry of await entriesOf(queue, ["failed"])) {
    const [spec, { id, job }] = [runOf(entry), entry];
    await queue.remove(id);
    if (spec !== undefined && job !== null) await queue.add(job.name, { spec }, { ...job.opts, jobId: id });
  }
}

/** Removes all but what workers have; they end it, and nobody gathers it. */
async function clear(redis: Redis, queue: Queue): Promise<void> {
  await queue.drain(true);
  for (const state of ["completed", "failed"] as const) await queue.clean(0, 0, state);
  for await (const keys of redis.scanStream({ match: keyOf(queue.name, "parcel", "*"), count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
}

/**
 * The queues of a server.
 *
 * @param address Where it is.
 * @param act What to do with them before: nothing, put what failed there again, or remove what nobody is at.
 * @param say Is told when the server goes away.
 * @returns Each queue that there has been.
 * @throws {QueueError} If the server cannot be reached.
 */
export async function queueStates(
  address: Address,
  act: "look" | "retry" | "clear",
  say: (line: string) => void,
): Promise<QueueState[]> {
  const redis = await connect(address, say);
  const states: QueueState[] = [];
  for (const name of await names(redis)) {
    const queue = new Queue(name, { connection: optionsOf(address) });
    queue.on("error", errorListener(say));
    if (act === "retry") await retry(queue);
    if (act === "clear") await clear(redis, queue);
    states.push(await stateOf(redis, queue));
    await queue.close();
  }
  redis.disconnect();
  return states;
}
