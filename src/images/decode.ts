/**
 * Image files as pixels: PNG, JPEG, WebP, TIFF, GIF and AVIF.
 *
 * An image is turned as its EXIF orientation says, laid over white where it is transparent, and converted to grey or sRGB; of an
 * animation, or of a file of several pages, the first picture is taken.
 *
 * @module
 */

import type { Sharp } from "sharp";
import type { Images } from "../data/images.ts";
import { readUserFile } from "../platform/user_file.ts";
import { ImageError } from "./files.ts";

/** The pixels of the largest image that is read: 100 million, which is 10,000 × 10,000. */
export const MOST_PIXELS = 1e8;

/** The bytes of the largest file that is read: what so many pixels need as 16 bit RGBA, and no more than memory has. */
const MOST_BYTES = 2 ** 30;

const KNOWN = "PNG, JPEG, WebP, TIFF, GIF and AVIF";

/** The formats as the library names them; others that it knows, such as SVG, can point to files elsewhere. */
const FORMATS: readonly string[] = ["png", "jpeg", "webp", "tiff", "gif", "heif"];

/** How an image is decoded. */
export interface Decoding {
  /** 1 for grey, 3 for colour. */
  readonly channels: 1 | 3;
  /** The side of the square that it is scaled to, whatever its shape; at its own size where this is absent. */
  readonly side?: number | undefined;
  /** The smallest side that it is given where it keeps its own size. */
  readonly least?: number | undefined;
  /** The most pixels that a file may unpack to. */
  readonly mostPixels?: number | undefined;
}

/** An image as it was decoded. */
export interface Decoded extends Images {
  /** The size that it was stored with, turned as its orientation says. */
  readonly stored: { readonly height: number; readonly width: number };
}

/**
 * The bytes of an image file.
 *
 * @param path The file.
 * @returns Its bytes.
 * @throws {ImageError} If it is not a file, cannot be read, or is larger than any image that is read.
 */
export async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readUserFile(path, MOST_BYTES);
  } catch (error) {
    throw new ImageError(`Cannot read the image "${path}": ${(error as Error).message}`);
  }
}

/** Depths of a channel whose values are a share of the greatest; what another is a share of, its file does not say. */
const DEPTHS: readonly string[] = ["uchar", "ushort"];

/**
 * An image file as every part of this program sees it: its first picture, turned as its orientation says. What is damaged, as far
 * as the format shows it, fails.
 */
export async function openImage(source: string | Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  // The limit is ours, so that the message can say what the image has.
  return sharp(source, { limitInputPixels: false, pages: 1 }).autoOrient();
}

/**
 * Decodes one image.
 *
 * @param name Its name, for messages.
 * @param source The path of its file, or the file's bytes.
 * @param decoding What is wanted of it.
 * @returns One image, pixels in [0, 1].
 * @throws {ImageError} If it is not an image, is damaged, has pixels that are no whole numbers of 8 or 16 bits, or has more pixels
 * than are allowed.
 */
export async function decodeImage(
  name: string,
  source: string | Uint8Array,
  { channels, side, least = 1, mostPixels = MOST_PIXELS }: Decoding,
): Promise<Decoded> {
  try {
    const bytes = typeof source === "string" ? await bytesOf(source) : source;
    if (bytes.length === 0) throw new Error("it is empty");
    const { format, width, height, depth, autoOrient: stored } = await (await openImage(bytes)).metadata();
    if (!FORMATS.includes(format)) throw new Error(`it is ${format}, not one of ${KNOWN}`);
    if (width * height > mostPixels) {
      throw new Error(`it has ${width} × ${height} pixels, ${mostPixels.toLocaleString("en")} are allowed`);
    }
    if (!DEPTHS.includes(depth)) throw new Error(`its pixels are of the type ${depth}; wanted are 8 or 16 bits`);
    const wanted = side === undefined
      ? { width: Math.max(least, stored.width), height: Math.max(least, stored.height) }
      : { width: side, height: side };
    const { data, info } = await (await openImage(bytes)).flatten({ background: "#fff" })
      .resize({ ...wanted, fit: "fill" })
      .toColourspace(channels === 1 ? "b-w" : "srgb").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return {
      count: 1,
      height: info.height,
      width: info.width,
      channels,
      pixels: toUnit(data, info.channels, channels),
      stored,
    };
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const why = (error as Error).message.split("\n")[0]!
      .replace(
        /^Input buffer (has corrupt header|contains unsupported image format).*/,
        `it is not one of ${KNOWN}, or damaged`,
      );
    throw new ImageError(`Cannot read the image "${name}": ${why}`);
  }
}

/**
 * Whether an image in three channels has colour: more of it than compression makes of grey.
 *
 * @param image One image.
 * @returns True if some pixel's channels differ by more than a tenth.
 */
export function hasColour({ pixels }: Images): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > 0.1) return true;
  }
  return false;
}

/** Bytes as numbers in [0, 1], of the first channels. */
function toUnit(data: Uint8Array, from: number, to: number): Float32Array {
  const pixels = new Float32Array(data.length / from * to);
  for (let i = 0, at = 0; i < data.length; i += from) {
    for (let c = 0; c < to; c++) pixels[at++] = data[i + Math.min(c, from - 1)]! / 255;
  }
  return pixels;
}
