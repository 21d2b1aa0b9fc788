/**
 * Formulas between dollars in Markdown.
 *
 * @module
 */

import katex from "katex";

/**
 * Renders Markdown that has formulas between dollars; dollars in code are unchanged.
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
  const formulas: string[] = [];
  const keep = (html: string) => `\uE000${formulas.push(html) - 1}\uE000`;
  const held = markdown.split(/(```[^]*?```|`[^`\n]*`)/).map((part, i) =>
    i % 2 === 1 ? part : part
      .replace(/\$\$([^]+?)\$\$/g, (_, tex) => keep(set(tex, true)))
      .replace(/\$([^$\n]+)\$/g, (_, tex) => keep(set(tex, false)))
  ).join("");
  return render(held).replaceAll(/\uE000(\d+)\uE000/g, (_, i) => formulas[Number(i)]!);
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
