/** The README and the specification: nothing in their tables is typed. */

import { assertEquals } from "@std/assert";
import { renderAll } from "../tools/passages.ts";
import { testWith } from "./needs.ts";

testWith(["read"], "readme-true: its tables, and the specification's, are what results/ gives", async () => {
  for (const [file, { is, shouldBe }] of await renderAll()) {
    assertEquals(is, shouldBe, `${file}: run \`deno task readme\``);
  }
});
