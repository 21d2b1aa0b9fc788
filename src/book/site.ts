/**
 * The whole book as files: one page per section of the paper, one per module, and shared assets.
 *
 * @module
 */

import css from "./book.css" with { type: "text" };
import client from "./book.js" with { type: "text" };
import { allClauses, gistOf, SPEC_TEXTS } from "../report/spec.ts";
import type { Workshop } from "./chapter.ts";
import { chapterHtml, chapterPage, modulePage, readChapter } from "./chapter.ts";
import { contentsHtml } from "./contents.ts";
import type { Exhibits } from "./exhibits.ts";
import { layout } from "./layout.ts";
import type { LivePage } from "./live.ts";
import { escapeHtml } from "../report/html.ts";
import { makeRenderer } from "./render.ts";
import { readModule, symbolsIn } from "./source.ts";
import type { Conformance } from "./status.ts";
import { testFileHtml, TestIndex, testPage } from "./tests.ts";

/** The inputs of the book. */
export interface Materials {
  /** The texts of the modules that `spec/` links to, by their path. */
  readonly sources: ReadonlyMap<string, string>;
  /** The texts of the files of tests, by their path. */
  readonly tests: ReadonlyMap<string, string>;
  /** The outcome of each clause. */
  readonly conformance: Conformance;
  /** Pictures and tables. */
  readonly exhibits: Exhibits;
  /** Interactive pages. */
  readonly live: readonly LivePage[];
  /** Why there is no page of a trained MEMGAN, in Markdown; absent where there is one. */
  readonly noMemgan?: string;
}

/** The modules that the specification links to. */
export function linkedModules(): string[] {
  const links = Object.values(SPEC_TEXTS).join("\n").matchAll(
    /\]\(\.\.\/((?:src|proofs|figures|tools)\/[\w/]+\.ts)\)/g,
  );
  return [...new Set([...links].map(([, file]) => file!))].sort();
}

/** The search index. */
function index(): string {
  const entries = allClauses().map((clause) => ({
    id: clause.id,
    page: chapterPage(clause.file),
    text: [...clause.quotations, gistOf(clause), clause.locator, ...clause.links.map(({ symbol }) => symbol)].join(" "),
  }));
  return `globalThis.BOOK = ${JSON.stringify(entries)};\n`;
}

/**
 * The book.
 *
 * @param materials The inputs.
 * @returns Its files, by their path from the book's folder; KaTeX's stylesheet and fonts, and the bundled scripts of the
 * interactive pages, belong in `assets/`.
 */
export async function bookFiles(materials: Materials): Promise<Map<string, string>> {
  const { sources, exhibits, live } = materials;
  const chapters = Object.entries(SPEC_TEXTS).map(([file, text]) => readChapter(file, text));
  const clauses = chapters.flatMap((chapter) => chapter.clauses);
  const placeOf = new Map(chapters.flatMap(({ clauses, page }) => clauses.map(({ id }) => [id, `${page}#${id}`])));
  const modules = new Map([...sources].map(([file, text]) => [file, readModule(text)]));
  const renderer = await makeRenderer({
    clause: (id) => placeOf.get(id),
    link(target) {
      const file = target.replace(/^\.\.\//, "");
      if (target.startsWith("#")) return placeOf.get(target.slice(1));
      if (modules.has(file)) return modulePage(file);
      const [name, clause] = target.split("#");
      if (name! in SPEC_TEXTS) return chapterPage(name!) + (clause === undefined ? "" : `#${clause}`);
      return undefined;
    },
  });
  const notation = symbolsIn(SPEC_TEXTS["notation.md"]!);
  const tests = new TestIndex(materials.tests);
  const workshop: Workshop = { ...materials, renderer, modules, notation, tests, clauses, placeOf };
  const results = renderer.prose(exhibits.results.head).replaceAll(/^<p>|<\/p>\s*$/g, "");

  const files = new Map<string, string>();
  for (const chapter of chapters) {
    files.set(chapter.page, layout(chapter, chapters, chapterHtml(chapter, workshop), results));
  }
  for (const [file, { head, pieces }] of modules) {
    const symbols = symbolsIn(head);
    const carried = clauses.filter(({ links }) => links.some((link) => link.file === file));
    const back = carried.map(({ id }) => `<a href="../${placeOf.get(id)}"><code>${id}</code></a>`).join(", ");
    const listing = pieces.map(({ name, text }) =>
      `<div class="piece"${name === undefined ? "" : ` id="${name}"`}>${renderer.code(text, symbols)}</div>`
    );
    const body = `<h1><code>${escapeHtml(file)}</code></h1>${renderer.prose(head, symbols, "../")}` +
      (back === "" ? "" : `<p>It implements ${back}.</p>`) + listing.join("");
    files.set(modulePage(file), layout({ page: modulePage(file), title: file }, chapters, body, results));
  }
  for (const [file, text] of tests.files) {
    const place = { page: testPage(file), title: file };
    files.set(place.page, layout(place, chapters, testFileHtml(file, text, tests.linesOf(file)), results));
  }
  for (const each of live) {
    const back = chapters.find(({ page }) => page === each.chapter)!;
    const body = `${each.body}<p>It belongs to <a href="${back.page}">${escapeHtml(back.title)}</a>.</p>`;
    files.set(each.page, layout(each, chapters, body, results, each.script));
  }
  const contents = contentsHtml(chapters, workshop);
  files.set("index.html", layout({ page: "index.html", title: "Contents" }, chapters, contents, results));
  files.set("assets/book.css", css);
  files.set("assets/book.js", client);
  files.set("assets/index.js", index());
  return files;
}
