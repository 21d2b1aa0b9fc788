/**
 * Files that are whole or absent.
 *
 * @module
 */

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part-${Deno.pid}`;
  try {
    await Deno.writeFile(part, typeof content === "string" ? new TextEncoder().encode(content) : content);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new StoreError(`Cannot write "${path}": ${(error as Error).message}`);
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
