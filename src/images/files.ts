/**
 * Which files are images: every one below a folder, in an order that depends on their names alone.
 *
 * @module
 */

import { basename, join, relative } from "@std/path";

/** The endings of the files that are taken for images. */
export const ENDINGS = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "gif", "avif"] as const;

/** An image could not be found or read; the message names it. */
export class ImageError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "ImageError";
  }
}

/** A file that is taken for an image. */
export interface ImageFile {
  /** Its path. */
  readonly path: string;
  /** Its path below the folder that was given; its own name, where it was itself given. */
  readonly name: string;
}

const isImage = (name: string) => (ENDINGS as readonly string[]).includes(name.split(".").at(-1)!.toLowerCase());

/** In the order of code units, which no locale changes. */
const byName = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;

/**
 * The image files that paths lead to, one at a time, so that a million need no memory.
 *
 * @param paths Files, which are taken as they are, and folders, which are searched to the bottom for files with the endings of
 * {@linkcode ENDINGS}. Links are followed; one that leads back to a folder it lies in is passed over.
 * @returns The files, each folder's in the order of their names.
 * @throws {ImageError} If a path leads nowhere or a folder cannot be read.
 */
export async function* imageFiles(paths: readonly string[]): AsyncGenerator<ImageFile> {
  for (const path of paths) {
    const stat = await about(path);
    if (stat === undefined) throw new ImageError(`Cannot find images: there is no "${path}"`);
    if (!stat.isDirectory) yield { path, name: basename(path) };
    else for await (const file of below(path, [])) yield { path: file, name: relative(path, file) };
  }
}

async function* below(folder: string, above: readonly string[]): AsyncGenerator<string> {
  const real = await Deno.realPath(folder);
  if (above.includes(real)) return;
  let entries: Deno.DirEntry[];
  try {
    entries = (await Array.fromAsync(Deno.readDir(folder))).sort(byName);
  } catch (error) {
    throw new ImageError(`Cannot list the images in "${folder}": ${(error as Error).message}`);
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    // A link may lead anywhere, and nowhere.
    const target = entry.isSymlink ? await about(path) : entry;
    if (target?.isDirectory) yield* below(path, [...above, real]);
    else if (target?.isFile && isImage(entry.name)) yield path;
  }
}

async function about(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch {
    return undefined;
  }
}
