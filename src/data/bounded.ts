/**
 * Reading files and answers of which it is known how long they are: what is longer, or unpacks to more, is refused before it fills the
 * memory.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import { DataError } from "./dataset.ts";

/**
 * Reads a file.
 *
 * @param path The file; one with the ending `.gz` is unpacked.
 * @param length The bytes that it has, or unpacks to.
 * @returns Its content, unpacked; it may be shorter.
 * @throws {DataError} If it is longer, is no file, or cannot be unpacked.
 */
export async function readBounded(path: string, length: number): Promise<Uint8Array> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile) throw new DataError(`Cannot load "${path}": it is no file`);
  const packed = path.endsWith(".gz");
  // Packing makes no file twice as long.
  if (size > (packed ? 2 * length : length)) {
    throw new DataError(
      `Cannot load "${path}": it has ${size} bytes, ${length} are expected${packed ? " unpacked" : ""}`,
    );
  }
  const bytes = await Deno.readFile(path);
  return packed ? unpack(path, bytes, length) : bytes;
}

/**
 * Unpacks what was packed by gzip.
 *
 * @param path Where it is from.
 * @param bytes The packed bytes.
 * @param length How many there may be unpacked.
 * @returns The unpacked bytes.
 * @throws {DataError} If there are more, or they cannot be unpacked.
 *
 * @example Ten million bytes in ten thousand
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { gzipSync } from "node:zlib";
 * import { DataError } from "./dataset.ts";
 *
 * const bomb = gzipSync(new Uint8Array(1e7));
 * assertThrows(() => unpack("a.gz", bomb, 1000), DataError, 'Cannot load "a.gz": it unpacks to more than 1000 bytes');
 * ```
 */
export function unpack(path: string, bytes: Uint8Array, length: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: length });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new DataError(`Cannot load "${path}": it unpacks to more than ${length} bytes`);
    }
    throw new DataError(`Cannot load "${path}": it could not be unpacked (${message})`);
  }
}

/**
 * Reads a server's answer.
 *
 * @param response The answer.
 * @param length The bytes that it has.
 * @returns Its bytes; of a longer answer one byte more than it should have, so that its length tells.
 */
export async function bodyOf(response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length + 1);
  let at = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
    if (at === bytes.length) break;
  }
  return bytes.subarray(0, at);
}
