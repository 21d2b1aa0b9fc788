/** The README: nothing in its tables is typed. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderReadme } from "../tools/readme.ts";
import { testWith } from "./needs.ts";

testWith(["read"], "readme-true: its table is what results/mnist gives", async () => {
  const { is, shouldBe } = await renderReadme();
  assertStringIncludes(is, "<!-- table1:begin -->");
  assertEquals(is, shouldBe, "run `deno task readme`");
});
