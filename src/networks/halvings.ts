/**
 * How convolutions at stride 2 reduce an image to at most 4 × 4 pixels, and the sizes of images for which there are networks.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";

/** Height and width in pixels, of an image or of a kernel. */
export type Sides = readonly [height: number, width: number];

/** The sides of an image from convolution to convolution, and the kernels between them. */
export interface Halvings {
  /** The sides of the image, and after each convolution; in the last neither exceeds 4. */
  readonly sides: readonly Sides[];
  /** The sides of each kernel, one fewer. */
  readonly kernels: readonly Sides[];
  /** The sides after the last convolution: 4 × 4 where the image is square. */
  readonly end: Sides;
}

/** The smallest and the largest side of an image that networks take. */
export const SIDES = { least: 16, most: 256 } as const;

/** The side at which halving stops. */
const END = 4;

const halve = (side: number) => Math.ceil(side / 2);

/** At stride 2 and padding 1 a kernel of 4 halves an even side, one of 3 an odd one. */
const kernel = (side: number) => side % 2 === 0 ? 4 : 3;

/**
 * The halvings of an image, each side rounded up, until the longer one is 4 at most.
 *
 * @param shape The images' size; each side 16 to 256, 1 or 3 channels.
 * @param what What is built from them, for the message.
 * @returns Sides and kernels; two halvings at 16 pixels, three from 17 to 32, four up to 64, six at 256.
 * @throws {RangeError} If there are no networks for such images.
 *
 * @example MNIST, and a sheet of 64 × 48
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { sides, kernels } = halvings({ height: 28, width: 28, channels: 1 }, "an encoder");
 * assertEquals(sides, [[28, 28], [14, 14], [7, 7], [4, 4]]);
 * assertEquals(kernels, [[4, 4], [4, 4], [3, 3]]);
 * assertEquals(halvings({ height: 64, width: 48, channels: 3 }, "an encoder").end, [4, 3]);
 * ```
 */
export function halvings({ height, width, channels }: ImageShape, what: string): Halvings {
  const { least, most } = SIDES;
  const fits = (side: number) => Number.isInteger(side) && side >= least && side <= most;
  if (!fits(height) || !fits(width) || (channels !== 1 && channels !== 3)) {
    throw new RangeError(
      `Cannot make ${what}: images must have sides of ${least} to ${most} pixels and 1 or 3 channels, ` +
        `they are ${height} × ${width} × ${channels}`,
    );
  }
  const sides: Sides[] = [[height, width]];
  while (Math.max(...sides.at(-1)!) > END) sides.push(sides.at(-1)!.map(halve) as unknown as Sides);
  const kernels = sides.slice(0, -1).map((side) => side.map(kernel) as unknown as Sides);
  return { sides, kernels, end: sides.at(-1)! };
}

/**
 * The channels from the image on: a convolution has twice those of the one before it, up to four times those of the first. So a
 * larger image has more layers, and they are no wider.
 *
 * @param colours The image's channels.
 * @param first Channels after the first convolution.
 * @param count How many convolutions there are.
 * @returns count + 1 numbers.
 *
 * @example Four convolutions
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(widening(3, 32, 4), [3, 32, 64, 128, 128]);
 * ```
 */
export function widening(colours: number, first: number, count: number): number[] {
  return [colours, ...Array.from({ length: count }, (_, i) => first * 2 ** Math.min(i, 2))];
}
