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
  /** In grey, if that is kept too. */
  readonly grey?: unknown;
}

/**
 * The bytes that one image takes in a fit.
 *
 * @param read The image.
 * @param side The side of its tiles, if it is cut into tiles.
 * @returns The bytes.
 *
 * @example A tiled image of 56 × 56 is held once, and its nine tiles of 28 × 28 three times
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(bytesOfFit({ image: { height: 56, width: 56, channels: 1 } }, 28), 4 * (56 * 56 + 3 * 9 * 28 * 28));
 * ```
 */
export function bytesOfFit({ image, grey }: Read, side: number | undefined): number {
  const pixels = image.height * image.width;
  const pieces = side === undefined ? pixels : tileCount(image, side) * side * side;
  return BYTES * (pixels * image.channels + (grey === undefined ? 0 : pixels) + COPIES * pieces * image.channels);
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
 * Watches over the memory that a fit will take.
 *
 * @param guarded What it knows.
 * @returns What is called with each image, and throws an `ImageError` once they need more than is free.
 *
 * @example Three images of 16 × 16 where there is room for two
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { ImageError } from "@memgan/memgan";
 *
 * const guard = memoryGuard({ count: 1e6, side: undefined, free: 2 * 4096, say() {} });
 * const read = { image: { height: 16, width: 16, channels: 1 } };
 * guard(read);
 * guard(read);
 * assertThrows(() => guard(read), ImageError, "3 of 1000000 images need");
 * ```
 */
export function memoryGuard({ count, side, free, say }: Guarded): (read: Read) => void {
  let [bytes, images] = [0, 0];
  const hint = "fewer images or a smaller --size need less";
  return (read) => {
    bytes += bytesOfFit(read, side);
    images++;
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

/** The bytes that this machine has free, those on disk included. */
export function freeMemory(): number {
  const { available, swapFree } = Deno.systemMemoryInfo();
  return available + swapFree;
}
