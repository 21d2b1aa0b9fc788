/**
 * Large images in overlapping tiles: small defects are lost when a large picture is scaled down.
 *
 * @module
 */

import type { Images } from "../data/images.ts";

/** Where the tiles of an image start. */
export interface Grid {
  /** The first row of each row of tiles. */
  readonly rows: readonly number[];
  /** The first column of each column of tiles. */
  readonly columns: readonly number[];
}

/** Starts half a tile apart; the last tile ends where the image does. */
function starts(length: number, side: number): number[] {
  const steps = Math.ceil((length - side) / (side / 2));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round(i * (length - side) / Math.max(1, steps)));
}

/**
 * The grid of an image: tiles overlap by half of their side or more, and cover it.
 *
 * @param image Its size; no side is below the tiles'.
 * @param side The tiles' side in pixels.
 * @returns Where they start.
 *
 * @example Three columns over 56 pixels, two rows over 40
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gridOf({ height: 40, width: 56 }, 28), { rows: [0, 12], columns: [0, 14, 28] });
 * ```
 */
export function gridOf({ height, width }: Pick<Images, "height" | "width">, side: number): Grid {
  return { rows: starts(height, side), columns: starts(width, side) };
}

/** How many tiles an image has. */
export function tileCount(image: Pick<Images, "height" | "width">, side: number): number {
  const { rows, columns } = gridOf(image, side);
  return rows.length * columns.length;
}

/**
 * Cuts one image into its tiles, some at a time: all of a large image's would need eight times its memory.
 *
 * @param image One image.
 * @param side The tiles' side.
 * @param most How many at a time, at most.
 * @returns The tiles, row by row.
 */
export function* cut(image: Images, side: number, most: number): Generator<Images> {
  const { rows, columns } = gridOf(image, side);
  const { width, channels } = image;
  const [size, all] = [side * side * channels, rows.length * columns.length];
  for (let first = 0; first < all; first += most) {
    const count = Math.min(most, all - first);
    const pixels = new Float32Array(count * size);
    for (let tile = 0; tile < count; tile++) {
      const top = rows[Math.floor((first + tile) / columns.length)]!;
      const left = columns[(first + tile) % columns.length]!;
      for (let row = 0; row < side; row++) {
        const from = ((top + row) * width + left) * channels;
        pixels.set(image.pixels.subarray(from, from + side * channels), tile * size + row * side * channels);
      }
    }
    yield { count, height: side, width: side, channels, pixels };
  }
}

/**
 * Puts maps of tiles together: where tiles overlap, their mean.
 *
 * @param maps One map a tile, one channel.
 * @param image The size of the whole image.
 * @returns One map of that size.
 */
export function paste(maps: Images, image: Pick<Images, "height" | "width">): Images {
  const { rows, columns } = gridOf(image, maps.height);
  const [side, { height, width }] = [maps.height, image];
  const [sum, count] = [new Float32Array(height * width), new Uint16Array(height * width)];
  let at = 0;
  for (const top of rows) {
    for (const left of columns) {
      for (let i = 0; i < side * side; i++) {
        const to = (top + Math.floor(i / side)) * width + left + i % side;
        sum[to]! += maps.pixels[at++]!;
        count[to]!++;
      }
    }
  }
  return { count: 1, height, width, channels: 1, pixels: sum.map((value, i) => value / count[i]!) };
}
