/**
 * Small pictures of images and their maps, for a page that holds all it shows.
 *
 * @module
 */

import { decodeImage, openImage } from "./decode.ts";
import type { ImageDetector } from "./detector.ts";
import { drawHeatMap } from "./heat_map.ts";
import { decodingFor } from "./scoring.ts";

/** The longer side in pixels; a small image is enlarged to it. */
const SIDE = 96;

/** An image and its map, as addresses that hold the picture. */
export interface Pictures {
  /** The image. */
  readonly image: string;
  /** Where it is anomalous, if the detector reconstructs images. */
  readonly map: string | undefined;
}

/** A picture as an address. */
async function thumbnail(bytes: Uint8Array): Promise<string> {
  const image = await openImage(bytes);
  const { autoOrient: { height, width } } = await image.metadata();
  // Pixels of a small image are to be seen as such.
  const kernel = Math.max(height, width) < SIDE ? "nearest" : "lanczos3";
  const small = await image.flatten({ background: "#fff" }).resize({ width: SIDE, height: SIDE, fit: "inside", kernel })
    .toColourspace("srgb")
    .webp({ quality: 90 }).toBuffer();
  return `data:image/webp;base64,${new Uint8Array(small).toBase64()}`;
}

/**
 * Pictures of an image file.
 *
 * @param detector A fitted detector.
 * @param path The file.
 * @returns The pictures.
 * @throws {ImageError} If it cannot be read.
 */
export async function picturesOf(detector: ImageDetector, path: string): Promise<Pictures> {
  const bytes = await Deno.readFile(path);
  const { mapScale } = detector;
  const image = await thumbnail(bytes);
  if (mapScale === undefined) return { image, map: undefined };
  const map = await detector.map(await decodeImage(path, bytes, decodingFor(detector)));
  return { image, map: await thumbnail(await drawHeatMap(bytes, map, mapScale)) };
}
