/**
 * Markdown as a self-contained page of HTML: no network, no script, no font.
 *
 * @module
 */

import { escapeHtml, markdownParser, policyElement } from "./html.ts";

const STYLE = `
:root { color-scheme: light dark; --rule: color-mix(in srgb, currentColor 25%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
p, li { max-width: 75ch; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin: 1rem 0; }
img { background: white; height: auto; max-width: min(100%, 56rem); }
th, td { border-bottom: 1px solid var(--rule); padding: 0.25rem 0.75rem; text-align: left; white-space: nowrap; }
`;

/**
 * A page of HTML.
 *
 * @param title Its title, which is also its heading.
 * @param markdown Its text; HTML in it is shown and does nothing.
 * @returns The page.
 *
 * @example A table can be scrolled on a narrow screen
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(htmlPage("Table 1", "| a |\n| --- |\n| **1** |"), /<div tabindex="0"><table>[^]*<strong>1<\/strong>[^]*<\/table><\/div>/);
 * ```
 */
export function htmlPage(title: string, markdown: string): string {
  const body = markdownParser().parse(markdown, { async: false })
    .replaceAll("<table>", '<div tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
${policyElement(false)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${body}</html>
`;
}
