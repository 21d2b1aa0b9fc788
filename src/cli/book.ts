/**
 * `deno task book`: the annotated source beside the paper, as a folder of pages.
 *
 * @module
 */

import { makeBook } from "./book_command.ts";
import { runMain } from "./command.ts";
import { outFolder } from "./environment.ts";

await runMain({
  task: "book",
  about:
    "Writes the book: the paper clause by clause, beside each the code that carries it out. It opens without a network.",
  flags: {},
}, async (given) => {
  const page = await makeBook(await outFolder(given));
  console.log(given.on("json") ? JSON.stringify({ page }) : page);
});
