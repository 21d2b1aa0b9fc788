/**
 * Scores the images of requests that arrive together in one batch, since a batch takes little longer than one image.
 *
 * @module
 */

import type { Images } from "../../data/images.ts";

/** More images wait than are allowed: come back later. */
export class BusyError extends Error {
  /** Names the error. */
  constructor(waiting: number) {
    super(`Cannot take the image: ${waiting} are waiting to be scored`);
    this.name = "BusyError";
  }
}

/** Images waiting to be scored. */
interface Waiting {
  readonly image: Images;
  readonly resolve: (score: number) => void;
  readonly reject: (error: unknown) => void;
}

/** How a batcher is limited. */
export interface BatcherOptions {
  /** The most images in a batch. */
  readonly batch: number;
  /** The most images that may wait. */
  readonly queue: number;
}

/** A queue of images before a detector. */
export class Batcher {
  readonly #score: (images: readonly Images[]) => Promise<Float32Array>;
  readonly #options: BatcherOptions;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  /** Puts a queue before a function that scores. */
  constructor(score: (images: readonly Images[]) => Promise<Float32Array>, options: BatcherOptions) {
    this.#score = score;
    this.#options = options;
  }

  /** Images that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * The scores of images, once it is their turn.
   *
   * @throws {BusyError} If more would wait than are allowed; then none of them is taken.
   */
  score(images: readonly Images[]): Promise<number[]> {
    if (this.#waiting.length + images.length > this.#options.queue) throw new BusyError(this.#waiting.length);
    const scores = images.map((image) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      this.#waiting.push({ image, resolve, reject });
      return promise;
    });
    this.#running ??= this.#run();
    return Promise.all(scores);
  }

  /** Waits until nothing waits. */
  async drained(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in this turn of the event loop joins the first batch.
    await new Promise((resolve) => setTimeout(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.batch);
      try {
        const scores = await this.#score(batch.map(({ image }) => image));
        batch.forEach(({ resolve }, i) => resolve(scores[i]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.#running = undefined;
  }
}
