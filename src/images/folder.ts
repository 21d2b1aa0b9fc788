/**
 * The images of a folder, read with several files open at a time.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Decoded, Decoding } from "./decode.ts";
import { bytesOf, decodeImage, hasColour } from "./decode.ts";
import type { ImageFile } from "./files.ts";
import { ENDINGS, ImageError, imageFiles } from "./files.ts";

/** Files that are decoded at the same time; fewer where each may be large. */
const AT_ONCE = { scaled: 8, ownSize: 2 };

/** An image and its file. */
export interface ReadImage extends ImageFile {
  /** The image. */
  readonly image: Decoded;
  /** In grey, where that was wanted too and it has no colour. */
  readonly grey?: Decoded;
  /** The file's SHA-256. */
  readonly sha256: string;
}

/** An image file that could not be read. */
export interface Unreadable extends ImageFile {
  /** Why, in a line that names it. */
  readonly why: string;
}

async function read(
  { path, name }: ImageFile,
  decoding: Decoding,
  greyToo: boolean,
): Promise<ReadImage | Unreadable> {
  try {
    const bytes = await bytesOf(path);
    const image = await decodeImage(path, bytes, decoding);
    // Decoded anew: of a tint no channel is what grey is.
    const grey = greyToo && !hasColour(image)
      ? { grey: await decodeImage(path, bytes, { ...decoding, channels: 1 }) }
      : {};
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { path, name, image, ...grey, sha256: Buffer.from(digest).toString("hex") };
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
 * @param greyToo Whether those without colour are decoded in grey besides.
 * @returns Each image, or why it could not be read, in the order of the files.
 * @throws {ImageError} If a path leads nowhere.
 */
export async function* readFiles(
  paths: readonly string[],
  decoding: Decoding,
  greyToo = false,
): AsyncGenerator<ReadImage | Unreadable> {
  const most = decoding.side === undefined ? AT_ONCE.ownSize : AT_ONCE.scaled;
  const ahead: Promise<ReadImage | Unreadable>[] = [];
  for await (const file of imageFiles(paths)) {
    ahead.push(read(file, decoding, greyToo));
    if (ahead.length >= most) yield await ahead.shift()!;
  }
  while (ahead.length > 0) yield await ahead.shift()!;
}

/**
 * Reads all images below paths.
 *
 * @param paths Files, and folders, which are searched to the bottom.
 * @param decoding How images are decoded: their channels, and the side of the squares that they are scaled to.
 * @param unreadable Called with each file that could not be read; without it such a file is an error.
 * @returns The images, in the order of their files.
 * @throws {ImageError} If there is none, or one cannot be read.
 *
 * @example A folder that is not there
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { ImageError, readImages } from "@memgan/memgan";
 *
 * const reading = readImages(["no/such/folder"], { channels: 1, side: 64 });
 * await assertRejects(() => reading, ImageError, 'there is no "no/such/folder"');
 * ```
 */
export async function readImages(
  paths: string | readonly string[],
  decoding: Decoding,
  unreadable?: (file: Unreadable) => void,
): Promise<ReadImage[]> {
  const all = typeof paths === "string" ? [paths] : paths;
  const images: ReadImage[] = [];
  let failed = 0;
  for await (const file of readFiles(all, decoding)) {
    if ("image" in file) images.push(file);
    else if (unreadable === undefined) throw new ImageError(file.why);
    else {
      failed++;
      unreadable(file);
    }
  }
  if (images.length === 0) throw noImages(all, failed);
  return images;
}

/** The SHA-256 of a list of images: of the files' digests, in their order. */
export async function listDigest(images: readonly Pick<ReadImage, "sha256">[]): Promise<string> {
  const text = new TextEncoder().encode(images.map(({ sha256 }) => sha256).join("\n"));
  return Buffer.from(await crypto.subtle.digest("SHA-256", text)).toString("hex");
}

/** The error for a file that cannot be read, where a command was not told to pass over it. */
export function unskipped({ why }: Unreadable): ImageError {
  return new ImageError(`${why}; --skip passes over such files`);
}

/** The error for paths that lead to no image. */
export function noImages(paths: readonly string[], failed: number): ImageError {
  const what = failed > 0 ? `none of ${failed} can be read` : `there are none with the endings ${ENDINGS.join(", ")}`;
  return new ImageError(`Cannot read images below "${paths.join('", "')}": ${what}`);
}
