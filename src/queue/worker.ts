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
import type { Backend } from "../engine/backend.ts";
import { LOOK_AGAIN, work as workInChild } from "../experiments/pool.ts";
import { filesOf, sha256Of } from "../experiments/run_files.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { RunFolder } from "../experiments/store.ts";
import { duration } from "../platform/duration.ts";
import { oneLine, printable } from "../platform/errors.ts";
import type { Address } from "./address.ts";
import { Checkpoints } from "./checkpoints.ts";
import { connect, optionsOf } from "./connection.ts";
import type { Result } from "./job.ts";
import { ATTEMPTS, classOf, queueName, specOf } from "./job.ts";
import { keyOf, send } from "./parcel.ts";
import { Seats } from "./seats.ts";

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
export const TIMING: Timing = { lock: 180_000, renew: 20_000, look: 30_000, progress: 3000 };

/** Seconds for which a run's files wait for whoever asked for it. */
const PARCEL_KEPT = 3 * 24 * 3600;

/** How a worker works. */
export interface WorkerOptions {
  /** Where the queue is. */
  readonly address: Address;
  /** The backend, and with it which queue. */
  readonly backend: Backend;
  /** How many runs at a time. */
  readonly jobs: number;
  /** The folder of its runs. */
  readonly root: string;
  /** Whether that is the store of whoever asks, so that nothing needs to travel. */
  readonly isShared: boolean;
  /** Where the data is, if not where its loader looks. */
  readonly data: string | undefined;
  /** The commit of the code. */
  readonly commit: string | undefined;
  /** Receives a line about each run. */
  readonly say: (line: string) => void;
  /** How long things take. */
  readonly timing?: Timing;
  /** Does a run; default: a process of its own. */
  readonly work?: typeof workInChild;
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

/** A run that this worker has. */
interface Taken {
  readonly children: Set<Deno.ChildProcess>;
  /** Another worker may have it by now. */
  isLost: boolean;
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

/** The run's name in a line. */
const nameOf = ({ method, dataset, class: normal, seed }: RunSpec, { hash }: RunFolder) =>
  `run ${hash} (${method} ${dataset} class ${normal} seed ${seed})`;

/**
 * Starts a worker.
 *
 * @param options Which queue, and how.
 * @returns The worker.
 * @throws {QueueError} If the queue cannot be reached.
 */
export async function startWorker(options: WorkerOptions): Promise<Running> {
  const { address, backend, jobs, root, isShared, data, commit, say, timing = TIMING, work = workInChild } = options;
  const queue = queueName(classOf(backend));
  const redis = await connect(address, say);
  const name = `${printable(hostname())}:${Deno.pid}`;
  const seats = new Seats(redis, queue);
  const done: Done = { completed: 0, failed: 0 };
  const taken = new Map<string, Taken>();
  const loaded = new Map<string, Promise<unknown>>();
  let stops = 0;
  let fatal: unknown;

  /** Whether the data is there is this machine's matter and no run's; it may be downloaded, which the run itself may not. */
  const needData = ({ dataset, protocol }: RunSpec) =>
    loaded.getOrInsertComputed(`${dataset} ${protocol}`, () => loadDataset(dataset, protocol, data).then(() => {}));

  const compute = async (spec: RunSpec, job: Job, token: string, mine: Taken): Promise<Result> => {
    const folder = new RunFolder(root, spec);
    const lock = [worker.toKey(`${job.id}:lock`), token] as const;
    const checkpoints = isShared ? undefined : new Checkpoints(redis, queue, folder, lock);
    await checkpoints?.fetch((line) => say(`${nameOf(spec, folder)}: ${line}`));
    let told = 0;
    const watch = {
      progress(_spec: RunSpec, progress: { epochs: number; of: number }) {
        if (performance.now() - told < timing.progress || redis.status !== "ready") return;
        told = performance.now();
        job.updateProgress(progress).catch(() => {});
      },
      kept: () => checkpoints?.sendLater(),
      said: (_spec: RunSpec, line: string) => say(`${nameOf(spec, folder)}: ${line}`),
    };
    const order = { spec, root, backend: backend.name, reason: backend.reason, ...{ data, commit } };
    let end = await folder.isDone() ? { auroc: await folder.auroc() } : await work(order, watch, mine.children);
    while ("busy" in end && !mine.isLost && stops < 2) {
      await new Promise((wake) => setTimeout(wake, LOOK_AGAIN));
      end = await work(order, watch, mine.children);
    }
    await checkpoints?.sent();
    if (mine.isLost) throw new UnrecoverableError("another worker has it");
    if (stops > 1 || "busy" in end) throw await handBack(job, token);
    if ("why" in end) throw new Error(end.why);
    const names = [...filesOf(spec), "metrics.json"];
    const files = new Map(
      await Promise.all(
        names.map(async (each) => [each, await Deno.readFile(folder.file(each))] as const),
      ),
    );
    const result = Object.fromEntries([...files].map(([each, bytes]) => [each, sha256Of(bytes)]));
    if (isShared) return { parcel: null, files: result };
    const parcel = keyOf(queue, "parcel", folder.hash, token);
    if (await send(redis, parcel, files, PARCEL_KEPT, lock) === undefined) {
      mine.isLost = true;
      throw new UnrecoverableError("another worker has it");
    }
    return { parcel, files: result };
  };

  /** Gives a run to other workers at once, which go on from its last epoch; that is no failure of the run. */
  const handBack = async (job: Job, token: string): Promise<Error> => {
    await job.moveToWait(token);
    return new WaitingError("handed back");
  };

  const process = async (job: Job, token = ""): Promise<Result> => {
    let spec: RunSpec;
    try {
      spec = specOf(job.id, job.data);
    } catch (error) {
      say(`job ${printable(String(job.id)).slice(0, 80)} is refused: ${(error as Error).message}`);
      throw withoutStack(new UnrecoverableError(`no run: ${(error as Error).message}`));
    }
    const folder = new RunFolder(root, spec);
    if (job.attemptsMade + job.stalledCounter >= ATTEMPTS) {
      const last = job.failedReason ?? "its worker was lost each time";
      say(`${nameOf(spec, folder)}: given up after ${ATTEMPTS} failures: ${printable(last)}`);
      throw withoutStack(new UnrecoverableError(last));
    }
    const mine: Taken = { children: new Set(), isLost: false };
    const start = performance.now();
    try {
      await needData(spec);
    } catch (error) {
      fatal = error;
      stop();
      throw await handBack(job, token);
    }
    taken.set(job.id!, mine);
    say(`${nameOf(spec, folder)}: begun`);
    try {
      const result = await compute(spec, job, token, mine);
      say(`${nameOf(spec, folder)}: done in ${duration((performance.now() - start) / 1000)}`);
      return result;
    } catch (error) {
      if (mine.isLost) say(`${nameOf(spec, folder)}: dropped; the lock on it is lost, and another worker goes on`);
      else if (error instanceof WaitingError) say(`${nameOf(spec, folder)}: handed back`);
      else {
        done.failed++;
        say(`${nameOf(spec, folder)}: failed: ${oneLine(error) ?? error}`);
      }
      throw withoutStack(error as Error);
    } finally {
      taken.delete(job.id!);
    }
  };

  const worker = new JobWorker(queue, process, {
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
  worker.on("error", () => {});
  worker.on("completed", async (job) => {
    done.completed++;
    const folder = new RunFolder(root, specOf(job.id, job.data));
    await redis.del(keyOf(queue, "checkpoint", folder.hash));
    if (!isShared) await Deno.remove(folder.path, { recursive: true }).catch(() => {});
  });
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) {
      const lost = taken.get(id);
      if (lost === undefined) continue;
      lost.isLost = true;
      for (const child of lost.children) child.kill("SIGKILL");
    }
  });

  let end: (done: Done) => void;
  let fail: (error: unknown) => void;
  const ended = new Promise<Done>((resolve, reject) => [end, fail] = [resolve, reject]);
  const stop = () => {
    stops++;
    if (stops === 1) {
      worker.close().then(async () => {
        await seats.leave();
        redis.disconnect();
        fatal === undefined ? end(done) : fail(fatal);
      });
    } else for (const { children } of taken.values()) for (const child of children) child.kill("SIGKILL");
  };
  await worker.waitUntilReady();
  await seats.take({ name, jobs, since: Date.now() });
  return { ended, stop };
}

/** An error whose trace nobody reads: the queue keeps it. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = error.message;
  return error;
}
