/** The README and the specification: nothing in their tables is typed. */

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { renderAll } from "../tools/passages.ts";
import { testWith } from "./needs.ts";

testWith(["read"], "readme-true: its tables, and the specification's, are what results/ gives", async () => {
  for (const [file, { is, shouldBe }] of await renderAll()) {
    assertEquals(is, shouldBe, `${file}: run \`deno task readme\``);
  }
});

testWith(["read"], "cli-progress: the README's first command does not list hundreds of packages", async () => {
  const readme = await Deno.readTextFile(fromFileUrl(import.meta.resolve("../README.md")));
  // What `deno task` installs before it starts a task, its own flag alone silences.
  assertMatch(readme, /^npx deno@[\d.]+ task --quiet reproduce /m);
});
