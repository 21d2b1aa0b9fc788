/**
 * A clause's exhibits: pictures, tables, and the course of a loss in training.
 *
 * @module
 */

import type { Course } from "../report/charts/loss_curves.ts";
import { markdownTable } from "../report/tables/markdown.ts";
import type { Renderer } from "./render.ts";
import { escapeHtml } from "../report/html.ts";

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
}

/** A table. */
export interface ChapterTable extends Labelled {
  /** The table and its legend. */
  readonly markdown: string;
}

/** The exhibits of the book. */
export interface Exhibits {
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

/**
 * The exhibits of a clause.
 *
 * @param clause The clause's id.
 * @param exhibits All of the book's.
 * @param renderer Renders their Markdown.
 * @returns HTML, one figure per exhibit.
 */
export function exhibitsHtml(clause: string, exhibits: Exhibits, renderer: Renderer): string {
  const captionOf = ({ caption, from }: Omit<Labelled, "clause">) =>
    `<figcaption>${escapeHtml(caption)} <small>${
      renderer.prose(from).replace(/^<p>|<\/p>\s*$/g, "")
    }</small></figcaption>`;
  const table = (markdown: string, label: Omit<Labelled, "clause">) =>
    `<figure>${captionOf(label)}${renderer.prose(markdown)}</figure>`;
  const here = (each: { clause: string }) => each.clause === clause;
  return [
    // A picture of ten panels is small in its column; its link shows it at full size.
    ...exhibits.pictures.filter(here).map((each) =>
      `<figure><a href="${each.file}"><img src="${each.file}" alt="${escapeHtml(each.alt)}"></a>${
        captionOf(each)
      }</figure>`
    ),
    ...exhibits.tables.filter(here).map((each) => table(each.markdown, each)),
    ...exhibits.courses.filter(here).map((each) =>
      table(courseTable(each), {
        caption: "Its value in training.",
        from: exhibits.coursesFrom,
      })
    ),
  ].join("");
}
