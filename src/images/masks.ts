/**
 * Masks: images that are not black where another image is anomalous.
 *
 * @module
 */

import { ImageError, imageFiles } from "./files.ts";
import { decodeImage, openImage } from "./decode.ts";

/** An image's size in pixels. */
export interface Size {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/** A mask. */
export interface Mask extends Size {
  /** One number a pixel, row by row: not 0 where the image is anomalous. */
  readonly pixels: Uint8Array;
}

const withoutEnding = (name: string) => name.replace(/\.[^.\\/]*$/, "");

/**
 * The masks below a folder.
 *
 * @param folder The folder.
 * @returns What finds the mask of an image, by the image's name below its own folder: it has the same name with any ending, or
 * with `_mask` before that, as the MVTec data sets have it.
 * @throws {ImageError} If there is no such folder; what it returns, if an image has no mask, or several.
 */
export async function masksBelow(folder: string): Promise<(name: string) => string> {
  const masks = new Map<string, string[]>();
  for await (const { path, name } of imageFiles([folder])) {
    const key = withoutEnding(name);
    masks.set(key, [...masks.get(key) ?? [], path]);
  }
  return (name) => {
    const key = withoutEnding(name);
    const found = [...masks.get(key) ?? [], ...masks.get(`${key}_mask`) ?? []];
    if (found.length === 1) return found[0]!;
    const what = found.length === 0 ? "there is none" : `there are ${found.length}`;
    throw new ImageError(`Cannot find the mask of "${name}" in "${folder}": ${what}; wanted is one of the same name`);
  };
}

/**
 * Reads a mask.
 *
 * A pixel is anomalous if any of its colours is not 0 and it is not transparent. Formats that lose something, JPEG above all, may
 * make an edge of a mask wider.
 *
 * @param path Its file.
 * @param image The image that it belongs to, which has its size.
 * @returns The mask.
 * @throws {ImageError} If it cannot be read or is not of that size.
 */
export async function readMask(path: string, image: Size): Promise<Mask> {
  // Checks what it is and how large, and that it is whole.
  await decodeImage(path, path, { channels: 1, side: 1 });
  // In 16 bits and in colour: as grey of 8 bits a label of 1 in either would be 0.
  const { data, info } = await (await openImage(path))
    .flatten({ background: "#000" }).toColourspace("rgb16").raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  if (height !== image.height || width !== image.width) {
    throw new ImageError(
      `Cannot use the mask "${path}": it has ${width} × ${height} pixels, its image ${image.width} × ${image.height}`,
    );
  }
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const pixels = new Uint8Array(height * width);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) pixels[Math.floor(i / channels)] = 1;
  return { height, width, pixels };
}
