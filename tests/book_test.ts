/** The book: every clause is in it, beside its code; every link leads somewhere; it needs no network. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { policyElement } from "../src/report/html.ts";
import { declaredTests } from "../src/report/tests.ts";
import { LIVE, memganPage } from "../src/book/live.ts";
import { taskLine } from "../src/platform/task.ts";
import type { ClauseStatus, Outcome } from "../src/report/conformance.ts";
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
  const tests = new Map<string, string>();
  for await (const { name } of Deno.readDir("tests")) {
    if (name.endsWith("_test.ts")) tests.set(`tests/${name}`, await Deno.readTextFile(`tests/${name}`));
  }
  const test = (outcome: Outcome, id: string) => ({ name: `${id}: it`, outcome });
  const statuses = new Map<string, ClauseStatus>([
    ["cycle-loss", {
      status: "tested",
      tests: [
        { name: "cycle-loss: agrees with the PyTorch twin in value (case 1)", outcome: "passed" },
        test("ignored", "cycle-loss"),
      ],
    }],
    ["mi-loss", { status: "failing", tests: [test("failed", "mi-loss"), test("passed", "mi-loss")] }],
  ]);
  const label = { caption: "Two < three", from: "From `out`." };
  const exhibits = {
    results: { head: "`a store`, budget smoke, no result", apart: "Numbers above are of the kept runs." },
    absent: [{ clause: "fig-3-tsne", says: "Not in `a store`: `fig3/fig3.png`." }],
    pictures: [{ clause: "fig-2-hull", file: "figures/fig2.svg", alt: "Units & hull", opens: true, ...label }],
    tables: [{ clause: "table-1", markdown: "| a |\n| --- |\n| **1** |", ...label }],
    courses: [{ clause: "mi-loss", means: [4.151, 3.8], runs: 10 }],
    coursesFrom: "From `runs`.",
  };
  const conformance = { statuses, how: "They were run by `deno test`.", whole: false };
  const memgan = { digit: 3, epochs: 1, k: 200, auroc: 0.8125, run: "0123456789abcdef", smoke: true };
  return await bookFiles({ sources, tests, conformance, exhibits, live: [...LIVE, memganPage(memgan)] });
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
    assertStringIncludes(page, 'title="M · in the code M · [n, d]">M</span>');
  },
);

testWith(
  ["read", "env"],
  "book-pages: a letter has the paper's meaning only in code whose module says so",
  async () => {
    const files = await book();
    const piece = files.get("s5_1_units.html")!.split('id="code-fig1Svg"')[1]!.split("</pre>")[0]!;
    assert(
      !piece.includes('class="sym"') && /\bx\b/.test(piece),
      "in the code of Figure 1 x is a place in the picture",
    );
  },
);

testWith(["read", "env"], "book-status: a clause leads to the file and line of each of its tests", async () => {
  const files = await book();
  const text = await Deno.readTextFile("tests/book_training_test.ts");
  const under = files.get("product.html")!.split('id="book-equations"')[1]!.split('class="clause"')[0]!;
  for (const { name, line } of declaredTests(text).filter(({ id }) => id === "book-equations")) {
    const link =
      `<a href="code/tests-book_training_test.ts.html#L${line}"><code>tests/book_training_test.ts:${line}</code></a>`;
    assertStringIncludes(under, `<li class="unrun">${link} not run: ${name}</li>`);
    assertStringIncludes(text.split("\n")[line - 1]!, "Deno.test(");
  }
  // Of a name that is computed the run knows the whole.
  const page = files.get("s4_2_cycle.html")!.split('id="cycle-loss"')[1]!.split("</details>")[0]!;
  assertMatch(
    page,
    /<li class="passed"><a href="code\/tests-cases_test\.ts\.html#L\d+">[^]*?passed: cycle-loss: agrees with/,
  );
});

testWith(
  ["read", "env"],
  "book-figures: every page says whose results the book shows, and text on others that it is",
  async () => {
    const files = await book();
    const head = '<p class="results">Results: <code>a store</code>, budget smoke, no result</p>';
    for (const [page, text] of files) if (page.endsWith(".html")) assertStringIncludes(text, head, page);
    const note = '<div class="apart"><p>Numbers above are of the kept runs.</p>';
    const after = (page: string, id: string) => files.get(page)!.split(`id="${id}"`)[1]!.split('class="clause"')[0]!;
    assertStringIncludes(after("s5_2_topology.html", "fig-3-tsne"), note, "where a picture is absent");
    assertStringIncludes(after("s5_1_units.html", "fig-1-claim"), note, "where the text's table is of other runs");
    assert(!after("s4_2_cycle.html", "cycle-loss").includes(note), "where nothing is of a run");
  },
);

testWith(
  ["read", "env"],
  "book-live: a MEMGAN's page names its digit, epochs and AUROC, and a smoke run as one",
  async () => {
    const page = (await book()).get("live_memgan.html")!;
    assertStringIncludes(
      page,
      "Trained on images of digit 3 alone, for 1 epoch of 200 steps; AUROC 81.3 on the test images.",
    );
    assertStringIncludes(page, "A smoke run: it shows that everything works, and hardly learned anything.");
  },
);

testWith(["read", "env"], "page-safe: every page of the book has a policy that lets no script in it run", async () => {
  for (const [page, text] of await book()) {
    if (!page.endsWith(".html")) continue;
    assert(text.indexOf(policyElement(true)) < text.indexOf("<script"), page);
    assertEquals(text.match(/<script(?! src="[^"]+"><\/script>)/g), null, page);
    assertEquals(text.match(/<[^>]* on\w+=/g), null, page);
  }
});

testWith(["read", "env"], "book-status: a clause says where its tests stand; a failing one stands open", async () => {
  const files = await book();
  assertStringIncludes(files.get("s4_2_cycle.html")!, `tested: 1 test passed, 1 more by ${taskLine("conformance")}`);
  const open = '<details class="status failing" open><summary>failing: 1 of 2 tests failed</summary>';
  assertStringIncludes(files.get("s4_4_mutual_information.html")!, `${open}<ul><li class="failed">failed: mi-loss: it`);
  assertStringIncludes(files.get("s3_problem.html")!, `not tested here: needs ${taskLine("conformance")}`);
  const first = files.get("index.html")!;
  assertStringIncludes(first, '1 fail: <a href="s4_4_mutual_information.html#mi-loss">');
  assertStringIncludes(first, "<p>They were run by <code>deno test</code>.</p>");
});

testWith(
  ["read", "env"],
  "book-figures: pictures, tables and losses stand under their clause, with their source",
  async () => {
    const files = await book();
    const under = (page: string, clause: string) =>
      files.get(page)!.split(`id="${clause}"`)[1]!.split('class="clause"')[0]!;
    const from = "<figcaption>Two &lt; three <small>From <code>out</code>.</small></figcaption>";
    const picture = under("s5_2_topology.html", "fig-2-hull");
    assertStringIncludes(picture, '<img src="figures/fig2.svg" alt="Units &amp; hull">');
    assertStringIncludes(picture, from);
    const table = under("s6_2_mnist.html", "table-1");
    assertStringIncludes(table, "<strong>1</strong>");
    assertStringIncludes(table, from);
    assertStringIncludes(under("s4_4_mutual_information.html", "mi-loss"), "<td>4.15</td><td>3.80</td>");
  },
);

testWith(
  ["read", "env"],
  "book-equations: the first page leads from Eq. 7 to whom it moves, and what comes of it",
  async () => {
    const files = await book();
    const rows = new Map(
      [...files.get("index.html")!.matchAll(/id="eq-(\d)"[^]*?<\/tr>/g)].map(([row, number]) => [Number(number), row]),
    );
    assertEquals([...rows.keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const seventh = rows.get(7)!;
    assertStringIncludes(seventh, '<a href="s4_4_mutual_information.html#mi-loss">');
    assertStringIncludes(seventh, 's4_4_mutual_information.ts.html#mutualInformationLoss">');
    const players = [...seventh.matchAll(/algorithm_1\.html#([\w-]+)">(\w) moves it down/g)].map((
      [, id, player],
    ) => [player, id]);
    assertEquals(players, [["E", "algorithm-1-encoder"], ["G", "algorithm-1-generator"], ["M", "algorithm-1-memory"]]);
    assertStringIncludes(seventh, "4.15 → 3.80 in 2 epochs");
    assertStringIncludes(seventh, "failing: 1 of 2 tests failed");
    assertStringIncludes(rows.get(2)!, "no update of Algorithm 1");
    const update = files.get("algorithm_1.html")!.split('id="algorithm-1-generator"')[1]!;
    assertStringIncludes(update, 'Its terms: Eq. 3, <a href="s4_1_memory.html#mem-objective">');
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
    assert(!text.includes('class="tex"'), `${page}: a formula is none`);
  }
});
