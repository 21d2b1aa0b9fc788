/**
 * A run that a worker has taken: from the job to what is handed back.
 *
 * @module
 */

import type { Job } from "bullmq";
import { UnrecoverableError, WaitingError } from "bullmq";
import type { Redis } from "ioredis";
import type { Backend } from "../engine/backend.ts";
import type { work } from "../experiments/pool.ts";
import { LOOK_AGAIN } from "../experiments/pool.ts";
import type { Progress } from "../experiments/run.ts";
import { filesOf, sha256Of } from "../experiments/run_files.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { RunFolder } from "../experiments/store.ts";
import { kill } from "../platform/children.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { Result } from "./job.ts";
import { keyOf, send } from "./parcel.ts";

/** Seconds for which a run's files wait for whoever asked for it. */
const KEPT = 3 * 24 * 3600;

/** What a worker's runs are done with. */
export interface Tools {
  /** The server. */
  readonly redis: Redis;
  /** The queue's name. */
  readonly queue: string;
  /** The folder of the runs. */
  readonly root: string;
  /** Whether that is the store of whoever asks, so that nothing needs to travel. */
  readonly isShared: boolean;
  /** The backend. */
  readonly backend: Backend;
  /** Where the data is, if not where its loader looks. */
  readonly data: string | undefined;
  /** The commit of the code. */
  readonly commit: string | undefined;
  /** Receives a line about a run. */
  readonly say: (line: string) => void;
  /** Does a run in a process of its own. */
  readonly work: typeof work;
  /** The key of a job's lock. */
  readonly lockOf: (job: Job) => string;
  /** Milliseconds between two words on a run's progress. */
  readonly progressEvery: number;
}

/** A run that a worker has. */
export class TakenRun {
  /** The run. */
  readonly spec: RunSpec;
  /** Its folder on this machine. */
  readonly folder: RunFolder;
  readonly #job: Job;
  readonly #token: string;
  readonly #lock: readonly [key: string, token: string];
  readonly #tools: Tools;
  readonly #children = new Set<Deno.ChildProcess>();
  #isLost = false;
  #isEnding = false;

  /** A job's run, for as long as the token holds the lock. */
  constructor(job: Job, token: string, spec: RunSpec, tools: Tools) {
    this.spec = spec;
    this.folder = new RunFolder(tools.root, spec);
    this.#job = job;
    this.#token = token;
    this.#lock = [tools.lockOf(job), token];
    this.#tools = tools;
  }

  /** True once another worker may have it: what comes of it here is dropped. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Says a line about it. */
  say(line: string): void {
    const { method, dataset, class: normal, seed } = this.spec;
    this.#tools.say(`run ${this.folder.hash} (${method} ${dataset} class ${normal} seed ${seed}): ${line}`);
  }

  /** Ends it, as another worker may have it. */
  lose(): void {
    this.#isLost = true;
    this.#kill();
  }

  /** Ends it, and gives it to other workers. */
  end(): void {
    this.#isEnding = true;
    this.#kill();
  }

  #kill(): void {
    for (const child of this.#children) kill(child);
  }

  /**
   * Gives it to other workers at once, which go on from its last epoch; that is no failure of the run.
   *
   * @returns What tells BullMQ so, to be thrown.
   */
  async handBack(): Promise<Error> {
    await this.#job.moveToWait(this.#token);
    return new WaitingError("handed back");
  }

  #drop(): Error {
    this.#isLost = true;
    return new UnrecoverableError("another worker has it");
  }

  /**
   * Does it.
   *
   * @returns What the job's caller is told.
   * @throws {Error} If it failed, with the reason; or what tells BullMQ that it was handed back or lost.
   */
  async do(): Promise<Result> {
    const { redis, queue, isShared, work, root, backend, data, commit } = this.#tools;
    const checkpoints = isShared ? undefined : new Checkpoints(redis, queue, this.folder, this.#lock);
    await checkpoints?.fetch((line) => this.say(line));
    await this.#checkHeld();
    const order = { spec: this.spec, root, backend: backend.name, reason: backend.reason, data, commit };
    const watch = this.#watch(() => checkpoints?.sendLater());
    const wait = () => new Promise((wake) => setTimeout(wake, LOOK_AGAIN));
    // One whose result could not be handed in before may still be here.
    let end = await this.folder.isDone() ? { auroc: 0 } : await work(order, watch, this.#children);
    for (; "busy" in end && !this.#isLost && !this.#isEnding; end = await work(order, watch, this.#children)) {
      await wait();
    }
    await checkpoints?.sent();
    await this.#checkHeld();
    if ("why" in end) throw new Error(end.why);
    return await this.#result();
  }

  /** Ends the work on it where it is no longer this worker's. */
  async #checkHeld(): Promise<void> {
    if (this.#isLost) throw this.#drop();
    if (this.#isEnding) throw await this.handBack();
  }

  #watch(kept: () => void) {
    const { redis, progressEvery } = this.#tools;
    let told = 0;
    return {
      progress: (_spec: RunSpec, progress: Progress) => {
        // While the server is away what would be said waits, and is old when it is back.
        if (performance.now() - told < progressEvery || redis.status !== "ready") return;
        told = performance.now();
        this.#job.updateProgress({ ...progress }).catch(() => {});
      },
      kept,
      said: (_spec: RunSpec, line: string) => this.say(line),
    };
  }

  /** What the run left, sent where that is needed. */
  async #result(): Promise<Result> {
    const { redis, queue, isShared } = this.#tools;
    const files = new Map<string, Uint8Array>();
    for (const name of [...filesOf(this.spec), "metrics.json"]) {
      files.set(name, await Deno.readFile(this.folder.file(name)));
    }
    const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Of(bytes)]));
    if (isShared) return { parcel: null, files: digests };
    const parcel = keyOf(queue, "parcel", this.folder.hash, this.#token);
    if (await send(redis, parcel, files, KEPT, this.#lock) === undefined) throw this.#drop();
    return { parcel, files: digests };
  }

  /** Removes what is no longer needed once the result is handed in. */
  async forget(): Promise<void> {
    const { redis, queue, isShared } = this.#tools;
    if (!isShared) await Deno.remove(this.folder.path, { recursive: true }).catch(() => {});
    await redis.del(keyOf(queue, "checkpoint", this.folder.hash));
  }
}
