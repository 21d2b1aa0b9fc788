/**
 * A run's checkpoint on its way from one worker to the next.
 *
 * @module
 */

import type { Redis } from "ioredis";
import { decodeSafetensors } from "../experiments/safetensors.ts";
import type { RunFolder } from "../experiments/store.ts";
import { CHECKPOINT } from "../experiments/checkpoint_file.ts";
import { FormatError } from "../platform/json.ts";
import type { Files } from "./parcel.ts";
import { keyOf, receive, send } from "./parcel.ts";

/** What is sent, in the order in which it is written: the checkpoint has the digest of the curve. */
const FILES = ["curve.csv", CHECKPOINT] as const;

/** Seconds for which a checkpoint waits for a worker. */
const KEPT = 7 * 24 * 3600;

/** How much longer than a checkpoint took to send the next one waits: many workers share one server, and their results come first. */
const REST = 10;

/** The epoch that a checkpoint says it is of. */
const epochIn = (bytes: Uint8Array) => Number(decodeSafetensors("checkpoint", bytes, true).metadata["epoch"]);

/** The checkpoints of a run that this worker has. */
export class Checkpoints {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #folder: RunFolder;
  readonly #lock: readonly [key: string, token: string];
  #sending: Promise<void> | undefined;
  #isNewer = false;
  #isEnding = false;
  #endRest = () => {};

  /** Those of a run, for as long as its lock is this worker's. */
  constructor(redis: Redis, queue: string, folder: RunFolder, lock: readonly [key: string, token: string]) {
    this.#redis = redis;
    this.#key = keyOf(queue, "checkpoint", folder.hash);
    this.#folder = folder;
    this.#lock = lock;
  }

  /**
   * Writes what another worker reached into the run's folder, if there is anything and this machine has not come further. Whether it
   * holds, and was made under the same conditions, the run itself looks.
   *
   * @param say Is told of what cannot be used, in a line.
   */
  async fetch(say: (line: string) => void): Promise<void> {
    if (await this.#folder.isDone()) return;
    const here = await this.#folder.checkpoint().catch(() => undefined);
    try {
      const files = await receive(this.#redis, this.#key, FILES);
      const epoch = files === undefined ? 0 : epochIn(files.get(CHECKPOINT)!);
      if (files === undefined || !(epoch > (here?.epoch ?? 0))) return;
      await this.#write(files, say);
      say(`goes on from epoch ${epoch} of the worker before`);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof RangeError)) throw error;
      say(`starts without the checkpoint on the queue: ${error.message}`);
    }
  }

  async #write(files: Files, say: (line: string) => void): Promise<void> {
    await this.#folder.open(undefined, say);
    try {
      for (const name of FILES) await this.#folder.write(name, files.get(name)!);
    } finally {
      await this.#folder.close();
    }
  }

  /** Sends the folder's checkpoint; one that is ready while another is on its way goes after it and a rest, and only the newest. */
  sendLater(): void {
    this.#isNewer = true;
    this.#sending ??= this.#send().finally(() => this.#sending = undefined);
  }

  async #send(): Promise<void> {
    while (this.#isNewer) {
      this.#isNewer = false;
      const start = performance.now();
      try {
        // The checkpoint first: a curve that goes further holds its epochs too, and not the other way round.
        const checkpoint = await Deno.readFile(this.#folder.file(CHECKPOINT));
        const curve = await Deno.readFile(this.#folder.file("curve.csv"));
        await send(this.#redis, this.#key, new Map([["curve.csv", curve], [CHECKPOINT, checkpoint]]), KEPT, this.#lock);
      } catch {
        // The run is complete, and its checkpoint gone; or the next one goes.
      }
      await this.#rest(REST * (performance.now() - start));
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    if (this.#isEnding) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#endRest = resolve;
    await promise;
    clearTimeout(timer);
  }

  /** Waits until the newest is sent; the run has ended. */
  async sent(): Promise<void> {
    this.#isEnding = true;
    this.#endRest();
    await this.#sending;
  }
}
