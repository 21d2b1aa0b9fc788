/**
 * Does together what arrives together: a batch of images takes little longer to score than one.
 *
 * What waits is as small as it came. It is unpacked when its turn comes, a few at a time, and one batch ahead of the work.
 *
 * @module
 */

/** What a batcher does. */
export interface Work<Item, Ready, Result> {
  /** Makes an item ready: decodes it, for instance. */
  prepare(item: Item): Promise<Ready>;
  /** How large it is then. */
  size(ready: Ready): number;
  /** Does the work on a batch: a result for each. */
  work(batch: readonly Ready[]): Promise<ArrayLike<Result>>;
  /** The most items in a batch. */
  readonly most: number;
  /** The size at which a batch is full: it is below that, or one item more. */
  readonly full: number;
  /** The most items that are made ready at the same time. */
  readonly atOnce: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly signal: AbortSignal;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Prepared<Item, Ready, Result> extends Waiting<Item, Result> {
  readonly ready: Ready;
}

/** A queue before some work. */
export class Batcher<Item, Ready, Result> {
  readonly #work: Work<Item, Ready, Result>;
  readonly #queue: Waiting<Item, Result>[] = [];
  #running: Promise<void> | undefined;

  /** Puts a queue before some work. */
  constructor(work: Work<Item, Ready, Result>) {
    this.#work = work;
  }

  /**
   * The result for an item, once it is its turn.
   *
   * @param item The item.
   * @param signal Takes it out of the queue; the promise is then rejected with its reason.
   */
  add(item: Item, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ item, signal, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Waits until nothing waits. */
  async drained(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in this turn of the event loop joins the first batch.
    await new Promise((resolve) => setTimeout(resolve));
    let next = this.#gather();
    while (true) {
      const batch = await next;
      if (batch.length === 0 && this.#queue.length === 0) {
        // In the same turn as the look at the queue: what arrives a moment later starts another run.
        this.#running = undefined;
        return;
      }
      next = this.#gather();
      if (batch.length > 0) await this.#do(batch);
    }
  }

  async #gather(): Promise<Prepared<Item, Ready, Result>[]> {
    const { most, full, atOnce, size } = this.#work;
    const batch: Prepared<Item, Ready, Result>[] = [];
    for (let filled = 0; this.#queue.length > 0 && batch.length < most && filled < full;) {
      const some = this.#queue.splice(0, Math.min(atOnce, most - batch.length));
      for (const prepared of await Promise.all(some.map((each) => this.#prepare(each)))) {
        if (prepared === undefined) continue;
        batch.push(prepared);
        filled += size(prepared.ready);
      }
    }
    return batch;
  }

  async #prepare(waiting: Waiting<Item, Result>): Promise<Prepared<Item, Ready, Result> | undefined> {
    const { item, signal, reject } = waiting;
    try {
      signal.throwIfAborted();
      const ready = await this.#work.prepare(item);
      return { ...waiting, ready };
    } catch (error) {
      reject(error);
      return undefined;
    }
  }

  async #do(batch: readonly Prepared<Item, Ready, Result>[]): Promise<void> {
    try {
      const results = await this.#work.work(batch.map(({ ready }) => ready));
      batch.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
