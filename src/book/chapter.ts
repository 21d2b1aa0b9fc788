/**
 * A chapter of the book: a section of the paper, clause by clause, and beside each clause the code that implements it.
 *
 * @module
 */

import type { Clause, Link } from "../report/spec.ts";
import { parseSpec } from "../report/spec.ts";
import { termsOf, trainedOn } from "./equations.ts";
import type { Exhibits } from "./exhibits.ts";
import { exhibitsHtml } from "./exhibits.ts";
import type { LivePage } from "./live.ts";
import { MEMGAN_CHAPTER } from "./live.ts";
import type { Renderer } from "./render.ts";
import { escapeHtml } from "../report/html.ts";
import type { Module, PaperSymbol } from "./source.ts";
import { symbolsIn } from "./source.ts";
import type { Conformance } from "./status.ts";
import { statusHtml } from "./status.ts";
import type { TestIndex } from "./tests.ts";

/** The inputs of a chapter. */
export interface Workshop {
  /** Renders prose and code. */
  readonly renderer: Renderer;
  /** The modules that clauses link to, by their path. */
  readonly modules: ReadonlyMap<string, Module>;
  /** The symbols of the notation's table. */
  readonly notation: readonly PaperSymbol[];
  /** The outcome of each clause. */
  readonly conformance: Conformance;
  /** Where tests are. */
  readonly tests: TestIndex;
  /** Pictures and tables. */
  readonly exhibits: Exhibits;
  /** All clauses of the book. */
  readonly clauses: readonly Clause[];
  /** The page and place of a clause, by its id. */
  readonly placeOf: ReadonlyMap<string, string>;
  /** Interactive pages. */
  readonly live: readonly LivePage[];
  /** Why there is no page of a trained MEMGAN, in Markdown; absent where there is one. */
  readonly noMemgan?: string;
}

/** A specification file as a chapter. */
export interface Chapter {
  /** The name of its page, `s4_2_cycle.html`. */
  readonly page: string;
  /** Its title. */
  readonly title: string;
  /** Its clauses. */
  readonly clauses: readonly Clause[];
  /** The text before the first of them, as Markdown. */
  readonly introduction: string;
}

/** Reads a specification file. */
export function readChapter(file: string, text: string): Chapter {
  const [heading = "", ...rest] = text.split("\n");
  const first = rest.findIndex((line) => /^## `[a-z0-9-]+`$/.test(line));
  return {
    page: chapterPage(file),
    title: heading.replace(/^# /, ""),
    clauses: parseSpec(text, file),
    introduction: rest.slice(0, first < 0 ? undefined : first).join("\n").trim(),
  };
}

/** The page of a specification file. */
export function chapterPage(file: string): string {
  return file.replace(/\.md$/, ".html");
}

/** The page of a module. */
export function modulePage(file: string): string {
  return `code/${file.replaceAll("/", "-")}.html`;
}

const LEVELS: Readonly<Record<Clause["level"], string>> = {
  PAPER: "the paper's statement",
  CHOICE: "our choice, the paper is silent",
  DEVIATION: "our deviation from the paper",
  ERRATUM: "an error in the paper",
  OPTIONAL: "optional in the paper",
};

/** Links to the updates that train on a clause's quantity, or to the terms of an update, and to the clauses that mention it. */
function waysHtml(clause: Clause, { clauses, placeOf }: Workshop): string {
  const link = ({ id }: Clause) => `<a href="${placeOf.get(id)}"><code>${id}</code></a>`;
  const updates = trainedOn(clause, clauses).map((each) =>
    each.clause === clause
      ? `${each.player}, down its gradient`
      : `${each.player} moves it ${each.way}, ${link(each.clause)}`
  );
  const terms = termsOf(clause, clauses).map((each) => `${each.locator.split(", ").at(-1)}, ${link(each)}`);
  const mentions = clauses.filter((each) => each.body.includes(`\`${clause.id}\``)).map(link);
  const line = (says: string, items: readonly string[]) =>
    items.length === 0 ? "" : `<p class="ways">${says}: ${items.join("; ")}.</p>`;
  return line("Who is trained on it", updates) + line("Its terms", terms) + line("Mentioned in", mentions);
}

function clauseHtml(clause: Clause, workshop: Workshop, symbols: PaperSymbol[]): string {
  const { id, level, locator, body } = clause;
  const { renderer, notation, conformance, exhibits, tests } = workshop;
  return `<header><h2><a href="#${id}">${id}</a></h2><p class="level ${level.toLowerCase()}">${LEVELS[level]}${
    locator === "" ? "" : ` · ${escapeHtml(locator)}`
  }</p>${statusHtml(clause, conformance, tests)}</header>` +
    renderer.prose(body, [...symbols, ...notation]) + waysHtml(clause, workshop) +
    exhibitsHtml(clause, exhibits, renderer);
}

/** The code of a clause: each declaration once per chapter, and a reference after that. */
function codeOf(links: readonly Link[], shown: Set<string>, { renderer, modules }: Workshop) {
  const [pieces, references]: string[][] = [[], []];
  for (const { symbol, file } of links) {
    const module = modules.get(file);
    const piece = module?.pieces.find(({ name }) => name === symbol);
    if (module === undefined) references!.push(escapeHtml(file));
    else if (piece === undefined) references!.push(`<a href="${modulePage(file)}">${escapeHtml(file)}</a>`);
    else if (shown.has(`${file} ${symbol}`)) references!.push(`<a href="#code-${symbol}"><code>${symbol}</code></a>`);
    else {
      shown.add(`${file} ${symbol}`);
      // Without a list of its own a module's `x` may be anything, a place on a screen.
      pieces!.push(
        `<div class="piece" id="code-${symbol}"><p class="file"><a href="${
          modulePage(file)
        }#${symbol}">${file}:${piece.line}</a></p>` +
          `${renderer.code(piece.text, symbolsIn(module.head))}</div>`,
      );
    }
  }
  return { pieces: pieces!.join(""), references: references! };
}

/**
 * A chapter's page, without the layout.
 *
 * @param chapter The chapter.
 * @param workshop The inputs.
 * @returns HTML: one row per clause, the paper and our commentary on the left, the code on the right.
 */
export function chapterHtml(chapter: Chapter, workshop: Workshop): string {
  const { renderer, modules, notation } = workshop;
  const files = [...new Set(chapter.clauses.flatMap(({ links }) => links.map(({ file }) => file)))];
  const heads = files.filter((file) =>
    modules.get(file)?.chapter !== undefined && chapterPage(modules.get(file)!.chapter!) === chapter.page
  );
  const symbols = heads.flatMap((file) => symbolsIn(modules.get(file)!.head));
  const head = heads.map((file) =>
    `<p class="file"><a href="${modulePage(file)}">${file}</a></p>${renderer.prose(modules.get(file)!.head, symbols)}`
  ).join("");
  const shown = new Set<string>();
  // Clauses that the same code implements share a row, so that it appears beside all of them.
  const rows: { says: string[]; does: string }[] = [];
  for (const clause of chapter.clauses) {
    const { pieces, references } = codeOf(clause.links, shown, workshop);
    if (rows.length === 0 || pieces !== "") rows.push({ says: [], does: pieces });
    const where = references.length === 0 ? "" : `<p class="file">Code: ${references.join(", ")}</p>`;
    rows.at(-1)!.says.push(
      `<div class="clause" id="${clause.id}">${clauseHtml(clause, workshop, symbols)}${where}</div>`,
    );
  }
  const live = workshop.live.filter((each) => each.chapter === chapter.page).map(({ page, title }) =>
    `<p><a href="${page}">${escapeHtml(title)}</a></p>`
  );
  if (chapter.page === MEMGAN_CHAPTER && workshop.noMemgan !== undefined) live.push(renderer.prose(workshop.noMemgan));
  const introduction = renderer.prose(chapter.introduction, notation) + live.join("");
  return `<section class="row first"><div class="says"><h1>${escapeHtml(chapter.title)}</h1>${introduction}</div>` +
    `<div class="does">${head}</div></section>` +
    rows.map(({ says, does }) =>
      `<section class="row"><div class="says">${
        says.join("")
      }</div><div class="does"><div class="stays">${does}</div></div></section>`
    ).join("");
}
