/**
 * Markdown as a self-contained page of HTML: no network, no script, no font.
 *
 * @module
 */

import { mathMl, withFormulas } from "./formulas.ts";
import { escapeHtml, markdownParser, policyElement } from "./html.ts";

/** A picture that is wider than the screen shrinks as long as it can be read; from there on it scrolls in its own box. */
const STYLE = `
:root { color-scheme: light dark; --rule: color-mix(in srgb, currentColor 25%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; overflow-wrap: anywhere; padding: 0 1rem; }
h1, h2 { line-height: 1.25; }
p, li { max-width: 75ch; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--rule); padding: 0.25rem 1.1rem 0.25rem 0; text-align: left; white-space: nowrap; }
img { display: block; height: auto; max-width: max(100%, 62rem); }
.wide:has(img) { margin-top: 2rem; }
p:has(img + img) { align-items: start; display: flex; flex-wrap: wrap; gap: 2rem; max-width: none; }
p > img { max-width: 100%; }
td > img { max-width: none; }
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
 * assertMatch(htmlPage("Table 1", "| a |\n| --- |\n| **1** |"), /<div class="wide" tabindex="0"><table>[^]*<strong>1<\/strong>[^]*<\/table><\/div>/);
 * ```
 */
export function htmlPage(title: string, markdown: string): string {
  const parser = markdownParser();
  const body = withFormulas(markdown, (text) => parser.parse(text, { async: false }), mathMl)
    .replaceAll("<table>", '<div class="wide" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll(/<p>(<img [^>]*>)<\/p>/g, '<div class="wide" tabindex="0">$1</div>');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
${policyElement(false)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escapeHtml(title)}</h1>
${body}</main>
</html>
`;
}
