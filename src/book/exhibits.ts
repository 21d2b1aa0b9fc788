/**
 * What stands under a clause besides words: pictures, tables, and what training makes of a loss.
 *
 * @module
 */

import type { Course } from "../report/charts/loss_curves.ts";
import { markdownTable } from "../report/tables/markdown.ts";
import type { Renderer } from "./render.ts";
import { escapeHtml } from "./render.ts";

/** What every exhibit says of itself. */
interface Labelled {
  /** The clause under which it stands. */
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
  /** What is to be seen, for those who cannot see it. */
  readonly alt: string;
}

/** A table. */
export interface ChapterTable extends Labelled {
  /** It, and what belongs to it. */
  readonly markdown: string;
}

/** What the book shows. */
export interface Exhibits {
  /** Pictures. */
  readonly pictures: readonly ChapterPicture[];
  /** Tables. */
  readonly tables: readonly ChapterTable[];
  /** What training makes of the loss terms. */
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
 * @returns HTML, a figure each.
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
    // A picture of ten panels is small in its column; followed, it fills the window.
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
