/**
 * The memory that a fit takes: told before it is taken, since the system ends without a word whoever takes more than there is.
 *
 * @module
 */

import { ImageError } from "./files.ts";
import { tileCount } from "./tiles.ts";

/** Bytes of a value. */
const BYTES = 4;

/** What a fit holds of each piece besides the image that it was cut from: it alone, in the batch of all, and preprocessed. */
const COPIES = 3;

/** An image as it was read. */
interface Read {
  /** The image. */
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  /** In grey, if that is kept too: if no image has colour, it alone is learned from. */
  readonly grey?: unknown;
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(2)} GB`;

/** Images after which the others are taken to be like them. */
const ENOUGH = 20;

/** What a guard knows. */
export interface Guarded {
  /** How many files there are. */
  readonly count: number;
  /** The side of tiles, if images are cut into tiles. */
  readonly side: number | undefined;
  /** The bytes that are free. */
  readonly free: number;
  /** Told once if the files that are still to come look like too many. */
  say(line: string): void;
}

/**
 * Watches over the memory that a fit will take: the images as they are read, and then those that it learns from with their copies.
 *
 * @param guarded What it knows.
 * @returns What is called with each image, and throws an `ImageError` once they need more than is free.
 *
 * @example Two images of 16 × 16 where there is room for one: it is held once, and three times as a piece
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { ImageError } from "@memgan/memgan";
 *
 * const guard = memoryGuard({ count: 1e6, side: undefined, free: 4 * 4 * 256, say() {} });
 * const read = { image: { height: 16, width: 16, channels: 1 } };
 * guard(read);
 * assertThrows(() => guard(read), ImageError, "2 of 1000000 images need");
 * ```
 */
export function memoryGuard({ count, side, free, say }: Guarded): (read: Read) => void {
  let [images, reading, pixels, pieces, channels] = [0, 0, 0, 0, 1];
  return ({ image, grey }) => {
    const area = image.height * image.width;
    images++;
    reading += area * (image.channels + (grey === undefined ? 0 : 1));
    pixels += area;
    pieces += side === undefined ? area : tileCount(image, side) * side * side;
    if (grey === undefined) channels = image.channels;
    const bytes = BYTES * Math.max(reading, channels * (pixels + COPIES * pieces));
    const hint = `fewer images or a smaller --size need less${channels === 3 ? ", and so does --grey" : ""}`;
    if (bytes > free) {
      throw new ImageError(
        `Cannot fit: ${images} of ${count} images need ${gigabytes(bytes)} of memory, ${
          gigabytes(free)
        } are free; ${hint}`,
      );
    }
    const all = bytes / images * count;
    if (images === ENOUGH && all > free) {
      say(`${count} images may need ${gigabytes(all)} of memory, ${gigabytes(free)} are free; ${hint}`);
    }
  };
}

/**
 * Watches over the kernel matrix of an OC-SVM, of which it keeps each row that it has looked at: a share ν of them when it starts.
 *
 * @param fit The method, its ν, how many images or tiles it learns from, the bytes that are free, and what is told if all rows
 * would not fit.
 * @throws {ImageError} If the rows that it starts with need more than is free.
 *
 * @example 100,000 tiles: 10,000 rows of 400 kB
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { ImageError } from "@memgan/memgan";
 *
 * const fit = { method: "ocsvm", nu: 0.1, count: 1e5, say() {} };
 * assertThrows(() => checkKernel({ ...fit, free: 3.9e9 }), ImageError, "needs 4.0 GB");
 * checkKernel({ ...fit, free: 4.1e9 });
 * checkKernel({ ...fit, method: "pca", free: 0 });
 * ```
 */
export function checkKernel({ method, nu, count, free, say }: {
  readonly method: string;
  readonly nu: unknown;
  readonly count: number;
  readonly free: number;
  say(line: string): void;
}): void {
  if (method !== "ocsvm") return;
  const all = BYTES * count ** 2;
  const start = Number(nu) * all;
  const hint = "fewer images or tiles need less, and --method pca needs none of it";
  if (start > free) {
    throw new ImageError(
      `Cannot fit ocsvm: its kernel of ${count} images or tiles needs ${gigabytes(start)} of memory to start with, ${
        gigabytes(free)
      } are free; ${hint}`,
    );
  }
  if (all > free) {
    say(`ocsvm may need ${gigabytes(all)} of memory for its kernel, ${gigabytes(free)} are free; ${hint}`);
  }
}

/** The bytes that this machine has free, those on disk included. */
export function freeMemory(): number {
  const { available, swapFree } = Deno.systemMemoryInfo();
  return available + swapFree;
}
