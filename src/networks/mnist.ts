/**
 * E, G and D for 28 × 28 × 1 images.
 *
 * ```text
 * E  28²·1 → 14²·32 → 7²·64 → 4²·128 → 256 → z
 * G  z → 256 → 4²·128 → 7²·64 → 14²·32 → 28²·1, tanh
 * D  x: 28²·1 → 14²·32 → 7²·64 → 4²·128 → 256;  z: d → 256 → 256;  both: 512 → 512 → 1, a logit
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
export function mnistNetworks(d: number, rate: number, stream: Stream): Networks {
  return convolutionalNetworks({ sides: [28, 14, 7, 4], channels: [1, 32, 64, 128] }, d, rate, stream);
}
