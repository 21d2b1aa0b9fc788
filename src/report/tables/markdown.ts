/**
 * Tables in Markdown, and text in it that is not ours: a path, the name of a backend, a commit.
 *
 * @module
 */

/** Text on one line. */
const onOneLine = (text: string) => text.replaceAll(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, " ");

/**
 * Text as Markdown that shows it as it is.
 *
 * @param text The text; its line ends become spaces.
 * @returns Markdown for the middle of a line, or for a table's cell.
 *
 * @example No element, no link, no column
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainText("native 2.21"), "native 2.21");
 * assertEquals(plainText("<b>[a](b) | c\nd"), "\\<b\\>\\[a\\](b) \\| c d");
 * ```
 */
export function plainText(text: string): string {
  // The last three would make a link of an address that stands bare.
  return onOneLine(text).replaceAll(/[\\`*[\]<>|~$&@]|(?<!\w)_|_(?!\w)|:(?=\/\/)|(?<=www)\./gi, "\\$&");
}

/**
 * Text between backticks, of which it may hold some itself.
 *
 * @param text The text; its line ends become spaces.
 * @returns Markdown.
 *
 * @example A folder with a backtick in its name
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([codeSpan("out"), codeSpan("a`b")], ["`out`", "``a`b``"]);
 * ```
 */
export function codeSpan(text: string): string {
  const line = onOneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  // A backtick at its end would lengthen the fence, and one space at either end is not shown.
  const space = /^`|`$|^ .*[^ ].* $/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** A text as a table's cell: a line end or a bar that is not escaped would end it. */
const cell = (text: string | number) => onOneLine(String(text)).replaceAll(/(?<!\\)((?:\\\\)*)\|/g, "$1\\|");

/**
 * A table.
 *
 * @param head Its header, one text per column.
 * @param rows Its rows, as many texts each.
 * @returns The lines, without a last newline.
 *
 * @example Two columns, one row
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(markdownTable(["n", "n²"], [["7", "49"]]), "| n | n² |\n| --- | --- |\n| 7 | 49 |");
 * ```
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
