/**
 * E, G and D for 32 × 32 × 3 images.
 *
 * ```text
 * E  32²·3 → 16²·32 → 8²·64 → 4²·128 → 256 → z
 * G  z → 256 → 4²·128 → 8²·64 → 16²·32 → 32²·3, tanh
 * D  x: 32²·3 → 16²·32 → 8²·64 → 4²·128 → 256;  z: d → 256 → 256;  both: 512 → 512 → 1, a logit
 * ```
 *
 * @module
 */

import type { Stream } from "../engine/random.ts";
import type { Networks } from "./convolutional.ts";
import { convolutionalNetworks } from "./convolutional.ts";

/**
 * The networks, freshly initialised.
 *
 * @param d The size of a code.
 * @param rate D's dropout rate.
 * @param stream Draws the weights.
 * @returns E, G and D.
 */
export function cifar10Networks(d: number, rate: number, stream: Stream): Networks {
  return convolutionalNetworks({ sides: [32, 16, 8, 4], channels: [3, 32, 64, 128] }, d, rate, stream);
}
