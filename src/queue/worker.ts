/**
 * The worker's side: takes runs from the queue, has a process of its own do each, and hands back what it leaves.
 *
 * The process that holds the lock computes nothing, so that the lock is renewed while TensorFlow works. A checkpoint of every epoch
 * goes to Redis: whoever takes the run after this worker was lost goes on from it. A worker that has lost its lock drops the run.
 *
 * @module
 */

import { hostname } from "node:os";
import type { Job } from "bullmq";
import { UnrecoverableError, WaitingError, Worker } from "bullmq";
import { loadDataset } from "../data/load.ts";
import { work } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { duration } from "../platform/duration.ts";
import { oneLine, printable } from "../platform/errors.ts";
import type { Address } from "./address.ts";
import { connect, errorListener, optionsOf } from "./connection.ts";
import type { Result } from "./job.ts";
import { ATTEMPTS, classOf, queueName, specOf } from "./job.ts";
import { Seats } from "./seats.ts";
import type { Tools } from "./taken_run.ts";
import { TakenRun } from "./taken_run.ts";

/** How long things take, in milliseconds; tests have less patience. */
export interface Timing {
  /** Until a worker that is silent counts as lost: more than Redis may be away for. */
  readonly lock: number;
  /** Between two renewals of it. */
  readonly renew: number;
  /** Between two looks for lost workers. */
  readonly look: number;
  /** Between two words on a run's progress. */
  readonly progress: number;
}

/** How long they take. */
const TIMING: Timing = { lock: 180_000, renew: 20_000, look: 30_000, progress: 3000 };

/** How a worker works. */
export interface WorkerOptions extends Omit<Tools, "redis" | "queue" | "work" | "lockOf" | "progressEvery"> {
  /** Where the queue is. */
  readonly address: Address;
  /** How many runs at a time. */
  readonly jobs: number;
  /** How long things take. */
  readonly timing?: Timing;
  /** Does a run; default: a process of its own. */
  readonly work?: typeof work;
}

/** What a worker did. */
export interface Done {
  /** How many runs it completed. */
  completed: number;
  /** How many times one failed. */
  failed: number;
}

/** A worker that has started. */
export interface Running {
  /** Ends when it has ended, with what it did. */
  readonly ended: Promise<Done>;
  /** Takes no more runs, and ends after those that it has; called again, at once: they go back to the queue. */
  stop(): void;
}

/** BullMQ's worker, for which a job that is no JSON is one like any other: it fails, once. */
class JobWorker extends Worker {
  protected override createJob(...[raw, id]: Parameters<Worker["createJob"]>): Job {
    try {
      return super.createJob(raw, id);
    } catch {
      return super.createJob({ ...raw, data: "null" }, id);
    }
  }
}

/** An error whose trace nobody reads: the queue keeps it. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = error.message;
  return error;
}

/** Which data sets have been found to be there. */
const found = new Map<string, Promise<void>>();

/** Whether the data is there is this machine's matter and no run's; it may be downloaded, which the run itself may not. */
function needData({ dataset, protocol }: RunSpec, folder: string | undefined): Promise<void> {
  const load = () => loadDataset(dataset, protocol, folder).then(() => {});
  return found.getOrInsertComputed(JSON.stringify([dataset, protocol, folder]), load);
}

/** What a worker is at. */
class Desk {
  readonly done: Done = { completed: 0, failed: 0 };
  readonly taken = new Map<string, TakenRun>();
  /** What is still being removed of runs whose results are handed in. */
  readonly tidying = new Set<Promise<void>>();
  /** Why this machine can do no run, if it cannot. */
  fatal: unknown;
  readonly #tools: Tools;
  readonly #giveUp: () => void;

  constructor(tools: Tools, giveUp: () => void) {
    this.#tools = tools;
    this.#giveUp = giveUp;
  }

  /** The run that a job asks for. */
  #specOf(job: Job): RunSpec {
    try {
      return specOf(job.id, job.data);
    } catch (error) {
      const { message } = error as Error;
      this.#tools.say(`job ${printable(String(job.id)).slice(0, 80)} is refused: ${message}`);
      throw withoutStack(new UnrecoverableError(`no run: ${message}`));
    }
  }

  /** Does a job. */
  async process(job: Job, token = ""): Promise<Result> {
    const run = new TakenRun(job, token, this.#specOf(job), this.#tools);
    if (job.attemptsMade + job.stalledCounter >= ATTEMPTS) {
      const last = printable(job.failedReason ?? "its worker was lost each time");
      run.say(`given up after ${ATTEMPTS} failures: ${last}`);
      throw withoutStack(new UnrecoverableError(last));
    }
    const start = performance.now();
    this.taken.set(job.id!, run);
    try {
      await needData(run.spec, this.#tools.data).catch(async (error) => {
        this.fatal ??= error;
        this.#giveUp();
        throw await run.handBack();
      });
      run.say("begun");
      const result = await run.do();
      run.say(`done in ${duration((performance.now() - start) / 1000)}`);
      return result;
    } catch (error) {
      if (run.isLost) run.say("dropped; the lock on it is lost, and another worker goes on");
      else if (error instanceof WaitingError) run.say("handed back");
      else {
        this.done.failed++;
        run.say(`failed: ${oneLine(error) ?? error}`);
      }
      throw withoutStack(error as Error);
    } finally {
      this.taken.delete(job.id!);
    }
  }

  /** A result is handed in. */
  completed(job: Job): void {
    this.done.completed++;
    const tidied = new TakenRun(job, "", specOf(job.id, job.data), this.#tools).forget();
    this.tidying.add(tidied);
    tidied.finally(() => this.tidying.delete(tidied));
  }
}

/**
 * Starts a worker.
 *
 * @param options Which queue, and how.
 * @returns The worker.
 * @throws {QueueError} If the queue cannot be reached.
 */
export async function startWorker(options: WorkerOptions): Promise<Running> {
  const { address, jobs, timing = TIMING } = options;
  const queue = queueName(classOf(options.backend));
  const redis = await connect(address, options.say);
  const seats = new Seats(redis, queue);
  const name = `${printable(hostname())}:${Deno.pid}`;
  const { promise: ended, resolve, reject } = Promise.withResolvers<Done>();
  let stops = 0;
  const stop = () => {
    stops++;
    if (stops > 1) {
      for (const run of desk.taken.values()) run.end();
      return;
    }
    worker.close().then(async () => {
      await Promise.all(desk.tidying);
      await seats.leave();
      redis.disconnect();
      desk.fatal === undefined ? resolve(desk.done) : reject(desk.fatal);
    });
  };
  const tools = {
    ...{ ...options, redis, queue, progressEvery: timing.progress },
    work: options.work ?? work,
    lockOf: ({ id }: Job): string => worker.toKey(`${id}:lock`),
  };
  const desk = new Desk(tools, stop);
  const worker: Worker = new JobWorker(queue, (job, token) => desk.process(job, token), {
    connection: optionsOf(address),
    name,
    concurrency: jobs,
    lockDuration: timing.lock,
    lockRenewTime: 2 * timing.renew,
    stalledInterval: timing.look,
    // A lost worker counts as a failure of the run, and failures are counted above.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    runRetryDelay: 1000,
  });
  worker.on("error", errorListener(options.say));
  worker.on("completed", (job) => desk.completed(job));
  worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => desk.taken.get(id)?.lose()));
  await worker.waitUntilReady();
  await seats.take({ name, jobs, since: Date.now() });
  return { ended, stop };
}
