/**
 * `deno task book`: the annotated source beside the paper, as a folder of pages.
 *
 * @module
 */

import { makeBook, WHOSE } from "./book_command.ts";
import { runMain } from "./command.ts";

await runMain({
  task: "book",
  about:
    "Writes the book: the paper clause by clause, beside each the code that implements it. It opens without a network.\n" +
    WHOSE,
  flags: {},
}, async (given) => {
  const page = await makeBook(given);
  console.log(given.on("json") ? JSON.stringify({ page }) : page);
});
