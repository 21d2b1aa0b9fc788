/**
 * What a server takes, and how much of it at once.
 *
 * @module
 */

import { Refusal } from "./refusal.ts";

/** What a server takes. */
export interface Limits {
  /** Bytes of a request. */
  readonly bytes: number;
  /** Bytes of all requests that are in work. */
  readonly allBytes: number;
  /** Pixels of an image. */
  readonly pixels: number;
  /** Images in work, from the first byte of their request to its answer. */
  readonly images: number;
  /** Seconds that a request may take. */
  readonly seconds: number;
}

/** The limits unless others are given. */
export const LIMITS: Limits = { bytes: 32 * 2 ** 20, allBytes: 128 * 2 ** 20, pixels: 25e6, images: 256, seconds: 30 };

/** What one request has taken of the room. */
export interface Stay {
  /** Takes room for so many images. */
  images(count: number): void;
  /** Takes room for so many bytes. */
  bytes(count: number): void;
  /** Gives all of it back. */
  leave(): void;
}

/** The room for requests in work: what is read, unpacked and scored, not what waits alone. */
export class Room {
  readonly #limits: Limits;
  #images = 0;
  #bytes = 0;

  /** An empty room. */
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Images in work. */
  get images(): number {
    return this.#images;
  }

  /** Lets a request in; what it takes beyond the limits is refused with 503. */
  enter(): Stay {
    let [images, bytes] = [0, 0];
    return {
      images: (count) => {
        const { images: most } = this.#limits;
        if (this.#images + count > most) throw busy(`${this.#images} images of at most ${most} are in work`);
        this.#images += count;
        images += count;
      },
      bytes: (count) => {
        const { allBytes: most } = this.#limits;
        if (this.#bytes + count > most) throw busy(`${this.#bytes} bytes of at most ${most} are in work`);
        this.#bytes += count;
        bytes += count;
      },
      leave: () => {
        this.#images -= images;
        this.#bytes -= bytes;
        [images, bytes] = [0, 0];
      },
    };
  }
}

function busy(why: string): Refusal {
  return new Refusal(503, `Cannot take the request now: ${why}; try again later`);
}
