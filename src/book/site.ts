/**
 * The whole book as files: a page a section of the paper, a page a module, and what they share.
 *
 * @module
 */

import css from "./book.css" with { type: "text" };
import client from "./book.js" with { type: "text" };
import { allClauses, gistOf, SPEC_TEXTS } from "../report/spec.ts";
import type { ChapterPicture, ClauseStatus, Workshop } from "./chapter.ts";
import { chapterHtml, chapterPage, modulePage, readChapter } from "./chapter.ts";
import { layout } from "./layout.ts";
import type { LivePage } from "./live.ts";
import { escapeHtml, makeRenderer } from "./render.ts";
import { readModule, symbolsIn } from "./source.ts";

/** What the book is made of. */
export interface Materials {
  /** The texts of the modules that `spec/` links to, by their path. */
  readonly sources: ReadonlyMap<string, string>;
  /** The outcome of each clause, where the conformance suite was run. */
  readonly statuses: ReadonlyMap<string, ClauseStatus>;
  /** Pictures. */
  readonly pictures: readonly ChapterPicture[];
  /** Pages that answer to the reader. */
  readonly live: readonly LivePage[];
}

/** The modules that the specification links to. */
export function linkedModules(): string[] {
  const links = Object.values(SPEC_TEXTS).join("\n").matchAll(
    /\]\(\.\.\/((?:src|proofs|figures|tools)\/[\w/]+\.ts)\)/g,
  );
  return [...new Set([...links].map(([, file]) => file!))].sort();
}

/** How many clauses there are of each level, as a row of the contents. */
function counts(clauses: readonly { level: string }[]): string {
  const levels = Map.groupBy(clauses, ({ level }) => level);
  return [...levels].map(([level, of]) => `${of.length} ${level.toLowerCase()}`).join(", ");
}

/** What the search looks through. */
function index(): string {
  const entries = allClauses().map((clause) => ({
    id: clause.id,
    page: chapterPage(clause.file),
    text: [...clause.quotations, gistOf(clause), clause.locator, ...clause.links.map(({ symbol }) => symbol)].join(" ")
      .toLowerCase(),
  }));
  return `globalThis.BOOK = ${JSON.stringify(entries)};\n`;
}

/**
 * The book.
 *
 * @param materials What it is made of.
 * @returns Its files, by their path from the book's folder; KaTeX's stylesheet and fonts belong into `assets/`, and the
 * bundled scripts of the pages that answer.
 */
export async function bookFiles({ sources, statuses, pictures, live }: Materials): Promise<Map<string, string>> {
  const chapters = Object.entries(SPEC_TEXTS).map(([file, text]) => readChapter(file, text));
  const pageOf = new Map(chapters.flatMap(({ clauses, page }) => clauses.map(({ id }) => [id, `${page}#${id}`])));
  const modules = new Map([...sources].map(([file, text]) => [file, readModule(text)]));
  const renderer = await makeRenderer({
    clause: (id) => pageOf.get(id),
    link(target) {
      const file = target.replace(/^\.\.\//, "");
      if (target.startsWith("#")) return pageOf.get(target.slice(1));
      if (modules.has(file)) return modulePage(file);
      const [name, clause] = target.split("#");
      if (name! in SPEC_TEXTS) return chapterPage(name!) + (clause === undefined ? "" : `#${clause}`);
      return undefined;
    },
  });
  const notation = symbolsIn(SPEC_TEXTS["notation.md"]!);
  const workshop: Workshop = { renderer, modules, notation, statuses, pictures, live };

  const files = new Map<string, string>();
  for (const chapter of chapters) {
    files.set(chapter.page, layout(chapter, chapters, chapterHtml(chapter, workshop)));
  }
  for (const [file, { head, pieces }] of modules) {
    const symbols = symbolsIn(head);
    const clauses = allClauses().filter(({ links }) => links.some((link) => link.file === file));
    const back = clauses.map(({ id }) => `<a href="../${pageOf.get(id)}"><code>${id}</code></a>`).join(", ");
    const listing = pieces.map(({ name, text }) =>
      `<div class="piece"${name === undefined ? "" : ` id="${name}"`}>${renderer.code(text, symbols)}</div>`
    );
    const body = `<h1><code>${escapeHtml(file)}</code></h1>${renderer.prose(head, symbols, "../")}` +
      (back === "" ? "" : `<p>It carries out ${back}.</p>`) + listing.join("");
    files.set(modulePage(file), layout({ page: modulePage(file), title: file }, chapters, body));
  }
  for (const each of live) {
    const back = chapters.find(({ page }) => page === each.chapter)!;
    const body = `${each.body}<p>It belongs to <a href="${back.page}">${escapeHtml(back.title)}</a>.</p>`;
    files.set(each.page, layout(each, chapters, body, each.script));
  }
  const rows = chapters.map(({ page, title, clauses }) =>
    `<tr><td><a href="${page}">${escapeHtml(title)}</a></td><td>${counts(clauses)}</td></tr>`
  );
  const opening = `<h1>MEMGAN, read clause by clause</h1>
<p>On the left of a page stands the paper, statement by statement, and in another voice what we say of it; on the right the
code that carries the statement out. A statement is called a clause. Green is the paper's voice, brown is ours where it is
silent or we differ, red is an error of the paper. Rest the pointer on an underlined symbol for its name in the code and its
shape.</p>
<p>The paper: <a href="https://arxiv.org/abs/2002.02669">Yang, Zhang, Soltani Bozchalooi, Darve: Memory Augmented Generative
Adversarial Networks for Anomaly Detection</a>.</p>
<p>Pages that answer to you: ${
    live.map(({ page, title }) => `<a href="${page}">${escapeHtml(title)}</a>`).join(", ")
  }.</p>
<div class="wide" tabindex="0"><table><thead><tr><th>chapter</th><th>clauses</th></tr></thead><tbody>${
    rows.join("")
  }</tbody></table></div>`;
  files.set("index.html", layout({ page: "index.html", title: "Contents" }, chapters, opening));
  files.set("assets/book.css", css);
  files.set("assets/book.js", client);
  files.set("assets/index.js", index());
  return files;
}
