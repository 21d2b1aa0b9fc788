/**
 * The images of a folder, read with several files open at a time.
 *
 * @module
 */

import type { Images } from "../data/images.ts";
import type { Decoding } from "./decode.ts";
import { decodeImage } from "./decode.ts";
import type { ImageFile } from "./files.ts";
import { ImageError, imageFiles } from "./files.ts";

/** Files that are decoded at the same time. */
const AT_ONCE = 8;

/** An image and its file. */
export interface ReadImage extends ImageFile {
  /** The image. */
  readonly image: Images;
  /** The file's SHA-256. */
  readonly sha256: string;
}

/** An image file that could not be read. */
export interface Unreadable extends ImageFile {
  /** Why, in a line that names it. */
  readonly why: string;
}

async function read({ path, name }: ImageFile, decoding: Decoding): Promise<ReadImage | Unreadable> {
  try {
    const bytes = await Deno.readFile(path).catch((error) => {
      throw new ImageError(`Cannot read the image "${path}": ${(error as Error).message}`);
    });
    const image = await decodeImage(path, bytes, decoding);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { path, name, image, sha256: digest.toHex() };
  } catch (error) {
    if (error instanceof ImageError) return { path, name, why: error.message };
    throw error;
  }
}

/**
 * Reads images one after another; a few are ahead of whoever takes them, and no more are kept.
 *
 * @param paths Files and folders.
 * @param decoding How images are decoded.
 * @returns Each image, or why it could not be read, in the order of the files.
 * @throws {ImageError} If a path leads nowhere.
 */
export async function* readFiles(
  paths: readonly string[],
  decoding: Decoding,
): AsyncGenerator<ReadImage | Unreadable> {
  const ahead: Promise<ReadImage | Unreadable>[] = [];
  for await (const file of imageFiles(paths)) {
    ahead.push(read(file, decoding));
    if (ahead.length >= AT_ONCE) yield await ahead.shift()!;
  }
  while (ahead.length > 0) yield await ahead.shift()!;
}

/**
 * Reads all images below paths.
 *
 * @param paths Files and folders.
 * @param decoding How images are decoded.
 * @param unreadable Called with each file that could not be read; without it such a file is an error.
 * @returns The images, in the order of their files.
 * @throws {ImageError} If there is none, or one cannot be read.
 */
export async function readImages(
  paths: readonly string[],
  decoding: Decoding,
  unreadable?: (file: Unreadable) => void,
): Promise<ReadImage[]> {
  const images: ReadImage[] = [];
  for await (const file of readFiles(paths, decoding)) {
    if ("image" in file) images.push(file);
    else if (unreadable === undefined) throw new ImageError(file.why);
    else unreadable(file);
  }
  if (images.length === 0) throw new ImageError(`Cannot read images: there are none in "${paths.join('", "')}"`);
  return images;
}
