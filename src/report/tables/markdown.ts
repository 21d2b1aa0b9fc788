/**
 * Tables in Markdown.
 *
 * @module
 */

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
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
