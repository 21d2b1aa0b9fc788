/**
 * Grids of images as SVG.
 *
 * @module
 */

import { encode } from "fast-png";
import type { Images } from "../../data/images.ts";
import { greatest, least } from "../../platform/extremes.ts";

/** What is black and what is white. */
export type GreyScale = readonly [black: number, white: number];

/**
 * Grey images in rows, as one picture; between them it is transparent.
 *
 * @param images Images of one channel.
 * @param columns How many in a row.
 * @param scale The scale of all of them; otherwise each is stretched to its own full contrast, and says nothing of how strong
 * it is beside the others.
 * @returns The picture as a data URL, with its size in pixels.
 */
export function imageGrid(
  images: Images,
  columns: number,
  scale?: GreyScale,
): { href: string; width: number; height: number } {
  const { count, height: h, width: w, pixels } = images;
  const rows = Math.ceil(count / columns);
  const [width, height] = [columns * (w + 2) - 2, rows * (h + 2) - 2];
  const data = new Uint8Array(2 * width * height);
  for (let i = 0; i < count; i++) {
    const image = pixels.subarray(i * h * w, (i + 1) * h * w);
    const [black, white] = scale ?? [least(image), greatest(image)];
    const [left, top] = [(i % columns) * (w + 2), Math.floor(i / columns) * (h + 2)];
    image.forEach((value, j) => {
      const at = (top + Math.floor(j / w)) * width + left + j % w;
      const share = white > black ? (value - black) / (white - black) : 0;
      data.set([Math.round(255 * Math.min(Math.max(share, 0), 1)), 255], 2 * at);
    });
  }
  const bytes = encode({ width, height, data, channels: 2, depth: 8 });
  return { href: `data:image/png;base64,${bytes.toBase64()}`, width, height };
}
