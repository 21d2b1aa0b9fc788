/** Simple images whose contents are known. */

import type { Images } from "../src/data/images.ts";
import { seededRng } from "../src/engine/random.ts";

/** White squares on black at random places, which stand in for digits. */
export function squareImages(count: number, name = "squares"): Images {
  const rng = seededRng(0, name);
  const pixels = new Float32Array(count * 784);
  for (let i = 0; i < count; i++) {
    const [left, top] = [4, 4].map((least) => least + Math.floor(12 * rng.uniform())) as [number, number];
    for (let y = top; y < top + 8; y++) pixels.fill(1, i * 784 + y * 28 + left, i * 784 + y * 28 + left + 8);
  }
  return { count, height: 28, width: 28, channels: 1, pixels };
}
