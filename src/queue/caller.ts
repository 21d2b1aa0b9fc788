/**
 * The caller's side: puts runs on the queue, watches them, and gathers what comes of them into its store.
 *
 * What happens is told by BullMQ's stream of events; that it may be cut off for a while is why the queue is also looked at from time
 * to time. A run that is asked for by two callers is there once, and gathered by both.
 *
 * @module
 */

import { Queue, QueueEvents } from "bullmq";
import type { Watch } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { RunFolder } from "../experiments/store.ts";
import { printable, StoppedError } from "../platform/errors.ts";
import type { Address } from "./address.ts";
import { connect, optionsOf } from "./connection.ts";
import { gather } from "./gather.ts";
import type { BackendClass } from "./job.ts";
import { ATTEMPTS, jobIdOf, progressOf, queueName } from "./job.ts";
import { Seats } from "./seats.ts";

/** Seconds for which a job that is done, or has failed, is remembered. */
const REMEMBERED = 3 * 24 * 3600;

const JOB_OPTIONS = {
  attempts: ATTEMPTS,
  removeOnComplete: { age: REMEMBERED },
  removeOnFail: { age: REMEMBERED },
  stackTraceLimit: 1,
} as const;

/** How many jobs are put on the queue by one message. */
const AT_ONCE = 500;

/** How many results are gathered at a time. */
const LANES = 4;

/** Milliseconds between two looks at the queue. */
const LOOK = 10_000;

/** How runs are done by a queue. */
export interface CallerOptions {
  /** The store's folder. */
  readonly root: string;
  /** Where the queue is. */
  readonly address: Address;
  /** What is to compute them. */
  readonly backendClass: BackendClass;
  /** Is told of the runs. */
  readonly watch: Watch;
  /** Receives a line about the queue. */
  readonly say: (line: string) => void;
  /** Is told how many runs at a time the workers do, whenever that is another number. */
  readonly onSlots: (slots: number) => void;
  /** Milliseconds between two looks at the queue. */
  readonly look?: number;
}

/**
 * Has a queue's workers do runs; ends when all are in the store or have failed.
 *
 * @param specs The runs.
 * @param options Where, and who is told.
 * @returns How many failed.
 * @throws {QueueError} If the queue cannot be reached.
 * @throws {StoppedError} After Ctrl-C.
 */
export async function runOnQueue(specs: readonly RunSpec[], options: CallerOptions): Promise<number> {
  const { root, address, backendClass, watch, say, onSlots, look = LOOK } = options;
  const name = queueName(backendClass);
  const redis = await connect(address, say);
  const queue = new Queue(name, { connection: optionsOf(address) });
  const events = new QueueEvents(name, { connection: optionsOf(address) });
  queue.on("error", () => {});
  events.on("error", () => {});
  const seats = new Seats(redis, name);
  const pending = new Map(specs.map((spec) => [jobIdOf(spec), spec]));
  const begun = new Set<string>();
  const refused = new Map<string, number>();
  const ready = new Set<string>();
  let failures = 0;
  let slots: number | undefined;
  const sleepers = new Set<() => void>();
  const wake = () => {
    for (const each of sleepers) each();
    sleepers.clear();
  };

  const add = (ids: readonly string[]) =>
    queue.addBulk(ids.map((jobId) => ({
      name: "run",
      data: { spec: pending.get(jobId)! },
      opts: { ...JOB_OPTIONS, jobId },
    })));
  const addAgain = async (id: string) => {
    begun.delete(id);
    await queue.remove(id);
    await add([id]);
  };
  const end = (id: string) => {
    pending.delete(id);
    wake();
  };
  const fail = (id: string, why: string) => {
    failures++;
    watch.failed(pending.get(id)!, why);
    end(id);
  };
  const begin = (id: string) => {
    const spec = pending.get(id);
    if (spec === undefined || begun.has(id)) return;
    begun.add(id);
    watch.begun(spec);
  };

  /** Takes a run that has ended off the list, or puts it on the queue again where its result is of no use. */
  const settle = async (id: string): Promise<void> => {
    const spec = pending.get(id);
    if (spec === undefined) return;
    const job = await queue.getJob(id);
    const state = await job?.getState();
    if (job === undefined || state === "unknown") {
      say(`run ${id.slice(4)} is no longer on the queue; it is put there again`);
      await add([id]);
    } else if (state === "failed") fail(id, printable(job.failedReason ?? "it failed"));
    else if (state === "completed") {
      const folder = new RunFolder(root, spec);
      const gathered = await gather(redis, name, folder, job.returnvalue);
      if (gathered === "done") {
        watch.done(spec, await folder.auroc());
        end(id);
      } else if (gathered === "gone") await addAgain(id);
      else if (gathered !== "busy") {
        const times = 1 + (refused.get(id) ?? 0);
        refused.set(id, times);
        if (times >= ATTEMPTS) return fail(id, `its result is refused: ${gathered.why}`);
        watch.said(spec, `its result is refused, and it is put on the queue again: ${gathered.why}`);
        await addAgain(id);
      }
    }
  };

  /** What the events may not have told. */
  const lookAround = async () => {
    const seated = (await seats.all()).reduce((sum, { jobs }) => sum + jobs, 0);
    if (seated !== slots) onSlots(seated);
    if (seated === 0 && slots !== 0) say(`no worker is at ${address.shown} for ${backendClass}; the runs wait for one`);
    slots = seated;
    const [ended, active, waiting] = await Promise.all([
      queue.getRanges(["completed", "failed"]),
      queue.getRanges(["active"]),
      queue.getRanges(["waiting", "delayed", "prioritized"]),
    ]);
    active.forEach(begin);
    const known = new Set([...active, ...waiting]);
    const unsettled = new Set(ended);
    // What is in none of them may have moved between two questions: whoever settles it asks again.
    for (const id of pending.keys()) if (unsettled.has(id) || !known.has(id)) ready.add(id);
    wake();
  };

  events.on("active", ({ jobId }) => begin(jobId));
  events.on("progress", ({ jobId, data }) => {
    const [spec, progress] = [pending.get(jobId), progressOf(data)];
    if (spec === undefined || progress === undefined) return;
    begin(jobId);
    watch.progress(spec, progress);
  });
  const onEnd = ({ jobId }: { jobId: string }) => {
    if (pending.has(jobId)) ready.add(jobId);
    wake();
  };
  events.on("completed", onEnd);
  events.on("failed", onEnd);

  /** Looks at the queue again and again. */
  const keepLooking = async (): Promise<never> => {
    for (;;) {
      await lookAround();
      await new Promise((resume) => timer = setTimeout(resume, look));
    }
  };

  const lane = async () => {
    while (pending.size > 0) {
      const [id] = ready;
      if (id === undefined) await new Promise<void>((resume) => sleepers.add(resume));
      else {
        ready.delete(id);
        await settle(id);
      }
    }
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  const stopping = new Promise<"stopped">((resolve) => stop = () => resolve("stopped"));
  Deno.addSignalListener("SIGINT", stop);
  const all = async () => {
    // A new call is a new try.
    const failed = new Set(await queue.getRanges(["failed"]));
    for (const id of pending.keys()) if (failed.has(id)) await queue.remove(id);
    const ids = [...pending.keys()];
    for (let i = 0; i < ids.length; i += AT_ONCE) await add(ids.slice(i, i + AT_ONCE));
    await Promise.race([Promise.all(Array.from({ length: LANES }, lane)), keepLooking()]);
    return "done" as const;
  };
  try {
    await events.waitUntilReady();
    if (await Promise.race([all(), stopping]) === "done") return failures;
  } finally {
    clearTimeout(timer);
    Deno.removeSignalListener("SIGINT", stop);
    redis.disconnect();
    // Where the server is away they would wait for it.
    await Promise.race([Promise.all([events.close(), queue.close()]), new Promise((end) => setTimeout(end, 1000))]);
  }
  throw new StoppedError("Stopped; the runs stay on the queue, and the same command gathers what comes of them");
}
