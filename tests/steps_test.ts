/** What a terminal shows of a command's steps. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Steps } from "../src/cli/steps.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(
  ["read", "write", "env"],
  "book-progress: a step says what it does and what it took, and the next call about how long is left",
  async () => {
    await withFolder(async (folder) => {
      const call = async (columns: number | undefined) => {
        let shown = "";
        const steps = new Steps("book", ["one", "two"], {
          write: (text) => void (shown += text),
          columns: () => columns,
        }, () => folder);
        for (const name of ["one", "two"]) await steps.do(name, () => Promise.resolve());
        await steps.keep();
        return shown;
      };
      assertEquals(await call(undefined), "", "no terminal");
      const first = await call(80);
      assertMatch(first, /one: 0 s\n[^]*one: 1 s\n[^]*two: 0 s\n[^]*two: 1 s\n/);
      assert(!first.includes("left"), "nothing is known yet");
      await Deno.writeTextFile(join(folder, "steps-book.json"), '{"one":100,"two":20}');
      const second = await call(80);
      assertMatch(second, /one: 0 s, about 2 min left in all\n[^]*two: 0 s, about 20 s left in all\n/);
      await Deno.writeTextFile(join(folder, "steps-book.json"), "half");
      assert(!(await call(80)).includes("left"), "what cannot be read is not known");
      const nowhere = () => {
        throw new Error("neither HOME nor MEMGAN_CACHE says where the cache is");
      };
      const steps = new Steps("book", ["one"], { write: () => {}, columns: () => 80 }, nowhere);
      assertEquals(await steps.do("one", () => Promise.resolve(1)), 1, "times are no reason to do nothing");
      await steps.keep();
    });
  },
);
