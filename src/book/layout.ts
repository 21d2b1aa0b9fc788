/**
 * The layout of every page of the book.
 *
 * @module
 */

import { escapeHtml, policyElement } from "../report/html.ts";

/** A page in the book's order. */
export interface Place {
  /** Its file, from the book's folder. */
  readonly page: string;
  /** Its title. */
  readonly title: string;
}

/**
 * A whole page.
 *
 * @param place The page.
 * @param order All chapters, for the contents and for the previous and next links.
 * @param body Its content.
 * @param results Whose results the book shows, as HTML.
 * @param script An additional script in `assets/`.
 * @returns HTML that needs nothing but the book's folder.
 */
export function layout(
  place: Place,
  order: readonly Place[],
  body: string,
  results: string,
  script?: string,
): string {
  const up = "../".repeat(place.page.split("/").length - 1);
  const at = order.findIndex(({ page }) => page === place.page);
  const item = ({ page, title }: Place) =>
    `<li><a href="${up}${page}"${page === place.page ? ' aria-current="page"' : ""}>${escapeHtml(title)}</a></li>`;
  const way = (to: Place | undefined, rel: string, arrow: string) =>
    to === undefined ? "" : `<a rel="${rel}" href="${up}${to.page}">${arrow} ${escapeHtml(to.title)}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policyElement(true)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(place.title)} · memgan, the book</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}assets/katex.min.css">
<link rel="stylesheet" href="${up}assets/book.css">
</head>
<body data-up="${up}">
<a class="skip" href="#text">Skip to the text</a>
<header class="bar">
<a class="title" href="${up}index.html">memgan, the book</a>
<details class="contents"><summary>Contents</summary><nav aria-label="Contents"><ol>${
    order.map(item).join("")
  }</ol></nav></details>
<div class="search"><label for="search">Search</label><input id="search" type="search" autocomplete="off" placeholder="/"
 aria-controls="found"><ul id="found" hidden></ul></div>
<p class="results">Results: ${results}</p>
</header>
<main id="text" tabindex="-1">
${body}
</main>
<footer><nav aria-label="Chapters">${way(order[at - 1], "prev", "←")} ${
    at < 0 ? "" : way(order[at + 1], "next", "→")
  }</nav>
<p><label><input id="keys" type="checkbox" checked> Keys</label>: <kbd>j</kbd> and <kbd>k</kbd> the next and the previous clause, <kbd>←</kbd> and <kbd>→</kbd> the chapters, <kbd>/</kbd> search.</p></footer>
<script src="${up}assets/index.js"></script>
<script src="${up}assets/book.js"></script>${
    script === undefined ? "" : `\n<script src="${up}assets/${script}"></script>`
  }
</body>
</html>
`;
}
