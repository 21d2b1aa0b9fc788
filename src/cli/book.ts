/**
 * `deno task book`: the annotated source beside the paper, as a folder of pages; `deno task read` serves it too.
 *
 * @module
 */

import { dirname } from "@std/path";
import type { Command } from "./command.ts";
import { load, runMain, UsageError } from "./command.ts";

const command: Command<"serve" | "port"> = {
  task: "book",
  about:
    "Writes the book: the paper clause by clause, beside each the code that carries it out. It opens without a network.",
  flags: {
    serve: { help: "serve it on this machine too, as `deno task read` does" },
    port: { value: "N", help: "on which port (default: 8017)" },
  },
};

await runMain(command, async (given) => {
  const root = given.text("out") ?? "out";
  const port = given.whole("port", 1) ?? 8017;
  if (port > 65535) throw new UsageError(`--port is at most 65535; it is "${port}"`);
  console.error("backend: none needed, the book is made of texts");
  const { conformanceOf, serve, writeBook } = await load<typeof import("./book_files.ts")>(
    import.meta.resolve("./book_files.ts"),
  );
  const { loadMnist } = await load<typeof import("../data/mnist.ts")>(import.meta.resolve("../data/mnist.ts"));
  const page = await writeBook(root, await conformanceOf(root), () => loadMnist(Deno.env.get("MEMGAN_DATA")));
  console.log(given.on("json") ? JSON.stringify({ page }) : page);
  if (given.on("serve")) await serve(dirname(page), port);
});
