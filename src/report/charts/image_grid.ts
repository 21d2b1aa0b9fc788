/**
 * Grids of images as SVG.
 *
 * @module
 */

import { encode } from "fast-png";
import type { Images } from "../../data/images.ts";
import { greatest, least } from "../../platform/extremes.ts";

/**
 * Grey images in rows, as one picture, each stretched to its own full contrast.
 *
 * @param images Images of one channel.
 * @param columns How many in a row.
 * @returns The picture as a data URL, with its size in pixels.
 */
export function imageGrid(images: Images, columns: number): { href: string; width: number; height: number } {
  const { count, height: h, width: w, pixels } = images;
  const rows = Math.ceil(count / columns);
  const [width, height] = [columns * (w + 2) - 2, rows * (h + 2) - 2];
  const grey = new Uint8Array(width * height).fill(255);
  for (let i = 0; i < count; i++) {
    const image = pixels.subarray(i * h * w, (i + 1) * h * w);
    const [low, high] = [least(image), greatest(image)];
    const [left, top] = [(i % columns) * (w + 2), Math.floor(i / columns) * (h + 2)];
    image.forEach((value, j) => {
      const at = (top + Math.floor(j / w)) * width + left + j % w;
      grey[at] = high > low ? Math.round(255 * (value - low) / (high - low)) : 0;
    });
  }
  const bytes = encode({ width, height, data: grey, channels: 1, depth: 8 });
  return { href: `data:image/png;base64,${bytes.toBase64()}`, width, height };
}
