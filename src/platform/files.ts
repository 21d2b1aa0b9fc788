/**
 * Files that are whole or absent.
 *
 * @module
 */

import { join } from "@std/path";

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part-${Deno.pid}`;
  try {
    const file = await Deno.open(part, { write: true, create: true, truncate: true });
    try {
      // Whoever finds it unlocked removes it: see leftovers.ts.
      await file.lock(true);
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await Deno.rename(part, path);
    } finally {
      file.close();
    }
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new StoreError(`Cannot write "${path}": ${(error as Error).message}`);
  }
}

/**
 * Makes a folder and writes into it, to know that it can be done.
 *
 * @param path The folder.
 * @throws {StoreError} If it cannot.
 */
export async function tryFolder(path: string): Promise<void> {
  const file = join(path, `.part-${Deno.pid}`);
  try {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(file, "");
    await Deno.remove(file);
  } catch (error) {
    throw new StoreError(`Cannot write results into "${path}": ${(error as Error).message}`);
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
