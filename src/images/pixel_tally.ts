/**
 * AUROC over pixels, of which there may be billions: counted as they come, in memory that does not grow.
 *
 * The bits of a positive float32, read as a whole number, are in the order of the numbers. Without the last eleven of them 2²⁰
 * values are left, 1/4096 apart relative to their size, whatever the scale of the maps. Pixels that differ by less count as
 * equal, that is by half, as ties do.
 *
 * @module
 */

import type { Images } from "../data/images.ts";

/** Bits that are not looked at. */
const DROPPED = 11;

/** The pixels of maps so far. */
export interface PixelTally {
  /**
   * Counts the pixels of one map.
   *
   * @param values The map: each 0 or more.
   * @param mask As many: not 0 where a pixel is anomalous. Without it none is.
   * @throws {RangeError} If a value is negative or no number.
   */
  add(values: Float32Array, mask?: ArrayLike<number>): void;
  /**
   * The share of pairs, one anomalous and one normal pixel, in which the anomalous one has the higher value; ties count half.
   *
   * @throws {RangeError} If there are no anomalous pixels or no normal ones.
   */
  auroc(): number;
}

/**
 * A tally without pixels.
 *
 * @returns The tally; it takes 16 MB.
 *
 * @example Two maps: of the four pairs one is in the wrong order
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const tally = pixelTally();
 * tally.add(new Float32Array([0.1, 0.3]));
 * tally.add(new Float32Array([0.2, 0.4]), [255, 1]);
 * assertEquals(tally.auroc(), 0.75);
 * ```
 */
export function pixelTally(): PixelTally {
  const bins = 2 ** (31 - DROPPED);
  const [normal, anomalous] = [new Float64Array(bins), new Float64Array(bins)];
  return {
    add(values, mask) {
      const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
      for (let i = 0; i < bits.length; i++) {
        if (!(values[i]! >= 0)) throw new RangeError(`Cannot count pixels: value ${i} of a map is ${values[i]}`);
        // −0 has the sign's bit.
        const bin = (bits[i]! & 0x7fffffff) >>> DROPPED;
        if (mask !== undefined && mask[i] !== 0) anomalous[bin]!++;
        else normal[bin]!++;
      }
    },
    auroc() {
      let [below, all, ordered] = [0, 0, 0];
      for (let i = 0; i < bins; i++) {
        ordered += anomalous[i]! * (below + normal[i]! / 2);
        below += normal[i]!;
        all += anomalous[i]!;
      }
      if (all === 0 || below === 0) {
        throw new RangeError(`Cannot compute pixel AUROC: there are ${below} normal pixels and ${all} anomalous ones`);
      }
      return ordered / (below * all);
    },
  };
}

/** The two pixels that a pixel of a scaled row lies between, and how near it is to the second. */
function between(length: number, from: number): { low: Int32Array; high: Int32Array; share: Float32Array } {
  const [low, high, share] = [new Int32Array(length), new Int32Array(length), new Float32Array(length)];
  for (let i = 0; i < length; i++) {
    // A pixel's value is its centre's.
    const at = Math.min(Math.max((i + 0.5) * from / length - 0.5, 0), from - 1);
    low[i] = Math.floor(at);
    high[i] = Math.min(low[i]! + 1, from - 1);
    share[i] = at - low[i]!;
  }
  return { low, high, share };
}

/**
 * A map at another size, by bilinear interpolation between the centres of its pixels.
 *
 * @param map One map of one channel.
 * @param size The size.
 * @returns Its pixels, row by row.
 *
 * @example Two pixels over four
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const map = { count: 1, height: 1, width: 2, channels: 1, pixels: new Float32Array([0, 1]) };
 * assertEquals([...scaledMap(map, { height: 1, width: 4 })], [0, 0.25, 0.75, 1]);
 * ```
 */
export function scaledMap(map: Images, { height, width }: Pick<Images, "height" | "width">): Float32Array {
  if (map.height === height && map.width === width) return map.pixels;
  const [rows, columns] = [between(height, map.height), between(width, map.width)];
  const pixels = new Float32Array(height * width);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [rows.low[y]! * map.width, rows.high[y]! * map.width];
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++) {
      const [left, right, share] = [columns.low[x]!, columns.high[x]!, columns.share[x]!];
      const above = map.pixels[top + left]! * (1 - share) + map.pixels[top + right]! * share;
      const below = map.pixels[bottom + left]! * (1 - share) + map.pixels[bottom + right]! * share;
      pixels[at++] = above * (1 - down) + below * down;
    }
  }
  return pixels;
}
