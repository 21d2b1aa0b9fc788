/**
 * Files that are whole or absent.
 *
 * @module
 */

import type { z } from "zod";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { flockOwn } from "./flock.ts";
import { partOf } from "./host.ts";
import { parseAs } from "./json.ts";

/** Has the disk take a folder's entries, so that a renamed file has its name after a power cut too. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder; its file systems keep the order of names by themselves.
  if (Deno.build.os === "windows") return;
  let folder;
  try {
    folder = await Deno.open(path);
    await folder.sync();
  } catch (error) {
    // The file is in place: a disk that cannot sync a folder, or a folder that may not be read, takes nothing from that.
    const { code } = error as { code?: string };
    if (!(error instanceof Deno.errors.PermissionDenied) && code !== "EINVAL" && code !== "ENOTSUP") throw error;
  } finally {
    folder?.close();
  }
}

/** Writes all bytes into an open file: a disk may take fewer at a time. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** As {@linkcode writeWhole} in Node, which has no locks: what a killed process leaves there stays. */
async function writeInNode(path: string, content: string | Uint8Array): Promise<void> {
  const part = partOf(path);
  try {
    const file = await open(part, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new StoreError(`Cannot write "${path}": ${(error as Error).message}`);
  }
}

/** Writes a file whole or not at all, whatever ends the process or the machine. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  if (typeof Deno === "undefined") return await writeInNode(path, content);
  await fillWhole(path, (write) => write(content));
}

/** Takes a part of a file's content. */
export type Write = (content: string | Uint8Array) => Promise<void>;

/**
 * Writes a file part by part; it takes its name once it is whole.
 *
 * @param path The file.
 * @param fill Writes the parts; if it throws, there is no file.
 * @returns What `fill` returns.
 * @throws {StoreError} If it cannot be written; what `fill` itself throws is passed on.
 */
export async function fillWhole<T>(path: string, fill: (write: Write) => Promise<T>): Promise<T> {
  const part = partOf(path);
  const onDisk = async <R>(act: () => Promise<R>): Promise<R> => {
    try {
      return await act();
    } catch (error) {
      throw new StoreError(`Cannot write "${path}": ${(error as Error).message}`);
    }
  };
  const file = await onDisk(() => Deno.open(part, { write: true, create: true, truncate: true }));
  try {
    // Whoever finds it unlocked removes it: see leftovers.ts.
    await flockOwn(file);
    const result = await fill((content) =>
      onDisk(async () => {
        await writeAll(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
      })
    );
    await onDisk(async () => {
      // Otherwise the name may reach the disk before the bytes, and a power cut leave a file of NULs under it.
      await file.sync();
      await Deno.rename(part, path);
    });
    await onDisk(() => syncFolder(dirname(path)));
    return result;
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  } finally {
    file.close();
  }
}

/**
 * Makes a folder and writes into it, to know that it can be done.
 *
 * @param path The folder.
 * @throws {StoreError} If it cannot.
 */
export async function tryFolder(path: string): Promise<void> {
  const file = partOf(join(path, "/"));
  try {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(file, "");
    await Deno.remove(file);
  } catch (error) {
    throw new StoreError(`Cannot write results into "${path}": ${(error as Error).message}`);
  }
}

/**
 * Makes the folder of a file and writes into it, to know before hours of work that the file can be written in the end.
 *
 * @param path The file.
 * @throws {StoreError} If it cannot, or a folder is in its place.
 */
export async function tryFile(path: string): Promise<void> {
  await tryFolder(dirname(path));
  if ((await Deno.stat(path).catch(() => undefined))?.isDirectory) {
    throw new StoreError(`Cannot write "${path}": it is a folder, a file's name is wanted`);
  }
}

/** A file of the store could not be written or read. */
export class StoreError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "StoreError";
  }
}

/** A file's bytes, `undefined` where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * A JSON file's value, as a schema wants it.
 *
 * @param schema The schema.
 * @param path The file.
 * @returns What the schema makes of it; `undefined` where there is no file.
 * @throws {StoreError} If it is not JSON, or not what the schema wants.
 */
export async function readAs<T>(schema: z.ZodType<T>, path: string): Promise<T | undefined> {
  const bytes = await readIfThere(path);
  try {
    return bytes && parseAs(schema, bytes);
  } catch (error) {
    throw new StoreError(`Cannot read "${path}": ${(error as Error).message}`);
  }
}

/**
 * Moves files of a store that do not hold out of the way, into a new folder in `set-aside/`; nothing is deleted.
 *
 * @param root The store's folder.
 * @param name What they are of.
 * @param paths The files, in the order in which they go; those that are not there are passed over.
 * @returns The new folder.
 * @throws {StoreError} If they cannot be moved.
 */
export async function setAside(root: string, name: string, paths: readonly string[]): Promise<string> {
  try {
    await Deno.mkdir(join(root, "set-aside"), { recursive: true });
    for (let count = 1;; count++) {
      const folder = join(root, "set-aside", `${name}-${count}`);
      try {
        await Deno.mkdir(folder);
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) continue;
        throw error;
      }
      for (const path of paths) {
        await Deno.rename(path, join(folder, basename(path))).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        });
      }
      return folder;
    }
  } catch (error) {
    throw new StoreError(`Cannot set aside what does not hold in "${root}": ${(error as Error).message}`);
  }
}
