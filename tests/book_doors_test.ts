/** What comes from a store stays text in every page, and `read` serves its folder to this machine and nothing else. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { conformanceOf } from "../src/cli/book_conformance.ts";
import { answers } from "../src/cli/book_server.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { StoreError } from "../src/platform/files.ts";
import { htmlPage } from "../src/report/page.ts";
import { STATUSES } from "../src/report/conformance.ts";
import { codeSpan, markdownTable, plainText } from "../src/report/tables/markdown.ts";
import { testWith, withFolder } from "./needs.ts";
import { manifestOf, storeRun } from "./stored_run.ts";

/** What a stranger may have written into any field. */
const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "[x](javascript:alert(1))",
  "[x](javascript&#58;alert(1))",
  "![x](javascript:alert(1))",
  "![$x$](y$z$)",
  "](javascript:alert(1))",
  "a | b\n| --- |\n\n# c\r\n<b>`d` ``e``</b>",
  "`</code><svg onload=alert(1)>",
  "<!-- --><iframe src=//example.org>",
  "www.example.org https://example.org",
  "$\\href{javascript:alert(1)}{x}$ $\\nothing$ \uE0000\uE000",
];
const ALL = HOSTILE.join(" ");

/** The elements and attributes of a page that no text may make. */
function live(page: string, own: readonly string[] = []): string[] {
  const tags = [...page.matchAll(/<([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*\/?>/g)];
  return tags.filter(([, name, attributes]) =>
    (["script", "iframe", "object", "embed", "form", "b", "base"].includes(name!) && !own.includes(name!)) ||
    /\son\w+=/i.test(attributes!) || /(?:href|src)="?\s*javascript/i.test(attributes!) ||
    /(?:href|src)="?[^"]*example\.org/.test(attributes!) || (name === "img" && !own.includes("img"))
  ).map(([tag]) => tag);
}

Deno.test("page-safe: HTML, links that run something and pictures in Markdown are words", () => {
  for (const each of [...HOSTILE.filter((text) => !/example|!\[/.test(text)), `x ${HOSTILE[0]}`]) {
    assertEquals(live(htmlPage(each, each)), [], each);
  }
  const inAttributes = htmlPage("t", "[a](/$b$) ![$c$](/d)");
  assertStringIncludes(inAttributes, '<a href="/$b$">a</a> <img src="/d" alt="$c$">', "a formula there is text");
  // The harness itself sees what it looks for.
  assertEquals(live('<img src=x onerror="a"><a href="javascript:a"><script>').length, 3);
});

Deno.test("page-safe: text in Markdown is shown as it is, in a line, in a cell, between backticks", () => {
  const shown = (markdown: string) =>
    htmlPage("t", markdown).split("</h1>\n")[1]!.replaceAll(/<[^>]*>/g, "").replaceAll("</html>", "")
      .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll(
        "&amp;",
        "&",
      ).trim();
  // The private character that holds a formula's place is the only one that pages drop.
  for (const text of HOSTILE.map((each) => each.replaceAll(/\s+/g, " ").replaceAll("\uE000", ""))) {
    assertEquals(shown(`a ${plainText(text)}`), `a ${text}`);
    assertEquals(shown(`a ${codeSpan(text)}`), `a ${text}`);
    const page = htmlPage("t", markdownTable(["one", "two"], [[plainText(text), codeSpan(text)]]));
    assertEquals(page.match(/<td>/g)?.length, 2, text);
    assertEquals(live(page), [], text);
  }
  assertEquals(markdownTable(["a\nb"], [["c|d"], ["e\\|f"]]), "| a b |\n| --- |\n| c\\|d |\n| e\\|f |");
});

/** A page without its own scripts and pictures, and without what a stored table may have: links to the web, pictures here. */
function ownRemoved(page: string): string {
  return page.replaceAll(/<script src="[\w./]+"><\/script>|<img src="(?:figures\/[\w.]+|y\$z\$)" alt="[^"]*">/g, "")
    .replaceAll(/<a href="https?:\/\/(?:www\.)?example\.org">/g, "");
}

/** A store whose every text is hostile, in a folder with a name to match. */
async function hostileStore(root: string): Promise<void> {
  const line = ALL.replaceAll(/\p{Cc}+/gu, " ");
  const manifest = manifestOf({
    backend: { name: "native", reason: line },
    versions: { [line]: line },
    cpu: line,
    device: line,
  });
  for (const spec of planRuns({ budget: "smoke", methods: ["memgan", "pca"] })) {
    await storeRun(root, spec, { manifest });
  }
  await Deno.mkdir(join(root, "fig1"));
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  await Deno.writeTextFile(join(root, "fig1", "fig1_all.svg"), svg);
  for (const file of ["fig1/fig1.md", "table3.md", "table1.md"]) {
    await Deno.writeTextFile(join(root, file), HOSTILE.join("\n\n"));
  }
  const tests = [{ name: `cycle-loss: ${ALL}`, outcome: "failed", suite: ALL }];
  const clauses = [{ id: "cycle-loss", status: "failing", tests }, { id: ALL, status: "tested", tests }];
  await Deno.writeTextFile(join(root, "conformance.json"), JSON.stringify({ clauses, backend: ALL }));
}

testWith(
  ["read", "write", "env"],
  "page-safe: a store of hostile texts makes no element in the book or the report",
  async () => {
    const [{ bookResults }, { exhibitsOf }, { bookFiles, linkedModules }, { writeReport }] = await Promise.all([
      import("../src/cli/book_results.ts"),
      import("../src/cli/book_exhibits.ts"),
      import("../src/book/site.ts"),
      import("../figures/report.ts"),
    ]);
    await withFolder(async (folder) => {
      const root = join(folder, "a`b|c <img src=x onerror=alert(1)>");
      await Deno.mkdir(root);
      await hostileStore(root);
      const { exhibits, files } = await exhibitsOf(await bookResults(root));
      assertEquals(exhibits.pictures.find(({ file }) => file === "figures/fig1_all.svg")!.opens, false);
      assert(files.has("figures/fig1_all.svg"));
      const sources = new Map<string, string>();
      for (const file of linkedModules().slice(0, 1)) sources.set(file, await Deno.readTextFile(file));
      const pages = await bookFiles({
        sources,
        tests: new Map(),
        conformance: await conformanceOf(root),
        exhibits,
        live: [],
        noMemgan: `No page: ${codeSpan(root)}`,
      });
      for (const [page, text] of pages) {
        if (!page.endsWith(".html")) continue;
        const foreign = live(ownRemoved(text));
        assertEquals(foreign, [], page);
      }
      assertStringIncludes(pages.get("s4_2_cycle.html")!, "&lt;script>alert(1)&lt;/script>");

      const wanted = { dataset: "mnist", protocol: "official" } as const;
      const made = ["fig1/fig1.md", "table3.md"].map((file) => join(root, file));
      const report = await writeReport(root, wanted, "smoke", `reproduce --out ${root}`, made);
      const text = ownRemoved(await Deno.readTextFile(report));
      assertEquals(live(text), []);
      assertStringIncludes(text, "Content-Security-Policy");
      const commits = (await Deno.readTextFile(join(root, "report", "report.md"))).split("\n")
        .find((line) => line.startsWith("| memgan | std | 2 |"))!;
      assertEquals(commits.match(/(?<!\\)\|/g)?.length, 7, "a row has its columns and no more");
    });
  },
);

testWith(
  ["read", "write", "env"],
  "book-status: whatever status conformance gives a clause, the next book reads it",
  async () => {
    await withFolder(async (folder) => {
      const clauses = STATUSES.map((status) => ({ id: status, status, tests: [] }));
      await Deno.writeTextFile(join(folder, "conformance.json"), JSON.stringify({ clauses }));
      const { statuses } = await conformanceOf(folder);
      for (const status of STATUSES) assertEquals(statuses.get(status)?.status, status);
    });
  },
);

testWith(
  ["read", "write", "env"],
  "book-status: a conformance report that is none is one line that names it",
  async () => {
    await withFolder(async (folder) => {
      for (const text of ["", "null", "{}", '{"clauses":[{"id":"a","status":"x\\" onload=\\"","tests":[]}]}']) {
        await Deno.writeTextFile(join(folder, "conformance.json"), text);
        const error = await conformanceOf(folder).then(() => undefined, (error) => error);
        assert(error instanceof StoreError && error.message.includes(join(folder, "conformance.json")), text);
      }
    });
  },
);

testWith(
  ["read", "write"],
  "book-serve: GET and HEAD of what is in the folder, under this machine's own names, and nothing else",
  async () => {
    await withFolder(async (made) => {
      const outer = await Deno.realPath(made);
      const folder = join(outer, "book");
      await Deno.mkdir(join(folder, "assets"), { recursive: true });
      await Deno.writeTextFile(join(folder, "index.html"), "first");
      await Deno.writeTextFile(join(folder, "a.svg"), "<svg/>");
      await Deno.writeTextFile(join(outer, "secret.html"), "secret");
      await Deno.mkdir(join(outer, "book-too"));
      await Deno.writeTextFile(join(outer, "book-too", "secret.html"), "secret");
      await Deno.symlink(join(outer, "secret.html"), join(folder, "link.html"));
      await Deno.symlink(outer, join(folder, "up"));
      await Deno.symlink(join(folder, "index.html"), join(folder, "inside.html"));
      const answer = answers(folder, 8017);
      const ask = async (
        path: string,
        { method = "GET", host = "localhost:8017" }: { method?: string; host?: string } = {},
      ) => {
        const response = await answer(new Request(`http://localhost:8017${path}`, { method, headers: { host } }));
        return { status: response.status, text: await response.text(), headers: response.headers };
      };
      assertEquals((await ask("/")).text, "first");
      const head = await ask("/", { method: "HEAD" });
      assertEquals([head.status, head.text, head.headers.get("content-length")], [200, "", "5"]);
      for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
        const { status, headers } = await ask("/", { method });
        assertEquals([status, headers.get("allow")], [405, "GET, HEAD"], method);
      }
      for (const host of ["localhost:8017", "127.0.0.1:8017", "[::1]:8017", "LOCALHOST:8017"]) {
        assertEquals((await ask("/", { host })).status, 200, host);
      }
      for (
        const host of [
          "example.org:8017",
          "localhost",
          "localhost:80",
          "localhost:8017.example.org",
          "127.0.0.1.nip.io:8017",
          "",
        ]
      ) {
        assertEquals((await ask("/", { host })).status, 421, host);
      }
      assertEquals((await ask("/inside.html")).text, "first");
      const outside = [
        "/link.html",
        "/up/secret.html",
        "/up/book-too/secret.html",
        "/../secret.html",
        "/..%2fsecret.html",
        "/%2e%2e/secret.html",
      ];
      for (const path of [...outside, "/assets", "/none.html", "/..\\secret.html"]) {
        const { status, text } = await ask(path);
        assertEquals([status, text.includes("secret")], [404, false], path);
      }
      assertStringIncludes((await ask("/a.svg")).headers.get("content-security-policy")!, "default-src 'none'");
      assertEquals((await ask("/")).headers.get("x-content-type-options"), "nosniff");
    });
  },
);

testWith(["read", "run"], "book-serve: it has no right to run or to write any more when it serves", async () => {
  const url = import.meta.resolve("../src/platform/permissions.ts");
  const script = `const { dropRights } = await import(${JSON.stringify(url)}); await dropRights();
    const states = await Promise.all(["run", "write", "ffi", "env", "sys", "read"].map((name) => Deno.permissions.query({ name })));
    console.log(states.map(({ state }) => state).join());`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", script] }).output();
  const said = new TextDecoder().decode(stdout).trim();
  assertEquals(said, "prompt,prompt,prompt,prompt,prompt,granted", new TextDecoder().decode(stderr));
});
