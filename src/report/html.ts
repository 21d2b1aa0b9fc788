/**
 * What is made of text before it stands in a page: here alone is it escaped.
 *
 * A store may come from somebody else, and a run's manifest, its tables and its conformance report are text. None of it may
 * become an element, a handler or a link that runs something.
 *
 * @module
 */

import type { RendererObject } from "marked";
import { Marked } from "marked";

/** Escapes text for use between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** Whether an address is of the web, or has no scheme, not one written by an entity either: `javascript:` is a program. */
const isPlain = (href: string) => /^https?:/i.test(href) || !/^[^/?#]*[:&]/.test(href);

/** Whether an address is that of a picture, or the picture itself; in a picture no program runs. */
const isPicture = (href: string) => isPlain(href) || /^data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]*$/.test(href);

/**
 * A parser of Markdown whose pages hold nothing but what Markdown itself can say.
 *
 * Comments are dropped, all other HTML is shown as the text that it is; a link or picture of an unknown scheme is its words.
 *
 * @param renderer What else differs from plain Markdown.
 * @returns The parser.
 *
 * @example HTML is text, and a link that runs something is its words
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const parse = (markdown: string) => markdownParser().parse(markdown, { async: false }).trim();
 * assertEquals(parse("a <img src=x onerror=alert(1)>"), "<p>a &lt;img src=x onerror=alert(1)></p>");
 * assertEquals(parse("[b](javascript:alert(1))"), "<p>b</p>");
 * ```
 */
export function markdownParser(renderer: RendererObject = {}): Marked {
  return new Marked({
    renderer: {
      html: ({ text }) => escapeHtml(text.replaceAll(/<!--[^]*?-->\n?/g, "")),
      link({ href, tokens }) {
        const says = this.parser.parseInline(tokens);
        return isPlain(href) ? `<a href="${escapeHtml(href)}">${says}</a>` : says;
      },
      image({ href, text }) {
        // The parser leaves all escapes but those of brackets in it.
        const alt = escapeHtml(text.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1"));
        return isPicture(href) ? `<img src="${escapeHtml(href)}" alt="${alt}">` : alt;
      },
    },
  }, { renderer });
}

/**
 * A Content-Security-Policy as an element of a page's head, which holds in a page that is opened from a folder too.
 *
 * There `'self'` matches nothing in some browsers: `file:` stands beside it, which a page of a server cannot reach. Formulas
 * and coloured code have their styles in attributes.
 *
 * @param script Whether the page runs scripts, out of its folder.
 * @returns The element.
 */
export function policyElement(script: boolean): string {
  const own = "'self' file:";
  const rules = [
    "default-src 'none'",
    ...(script ? [`script-src ${own}`] : []),
    `style-src ${own} 'unsafe-inline'`,
    `img-src ${own} data:`,
    `font-src ${own}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">`;
}
