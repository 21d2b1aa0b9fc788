/** The book: every clause is in it, beside its code; every link leads somewhere; it needs no network. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { LIVE, memganPage } from "../src/book/live.ts";
import { allClauses } from "../src/report/spec.ts";
import { testWith } from "./needs.ts";

let made: Promise<Map<string, string>> | undefined;

/** Made once for all tests of this file. */
const book = () => made ??= make();

async function make() {
  // KaTeX and Shiki look at the environment when they are loaded, which plain `deno test` may not.
  const { bookFiles, linkedModules } = await import("../src/book/site.ts");
  const sources = new Map<string, string>();
  for (const file of linkedModules()) sources.set(file, await Deno.readTextFile(file));
  const statuses = new Map([["cycle-loss", {
    status: "tested",
    tests: [{ name: "cycle-loss: it", outcome: "passed" }],
  }]]);
  const pictures = [{ clause: "fig-2-hull", file: "figures/fig2.svg", caption: "Two < three" }];
  return await bookFiles({ sources, statuses, pictures, live: [...LIVE, memganPage(3, "0123456789abcdef")] });
}

testWith(
  ["read", "env"],
  "book-pages: every clause stands on its page, and the code that it names beside it",
  async () => {
    const files = await book();
    for (const { id, file, links } of allClauses()) {
      const page = files.get(file.replace(/\.md$/, ".html"))!;
      assertStringIncludes(page, `id="${id}"`);
      for (const { symbol, file: module } of links.filter(({ symbol, file }) => symbol !== file)) {
        assert(page.includes(`id="code-${symbol}"`), `${id}: the code of ${symbol}, ${module}, is not beside it`);
      }
    }
    const unfolded = files.get("recipes_classical.html")!.replaceAll(/<details>[^]*?<\/details>/g, "");
    assertStringIncludes(unfolded, "deno task search --variants spec/search-ocsvm.json");
    const page = files.get("s4_2_cycle.html")!;
    assertStringIncludes(page, "tested: 1 of 1 tests passed");
    assertStringIncludes(page, 'title="M · in the code M · [n, d]">M</span>');
    assertStringIncludes(files.get("s5_2_topology.html")!, '<img src="figures/fig2.svg" alt="Two &lt; three">');
  },
);

testWith(
  ["read", "env"],
  "book-links: every link leads to a page and a place in the book, or to the paper",
  async () => {
    const files = await book();
    const given = new Set([
      ...files.keys(),
      "assets/katex.min.css",
      "figures/fig2.svg",
      "assets/weights.js",
      "assets/live_memgan.js",
      ...LIVE.map(({ script }) => `assets/${script}`),
    ]);
    for (const [page, text] of files) {
      if (!page.endsWith(".html")) continue;
      // Code may speak of links too.
      for (const [, target] of text.replaceAll(/<pre[^]*?<\/pre>/g, "").matchAll(/(?:href|src)="([^"]*)"/g)) {
        if (target === "data:," || target!.startsWith("https://arxiv.org/")) continue;
        const [path, place] = target!.split("#");
        const to = path === "" ? page : join(dirname(page), path!);
        assert(given.has(to), `${page}: ${target}`);
        if (place && place !== "text") assert(files.get(to)!.includes(`id="${place}"`), `${page}: ${target}`);
      }
    }
  },
);

testWith(["read", "env"], "book-pages: no formula, code fence or dollar is left as it was typed", async () => {
  for (const [page, text] of await book()) {
    if (!page.endsWith(".html") || page.startsWith("code/")) continue;
    const prose = text.replaceAll(/<(pre|code|annotation|title)[ >][^]*?<\/\1>/g, "");
    assertEquals(prose.match(/\$\$|\\mathbb|```|\uE000/g), null, page);
  }
});
