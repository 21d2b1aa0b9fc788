/**
 * How strided convolutions reduce an image to 4 × 4 pixels.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";

/** The sides of an image from convolution to convolution, and the kernels between them. */
export interface Halvings {
  /** The side of the image, and after each convolution; the last is 4. */
  readonly sides: readonly number[];
  /** The side of each kernel, one fewer. */
  readonly kernels: readonly number[];
}

/**
 * The halvings of square images, rounded up, until 4 is reached: at stride 2 and padding 1 a kernel of 4 halves an even side, one of 3
 * an odd side.
 *
 * @param shape The images' size.
 * @returns Sides and kernels.
 *
 * @example MNIST
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(halvings({ height: 28, width: 28, channels: 1 }), { sides: [28, 14, 7, 4], kernels: [4, 4, 3] });
 * ```
 */
export function halvings({ height }: ImageShape): Halvings {
  const sides = [height];
  while (sides.at(-1)! > 4) sides.push(Math.ceil(sides.at(-1)! / 2));
  return { sides, kernels: sides.slice(0, -1).map((side) => side % 2 === 0 ? 4 : 3) };
}
