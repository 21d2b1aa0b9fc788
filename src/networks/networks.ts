/**
 * E, G and D for images of a size.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Stream } from "../engine/random.ts";
import { cifar10Networks } from "./cifar10.ts";
import type { Networks } from "./convolutional.ts";
import { mnistNetworks } from "./mnist.ts";

/**
 * The networks for images of a size, freshly initialised.
 *
 * @param shape The images' size: 28 × 28 × 1 or 32 × 32 × 3.
 * @param d The size of a code.
 * @param rate D's dropout rate.
 * @param stream Draws the weights.
 * @returns E, G and D.
 * @throws {RangeError} If there are none for that size.
 */
export function networksFor(shape: ImageShape, d: number, rate: number, stream: Stream): Networks {
  const size = `${shape.height} × ${shape.width} × ${shape.channels}`;
  if (size === "28 × 28 × 1") return mnistNetworks(d, rate, stream);
  if (size === "32 × 32 × 3") return cifar10Networks(d, rate, stream);
  throw new RangeError(`Cannot make MEMGAN's networks: images must be 28 × 28 × 1 or 32 × 32 × 3, they are ${size}`);
}
