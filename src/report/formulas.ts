/**
 * Formulas between dollars in Markdown.
 *
 * @module
 */

import katex from "katex";
import { escapeHtml } from "./html.ts";

/** Code, between as many backticks as begin it; a formula on lines of its own; one in a line. */
const CODE_OR_FORMULA =
  /(?<!`)(?:(```+)[^]*?\1|(``?)(?!`)(?:(?!\n\n)[^])*?(?<!`)\2)(?!`)|(?<!\\)\$\$([^]+?)\$\$|(?<!\\)\$([^$\n]+)\$/g;

/** The place of a formula, or a tag, whose attributes hold text alone. */
const PLACE_OR_TAG = /<\w(?:[^>"]|"[^"]*")*>|\uE000(\d+)\uE000/g;

/**
 * Renders Markdown that has formulas between dollars; dollars in code and behind a backslash are unchanged.
 *
 * What stands between dollars need be no formula, in a store's tables: then it is shown as code.
 *
 * @param markdown The text.
 * @param render Renders text without formulas as HTML.
 * @param set Sets a formula, in a line or on lines of its own, as HTML.
 * @returns HTML.
 *
 * @example A formula keeps its underscores, which Markdown would read as emphasis
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const html = withFormulas("It is $a_b_c$, not `$x_1$`.", (text) => text.replaceAll("_", "*"), (tex) => `<i>${tex}</i>`);
 * assertEquals(html, "It is <i>a_b_c</i>, not `$x*1$`.");
 * ```
 */
export function withFormulas(
  markdown: string,
  render: (markdown: string) => string,
  set: (tex: string, display: boolean) => string,
): string {
  const formulas: { written: string; tex: string; display: boolean }[] = [];
  // Hides formulas from Markdown, which would interpret their underscores and stars.
  const held = markdown.replaceAll("\uE000", "").replaceAll(CODE_OR_FORMULA, (written, ...[, , display, inline]) => {
    const tex: string | undefined = display ?? inline;
    if (tex === undefined) return written;
    return `\uE000${formulas.push({ written, tex, display: display !== undefined }) - 1}\uE000`;
  });
  const writtenAt = (_: string, i: string) => escapeHtml(formulas[Number(i)]!.written);
  return render(held).replaceAll(PLACE_OR_TAG, (all, i?: string) => {
    if (i === undefined) return all.replaceAll(/\uE000(\d+)\uE000/g, writtenAt);
    const { tex, display } = formulas[Number(i)]!;
    try {
      return set(tex, display);
    } catch (error) {
      if (error instanceof katex.ParseError) return `<code class="tex">${escapeHtml(tex)}</code>`;
      throw error;
    }
  });
}

/**
 * A formula as MathML, which browsers set without a style sheet or fonts.
 *
 * @param tex The formula in LaTeX.
 * @param display Whether it is on lines of its own.
 * @returns HTML.
 * @throws {katex.ParseError} If it is not valid LaTeX.
 */
export function mathMl(tex: string, display: boolean): string {
  return katex.renderToString(tex, { displayMode: display, output: "mathml" });
}
