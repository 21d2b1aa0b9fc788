/**
 * Where an image is anomalous, drawn over it.
 *
 * @module
 */

import type { Images } from "../data/images.ts";
import { openImage } from "./decode.ts";

/** The residual, in units of the held-out images' greatest hundredth, at which the colour is full. */
const FULL = 3;

/** The least residual that is drawn: images that are all alike have none. */
const LEAST = 1e-3;

/**
 * A residual map over its image: grey below, from yellow to red where the residual is above what normal images have.
 *
 * @param source The image file's bytes.
 * @param map The residual, one channel; scaled to the image's size.
 * @param scale The residual that one pixel in a hundred of normal images exceeds: the same colour means the same in all images.
 * @returns A PNG of the image's size.
 */
export async function drawHeatMap(source: Uint8Array, map: Images, scale: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const { data, info } = await (await openImage(source))
    .flatten({ background: "#fff" }).toColourspace("b-w").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const level = Uint8Array.from(
    map.pixels,
    (value) => Math.round(255 * Math.min(1, value / (FULL * Math.max(scale, LEAST)))),
  );
  const levels = await sharp(level, { raw: { width: map.width, height: map.height, channels: 1 } })
    .resize(width, height, { fit: "fill", kernel: "linear" }).toColourspace("b-w").raw().toBuffer();
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const grey = data[i * channels]!;
    // Nothing is coloured up to what normal images have.
    const heat = Math.max(0, (levels[i]! / 255 - 1 / FULL) / (1 - 1 / FULL));
    const alpha = 0.85 * Math.min(1, 3 * heat);
    pixels[3 * i] = grey + (255 - grey) * alpha;
    pixels[3 * i + 1] = grey + (210 * (1 - heat) - grey) * alpha;
    pixels[3 * i + 2] = grey * (1 - alpha);
  }
  return new Uint8Array(await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer());
}
