/**
 * What `book` and `read` share: the making of the book.
 *
 * @module
 */

import { load } from "./command.ts";
import { userDataFolder } from "../platform/data_folder.ts";

/** What makes and serves the book. */
export function loadBook(): Promise<typeof import("./book_files.ts")> {
  return load<typeof import("./book_files.ts")>(import.meta.resolve("./book_files.ts"));
}

/**
 * Makes the book of a store.
 *
 * @param root The store's folder.
 * @returns The path of its first page.
 */
export async function makeBook(root: string): Promise<string> {
  console.error("backend: none needed, the book is made of texts");
  const { conformanceOf, writeBook } = await loadBook();
  const { loadMnist } = await load<typeof import("../data/mnist.ts")>(import.meta.resolve("../data/mnist.ts"));
  return await writeBook(root, await conformanceOf(root), () => loadMnist(userDataFolder()));
}
