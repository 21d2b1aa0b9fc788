/**
 * `deno task read`: writes the book as `deno task book` does, and serves it.
 *
 * @module
 */

import { dirname } from "@std/path";
import { makeBook, WHOSE } from "./book_command.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";

const command: Command<"port"> = {
  task: "read",
  about:
    "Writes the book, the paper clause by clause beside the code that implements it, and serves it to this machine until\n" +
    `Ctrl-C. ${WHOSE}`,
  flags: { port: { value: "N", help: "on which port (default: 8017)" } },
};

await runMain(command, async (given) => {
  const port = given.whole("port", 1) ?? 8017;
  if (port > 65535) throw new UsageError(`--port is at most 65535; it is "${port}"`);
  const page = await makeBook(given);
  if (given.on("json")) console.log(JSON.stringify({ page }));
  const { serve } = await load<typeof import("./book_server.ts")>(import.meta.resolve("./book_server.ts"));
  await serve(dirname(page), port);
});
