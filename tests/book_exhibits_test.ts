/** The book's figures and tables: the reader's own first, then what is kept, and each says which. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { exhibitsOf } from "../src/cli/book_exhibits.ts";
import { taskLine } from "../src/platform/task.ts";
import { allClauses } from "../src/report/spec.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(
  ["read", "write", "env"],
  "book-figures: a reader with no results sees what is kept, and Figure 2",
  async () => {
    await withFolder(async (folder) => {
      const { exhibits, files } = await exhibitsOf(folder);
      const from = new Map(exhibits.pictures.map((picture) => [picture.file, picture.from]));
      assertStringIncludes(from.get("figures/fig1.svg")!, "From `results/mnist/fig1.svg`, kept with the sources");
      assertStringIncludes(from.get("figures/fig2.svg")!, "it needs no training");
      assertStringIncludes(new TextDecoder().decode(files.get("figures/fig2.svg")), "<svg");
      const [first, second, ...others] = exhibits.tables;
      assertEquals(others, []);
      assertEquals([first!.clause, second!.clause], ["table-1", "table-2"]);
      assertStringIncludes(first!.markdown, "| memgan | std |");
      assertStringIncludes(second!.from, "results/cifar10");
      assertEquals(exhibits.courses.map(({ clause }) => clause), ["cycle-loss", "projection-loss", "mi-loss"]);
      assertEquals(exhibits.courses[0]!.runs, 10);
      const ids = new Set(allClauses().map(({ id }) => id));
      for (const { clause } of [...exhibits.pictures, ...exhibits.tables, ...exhibits.courses]) {
        assert(ids.has(clause), clause);
      }
    });
  },
);

testWith(["read", "write", "env"], "book-figures: a reader's own pictures and tables come first", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "fig1"));
    await Deno.writeTextFile(join(folder, "fig1", "fig1.svg"), "mine");
    await Deno.writeTextFile(join(folder, "table1.md"), "my table");
    await Deno.writeTextFile(join(folder, "fig1", "fig1.md"), "my numbers");
    const { exhibits, files } = await exhibitsOf(folder);
    assertEquals(new TextDecoder().decode(files.get("figures/fig1.svg")), "mine");
    assertEquals(exhibits.tables[0]!.markdown, "my table");
    // Kept with the sources they stand in the clause itself.
    assertEquals(exhibits.tables.find(({ clause }) => clause === "fig-1-claim")!.markdown, "my numbers");
    assertEquals(exhibits.tables[0]!.from, `From \`${join(folder, "table1.md")}\`, made by \`${taskLine("table1")}\`.`);
  });
});

testWith(
  ["read", "write", "env"],
  "store-truth: a picture or table that lost its bytes is named, and the kept one shown",
  async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "fig1"));
      await Deno.writeFile(join(folder, "fig1", "fig1.svg"), new Uint8Array(100));
      await Deno.writeTextFile(join(folder, "table1.md"), "| a\0\0");
      await Deno.writeTextFile(join(folder, "fig1", "fig1.md"), "");
      const [said, own] = [[] as string[], console.error];
      console.error = (line: string) => said.push(line);
      try {
        const { exhibits, files } = await exhibitsOf(folder);
        assertEquals(files.get("figures/fig1.svg"), await Deno.readFile("results/mnist/fig1.svg"));
        assertEquals(exhibits.tables[0]!.from, "From the runs in `results/mnist.jsonl`, kept with the sources.");
      } finally {
        console.error = own;
      }
      const names = said.map((line) => /\/([\w.]+)" is left out: it is not whole; /.exec(line)?.[1]);
      assertEquals(names.sort(), ["fig1.md", "fig1.svg", "table1.md"]);
    });
  },
);
