/**
 * Which files are images: every one below a folder, in an order that depends on their names alone.
 *
 * @module
 */

import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { printable } from "../platform/errors.ts";

/** The endings of the files that are taken for images. */
export const ENDINGS = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "gif", "avif"] as const;

/** An image or a model could not be found or read; the message names it, in one line that a terminal can show. */
export class ImageError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(printable(message));
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

/** Endings of pictures that are not read. */
const UNREAD = [
  "bmp",
  "jfif",
  "jpe",
  "jp2",
  "jxl",
  "heic",
  "heif",
  "pgm",
  "ppm",
  "pnm",
  "tga",
  "psd",
  "exr",
  "hdr",
  "dcm",
  "dng",
];

const endingOf = (name: string) => name.split(".").at(-1)!.toLowerCase();
const isImage = (name: string) => (ENDINGS as readonly string[]).includes(endingOf(name));

/**
 * The image files that paths lead to, one at a time, so that a million need no memory.
 *
 * @param paths Files, which are taken as they are, and folders, which are searched to the bottom for files with the endings of
 * {@linkcode ENDINGS}. Links are followed; a folder that was searched before is passed over, so that links may go in circles.
 * @returns The files, each folder's in the order of their names; a link that leads nowhere is among them.
 * @throws {ImageError} If a path leads nowhere or a folder cannot be read.
 */
export async function* imageFiles(paths: readonly string[]): AsyncGenerator<ImageFile> {
  for await (const { isGiven, ...file } of allFiles(paths)) if (isGiven || isImage(file.name)) yield file;
}

/** What lies below paths. */
interface Survey {
  /** How many images. */
  readonly images: number;
  /** A line that counts the pictures that are not read; nothing if there are none. */
  readonly passedOver: string | undefined;
}

/**
 * Counts the images below paths, and the pictures that are not read: nobody should learn from fewer than a folder shows.
 *
 * @param paths Files and folders, as those of {@linkcode imageFiles}.
 * @returns How many.
 * @throws {ImageError} If a path leads nowhere or a folder cannot be read.
 */
export async function survey(paths: readonly string[]): Promise<Survey> {
  const unread = new Map<string, number>();
  let images = 0;
  for await (const { isGiven, name } of allFiles(paths)) {
    const ending = endingOf(name);
    if (isGiven || isImage(name)) images++;
    else if (UNREAD.includes(ending)) unread.set(ending, (unread.get(ending) ?? 0) + 1);
  }
  if (unread.size === 0) return { images, passedOver: undefined };
  const each = [...unread].map(([ending, count]) => `${count} .${ending}`).join(", ");
  const read = ENDINGS.map((ending) => `.${ending}`).join(" ");
  return { images, passedOver: `passed over: ${each}; read are ${read}` };
}

/** The files that were given, and all below the folders that were. */
async function* allFiles(paths: readonly string[]): AsyncGenerator<ImageFile & { readonly isGiven: boolean }> {
  const searched = new Set<string>();
  for (const path of paths) {
    const kind = await kindOf(path);
    if (kind === undefined) throw new ImageError(`Cannot find images: there is no "${path}"`);
    if (kind !== "folder") yield { path, name: basename(path), isGiven: true };
    else {
      for await (const file of below(path, searched)) yield { path: file, name: relative(path, file), isGiven: false };
    }
  }
}

/** Every file below a folder. */
async function* below(folder: string, searched: Set<string>): AsyncGenerator<string> {
  let entries;
  try {
    const real = await realpath(folder);
    if (searched.has(real)) return;
    searched.add(real);
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new ImageError(`Cannot list the images in "${folder}": ${(error as Error).message}`);
  }
  // In the order of code units, which no locale changes.
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink()
      ? await kindOf(path)
      : entry.isDirectory()
      ? "folder"
      : entry.isFile()
      ? "file"
      : "other";
    if (kind === "folder") yield* below(path, searched);
    // What leads nowhere is there too: if its name is an image's, it is one that cannot be read.
    else if (kind !== "other") yield path;
  }
}

/** Whether a path is a folder or lies below it; both lead where they are, without links. */
export function isBelow(path: string, folder: string): boolean {
  return !/^(\.\.([\\/]|$)|[\\/]|[A-Za-z]:)/.test(relative(folder, path));
}

/** What a path leads to; nothing, where it leads nowhere. */
async function kindOf(path: string): Promise<"folder" | "file" | "other" | undefined> {
  try {
    const at = await stat(path);
    return at.isDirectory() ? "folder" : at.isFile() ? "file" : "other";
  } catch {
    return undefined;
  }
}
