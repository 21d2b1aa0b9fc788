/**
 * A call that waits for runs on a queue: what it hears and finds of them, and what it does about it.
 *
 * What happens is told by BullMQ's stream of events; that it may be cut off for a while is why the queue is also looked at from time
 * to time.
 *
 * @module
 */

import type { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { Watch } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { RunFolder } from "../experiments/store.ts";
import { printable } from "../platform/errors.ts";
import type { Address } from "./address.ts";
import { gather } from "./gather.ts";
import type { BackendClass } from "./job.ts";
import { ATTEMPTS, jobIdOf, progressOf } from "./job.ts";
import { idsOf, readJob } from "./look.ts";
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
export const LANES = 4;

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

/** A call that waits for runs. */
export class Call {
  /** How many of its runs have failed. */
  failures = 0;
  readonly #options: CallerOptions;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #seats: Seats;
  /** The runs that have not ended, by their jobs' names. */
  readonly #pending: Map<string, RunSpec>;
  readonly #begun = new Set<string>();
  /** Those that may have ended. */
  readonly #ready = new Set<string>();
  /** Those that a lane is at; what happens to them meanwhile the next look finds. */
  readonly #settling = new Set<string>();
  readonly #refused = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();
  #slots: number | undefined;
  /** Whether nobody worked at the last look. */
  #isEmpty = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A call for runs; nothing is done yet. */
  constructor(specs: readonly RunSpec[], options: CallerOptions, redis: Redis, queue: Queue) {
    this.#options = options;
    this.#redis = redis;
    this.#queue = queue;
    this.#seats = new Seats(redis, queue.name);
    this.#pending = new Map(specs.map((spec) => [jobIdOf(spec), spec]));
  }

  /** Hears of the runs. */
  listen(events: QueueEvents): void {
    const isReady = ({ jobId }: { jobId: string }) => this.#look([jobId]);
    events.on("completed", isReady);
    events.on("failed", isReady);
    events.on("active", ({ jobId }) => this.#begin(jobId));
    events.on("progress", ({ jobId, data }) => {
      const [spec, progress] = [this.#pending.get(jobId), progressOf(data)];
      if (spec === undefined || progress === undefined) return;
      this.#begin(jobId);
      this.#options.watch.progress(spec, progress);
    });
  }

  /** Puts the runs on the queue, and waits until all have ended. */
  async run(): Promise<"ended"> {
    // A new call is a new try.
    const failed = new Set(await idsOf(this.#queue, ["failed"]));
    for (const id of this.#pending.keys()) if (failed.has(id)) await this.#queue.remove(id);
    const ids = [...this.#pending.keys()];
    for (let i = 0; i < ids.length; i += AT_ONCE) await this.#add(ids.slice(i, i + AT_ONCE));
    await Promise.race([Promise.all(Array.from({ length: LANES }, () => this.#lane())), this.#keepLooking()]);
    return "ended";
  }

  async #lane(): Promise<void> {
    while (this.#pending.size > 0) {
      const [id] = this.#ready;
      if (id === undefined) await new Promise<void>((wake) => this.#sleepers.add(wake));
      else {
        this.#ready.delete(id);
        this.#settling.add(id);
        await this.#settle(id);
        this.#settling.delete(id);
      }
    }
  }

  /** Has a lane look at runs. */
  #look(ids: readonly string[]): void {
    for (const id of ids) if (this.#pending.has(id) && !this.#settling.has(id)) this.#ready.add(id);
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }

  /** Looks, again and again, for what the events may not have told. */
  async #keepLooking(): Promise<void> {
    const { look = LOOK } = this.#options;
    while (this.#pending.size > 0) {
      await this.#countSlots();
      const [ended, active, waiting] = await Promise.all([
        idsOf(this.#queue, ["completed", "failed"]),
        idsOf(this.#queue, ["active"]),
        idsOf(this.#queue, ["waiting", "delayed", "prioritized"]),
      ]);
      for (const id of active) this.#begin(id);
      const under = new Set([...active, ...waiting]);
      // What is in none of them may have moved between two questions: whoever settles it asks again.
      this.#look([...ended, ...[...this.#pending.keys()].filter((id) => !under.has(id))]);
      await new Promise((wake) => this.#timer = setTimeout(wake, look));
    }
  }

  /** Waits no longer. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #countSlots(): Promise<void> {
    const { address, backendClass, say, onSlots } = this.#options;
    const slots = (await this.#seats.all()).reduce((sum, { jobs }) => sum + jobs, 0);
    // After an absence of the server a worker may be back a moment later than this call.
    const isFirst = slots === 0 && !this.#isEmpty && this.#slots !== undefined;
    this.#isEmpty = slots === 0;
    if (slots === this.#slots || isFirst) return;
    this.#slots = slots;
    onSlots(slots);
    if (slots === 0) say(`no worker is at ${address.shown} for ${backendClass}; the runs wait for one`);
  }

  async #add(ids: readonly string[]): Promise<void> {
    await this.#queue.addBulk(ids.map((jobId) => ({
      name: "run",
      data: { spec: this.#pending.get(jobId)! },
      opts: { ...JOB_OPTIONS, jobId },
    })));
  }

  async #addAgain(id: string): Promise<void> {
    this.#begun.delete(id);
    await this.#queue.remove(id);
    await this.#add([id]);
  }

  #begin(id: string): void {
    const spec = this.#pending.get(id);
    if (spec === undefined || this.#begun.has(id)) return;
    this.#begun.add(id);
    this.#options.watch.begun(spec);
  }

  #end(id: string): void {
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#look([]);
  }

  #fail(id: string, spec: RunSpec, why: string): void {
    this.failures++;
    this.#options.watch.failed(spec, why);
    this.#end(id);
  }

  /** Takes a run that has ended off the list, or puts it on the queue again where its result is of no use. */
  async #settle(id: string): Promise<void> {
    const spec = this.#pending.get(id);
    if (spec === undefined) return;
    // The state first: a job that is read before it ends says nothing of its result, whatever the state is then.
    const state = await this.#queue.getJobState(id);
    const job = await readJob(this.#queue, id);
    if (job === null || (job === undefined && state === "unknown")) {
      const what = job === null ? "cannot be read" : "is no longer on the queue";
      this.#options.say(`run ${id.slice(4)} ${what}; it is put there again`);
      return await this.#addAgain(id);
    }
    // Between the two another caller may have put it on the queue again.
    if (job?.finishedOn === undefined) return;
    if (state === "failed") this.#fail(id, spec, printable(job.failedReason ?? "it failed"));
    else if (state === "completed") await this.#gather(id, spec, job.returnvalue);
  }

  async #gather(id: string, spec: RunSpec, returned: unknown): Promise<void> {
    const { root, watch } = this.#options;
    const folder = new RunFolder(root, spec);
    const gathered = await gather(this.#redis, this.#queue.name, folder, returned);
    if (gathered === "done") {
      watch.done(spec, await folder.auroc());
      this.#end(id);
    } else if (gathered === "gone") await this.#addAgain(id);
    else if (gathered !== "busy") {
      const times = 1 + (this.#refused.get(id) ?? 0);
      this.#refused.set(id, times);
      if (times >= ATTEMPTS) return this.#fail(id, spec, `its result is refused: ${gathered.why}`);
      watch.said(spec, `its result is refused, and it is put on the queue again: ${gathered.why}`);
      await this.#addAgain(id);
    }
  }
}
