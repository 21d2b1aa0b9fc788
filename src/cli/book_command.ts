/**
 * What `book` and `read` share: the making of the book.
 *
 * @module
 */

import type { Given } from "./flags.ts";
import { load } from "./command.ts";
import { userDataFolder } from "../platform/data_folder.ts";
import { outFolder } from "./environment.ts";

/** What help says of whose results are shown. */
export const WHOSE =
  "It shows the results kept in this repository and is written into out/book; with --out DIR it shows the results of the store\n" +
  "DIR alone, and is written into DIR/book.";

/**
 * Makes the book.
 *
 * @param given The flags: a store counts only where it is named.
 * @returns The path of its first page.
 */
export async function makeBook(given: Pick<Given<never>, "text">): Promise<string> {
  const folder = await outFolder(given);
  console.error("backend: none needed, the book is made of texts");
  const [{ writeBook }, { conformanceOf }, { loadMnist }] = await Promise.all([
    load<typeof import("./book_files.ts")>(import.meta.resolve("./book_files.ts")),
    load<typeof import("./book_conformance.ts")>(import.meta.resolve("./book_conformance.ts")),
    load<typeof import("../data/mnist.ts")>(import.meta.resolve("../data/mnist.ts")),
  ]);
  return await writeBook({
    folder,
    store: given.text("out"),
    conformance: () => conformanceOf(folder),
    load: () => loadMnist(userDataFolder()),
  });
}
