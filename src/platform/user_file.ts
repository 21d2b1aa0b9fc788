/**
 * Files that a user names: anything may be there, and nothing.
 *
 * @module
 */

import { readFile, stat } from "node:fs/promises";

/** What the system's codes mean, for whoever does not know them. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read",
  ELOOP: "its link leads in a circle",
};

/**
 * Reads a file.
 *
 * @param path The file.
 * @param most The most bytes that it may have.
 * @returns Its bytes.
 * @throws {RangeError} If it is not there, is no file, is larger, or may not be read: the reason, without the file's name.
 *
 * @example What is not there
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readUserFile("no/such/file", 1000), RangeError, "there is no such file");
 * ```
 */
export async function readUserFile(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const about = await stat(path);
    // A pipe may never end, nor a device.
    if (!about.isFile()) throw new RangeError("it is no file");
    if (about.size > most) throw new RangeError(`it has ${about.size} bytes, ${most} are allowed`);
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // Deno knows names as text, and finds no file by one that had to be mended.
    if (code === "ENOENT" && path.includes("\uFFFD")) throw new RangeError("its name is not in UTF-8; rename it");
    throw new RangeError(REASONS[code ?? ""] ?? message);
  }
}
