/**
 * Renders a page of the book: prose with equations, and code, both with the paper's symbols explained in place.
 *
 * @module
 */

import katex from "katex";
import type { ShikiTransformer } from "shiki";
import { createHighlighter } from "shiki";
import { withFormulas } from "../report/formulas.ts";
import { escapeHtml, markdownParser } from "../report/html.ts";
import type { PaperSymbol } from "./source.ts";

const tip = ({ symbol, name, shape }: PaperSymbol) => escapeHtml(`${symbol} · in the code ${name} · ${shape}`);

/** Symbols by the single letter that a formula writes them with: E for E(x), z for z = Mᵀα. */
function byLetter(symbols: readonly PaperSymbol[]): Map<string, PaperSymbol> {
  const letters = new Map<string, PaperSymbol>();
  for (const each of symbols) {
    const letter = /^(\p{L})(?:$|\(| =|, with)/u.exec(each.symbol)?.[1];
    if (letter !== undefined && !letters.has(letter)) letters.set(letter, each);
  }
  return letters;
}

/**
 * A formula.
 *
 * @param tex The formula in LaTeX.
 * @param display Whether it is on lines of its own.
 * @param symbols What its letters mean.
 * @returns HTML and MathML.
 * @throws {katex.ParseError} If it is not valid LaTeX.
 */
export function formula(tex: string, display: boolean, symbols: readonly PaperSymbol[]): string {
  const letters = byLetter(symbols);
  return katex.renderToString(tex, { displayMode: display }).replaceAll(
    /<span class="mord mathnormal"( style="[^"]*")?>(\p{L})<\/span>/gu,
    (all, style = "", letter) => {
      const found = letters.get(letter);
      return found ? `<span class="mord mathnormal sym"${style} title="${tip(found)}">${letter}</span>` : all;
    },
  );
}

/** Addresses in the book, relative to its folder; `undefined` for what is not in it. */
export interface Places {
  /** What a relative link in `spec/` leads to. */
  link(target: string): string | undefined;
  /** A clause, by its id. */
  clause(id: string): string | undefined;
}

/** Renders pages; made once, as its grammar takes a moment to load. */
export interface Renderer {
  /** Markdown with formulas between dollars as HTML, for a page `up` from which the book's folder is. */
  prose(markdown: string, symbols?: readonly PaperSymbol[], up?: string): string;
  /** TypeScript as HTML; names in `symbols` carry what they mean. */
  code(text: string, symbols?: readonly PaperSymbol[]): string;
}

const THEMES = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } as const;

/** The languages of code blocks that are collapsed, since they are for a second reading. */
const FOLDED: Readonly<Record<string, string>> = {
  ts: "An example that runs as a test",
  mathjs: "The expression that the test evaluates",
};

/** Wraps the names of symbols; a token may hold several, and the space before them. */
function marker(symbols: readonly PaperSymbol[]): ShikiTransformer {
  const names = new Map(symbols.map((each) => [each.name, each]));
  return {
    span(node, _line, _column, _lineElement, { content }) {
      if (/^\s*(\/\/|\/?\*|["'`])/.test(content)) return;
      node.children = content.split(/(?<![\w.])(\w+)(?!\w)/).filter(Boolean).map((part) => {
        const found = names.get(part);
        const text = { type: "text" as const, value: part };
        if (found === undefined) return text;
        const properties = { class: "sym", title: `${found.symbol} · ${found.shape}` };
        return { type: "element" as const, tagName: "span", properties, children: [text] };
      });
    },
  };
}

/**
 * Makes a renderer.
 *
 * @param places The addresses in the book.
 * @returns The renderer.
 *
 * @example A formula's letter says what it is in the code
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const { prose } = await makeRenderer({ link: () => undefined, clause: () => undefined });
 * const html = prose("It is $Mz$.", [{ symbol: "M", name: "memory", shape: "[n, d]" }]);
 * assertStringIncludes(html, 'title="M · in the code memory · [n, d]">M</span>');
 * assertStringIncludes(prose("`a<b>`"), "<code>a&lt;b></code>");
 * ```
 */
export async function makeRenderer(places: Places): Promise<Renderer> {
  const highlighter = await createHighlighter({
    themes: Object.values(THEMES),
    langs: ["ts"],
  });
  const code = (text: string, symbols: readonly PaperSymbol[] = []) =>
    highlighter.codeToHtml(text, {
      lang: "ts",
      themes: THEMES,
      defaultColor: false,
      transformers: [marker(symbols)],
    });
  return {
    code,
    prose(markdown, symbols = [], up = "") {
      const renderer = markdownParser({
        code({ text, lang }) {
          const html = lang === "ts" ? code(text, symbols) : `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;
          const summary = FOLDED[lang ?? ""];
          return summary === undefined ? html : `<details><summary>${summary}</summary>${html}</details>`;
        },
        codespan({ text }) {
          const to = places.clause(text);
          const html = `<code>${escapeHtml(text)}</code>`;
          return to === undefined ? html : `<a href="${up}${to}">${html}</a>`;
        },
        // The book's pictures stand under their clauses; a stored text has none to add.
        image: ({ text }) => escapeHtml(text),
        link({ href, tokens }) {
          const to = /^https?:/i.test(href) ? href : places.link(href);
          // A clause's name inside a link would give a link within a link.
          const says = this.parser.parseInline(tokens).replaceAll(/<\/?a\b[^>]*>/g, "");
          return to === undefined ? says : `<a href="${to === href ? "" : up}${escapeHtml(to)}">${says}</a>`;
        },
        table(token) {
          const cell = (tag: string) => (each: { tokens: typeof token.header[number]["tokens"] }) =>
            `<${tag}>${this.parser.parseInline(each.tokens)}</${tag}>`;
          const rows = token.rows.map((row) => `<tr>${row.map(cell("td")).join("")}</tr>`).join("");
          return `<div class="wide" tabindex="0"><table><thead><tr>${
            token.header.map(cell("th")).join("")
          }</tr></thead><tbody>${rows}</tbody></table></div>`;
        },
      });
      return withFormulas(
        markdown,
        (text) => renderer.parse(text, { async: false }),
        (tex, display) => formula(tex, display, symbols),
      );
    },
  };
}
