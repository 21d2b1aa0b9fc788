/**
 * A clause's exhibits: pictures, tables, and the course of a loss in training.
 *
 * @module
 */

import type { Course } from "../report/charts/loss_curves.ts";
import { markdownTable } from "../report/tables/markdown.ts";
import type { Renderer } from "./render.ts";
import { escapeHtml } from "../report/html.ts";
import type { Clause } from "../report/spec.ts";

/** The common part of every exhibit. */
interface Labelled {
  /** The clause under which it is shown. */
  readonly clause: string;
  /** What it shows, in a line. */
  readonly caption: string;
  /** Where it comes from, in Markdown. */
  readonly from: string;
}

/** A picture. */
export interface ChapterPicture extends Labelled {
  /** Its file, from the book's folder. */
  readonly file: string;
  /** A description for readers who cannot see it. */
  readonly alt: string;
  /** Whether a link leads to the file itself, which a browser then opens as a page: a stranger's SVG might run a script. */
  readonly opens: boolean;
}

/** A table. */
export interface ChapterTable extends Labelled {
  /** The table and its legend. */
  readonly markdown: string;
}

/** What pages say of the results in the book. */
export interface ResultsNote {
  /** Whose they are and what they are worth, in Markdown: in the head of every page. */
  readonly head: string;
  /** Under text that speaks of other results than those, that it does, in Markdown; absent where there is no such text. */
  readonly apart?: string;
}

/** What the results do not have. */
export interface Absent {
  /** The clause under which it would be shown. */
  readonly clause: string;
  /** What is absent, and what makes it, in Markdown. */
  readonly says: string;
}

/** The exhibits of the book: all of one place. */
export interface Exhibits {
  /** Whose they are. */
  readonly results: ResultsNote;
  /** What is not there. */
  readonly absent: readonly Absent[];
  /** Pictures. */
  readonly pictures: readonly ChapterPicture[];
  /** Tables. */
  readonly tables: readonly ChapterTable[];
  /** The courses of the loss terms in training. */
  readonly courses: readonly Course[];
  /** Where the courses come from, in Markdown. */
  readonly coursesFrom: string;
}

/** A loss as tables write it. */
export const lossText = (value: number): string => value.toFixed(2);

/**
 * A course as a table.
 *
 * @param course The course.
 * @returns Markdown.
 *
 * @example Two epochs
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const table = courseTable({ clause: "mi-loss", means: [4.151, 3.7], runs: 10 });
 * assertEquals(table, "| epoch | 1 | 2 |\n| --- | --- | --- |\n| mean of 10 runs | 4.15 | 3.70 |");
 * ```
 */
export function courseTable({ means, runs }: Course): string {
  return markdownTable(["epoch", ...means.map((_, i) => String(i + 1))], [[
    runs === 1 ? "one run" : `mean of ${runs} runs`,
    ...means.map(lossText),
  ]]);
}

/** Whether a clause speaks of runs: of their files, or in numbers that are generated from them. */
const speaksOfRuns = ({ body }: Clause) => /results\/|:begin -->/.test(body);

/**
 * The exhibits of a clause.
 *
 * @param clause The clause.
 * @param exhibits All of the book's.
 * @param renderer Renders their Markdown.
 * @returns HTML, one figure per exhibit.
 */
export function exhibitsHtml(clause: Clause, exhibits: Exhibits, renderer: Renderer): string {
  const captionOf = ({ caption, from }: Omit<Labelled, "clause">) =>
    `<figcaption>${escapeHtml(caption)} <small>${
      renderer.prose(from).replace(/^<p>|<\/p>\s*$/g, "")
    }</small></figcaption>`;
  const table = (markdown: string, label: Omit<Labelled, "clause">) =>
    `<figure>${captionOf(label)}${renderer.prose(markdown)}</figure>`;
  const here = (each: { clause: string }) => each.clause === clause.id;
  const picture = ({ file, alt, opens }: ChapterPicture) => {
    const img = `<img src="${escapeHtml(file)}" alt="${escapeHtml(alt)}">`;
    // A picture of ten panels is small in its column; its link shows it at full size.
    return opens ? `<a href="${escapeHtml(file)}">${img}</a>` : `<div class="wide" tabindex="0">${img}</div>`;
  };
  const absent = exhibits.absent.filter(here).map(({ says }) => renderer.prose(says));
  const shown = [
    ...exhibits.pictures.filter(here).map((each) => `<figure>${picture(each)}${captionOf(each)}</figure>`),
    ...exhibits.tables.filter(here).map((each) => table(each.markdown, each)),
    ...exhibits.courses.filter(here).map((each) =>
      table(courseTable(each), {
        caption: "Its value in training.",
        from: exhibits.coursesFrom,
      })
    ),
  ];
  const { apart } = exhibits.results;
  const isApart = apart !== undefined && (speaksOfRuns(clause) || absent.length + shown.length > 0);
  return [...(isApart ? [`<div class="apart">${renderer.prose(apart)}</div>`] : []), ...absent, ...shown].join("");
}
