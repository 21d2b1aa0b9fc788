/**
 * Formats numbers and lists for tables and captions.
 *
 * @module
 */

/** Each text once, numbers in numerical order. */
export const distinct = (texts: readonly string[]): string[] =>
  [...new Set(texts)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

/**
 * A number with its sign, a minus that is as wide as the plus; what rounds to zero has a plus.
 *
 * @param value The number.
 * @param digits Digits after the point.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([-1.25, -0.04].map((value) => signed(value)), ["−1.3", "−0.0"]);
 * ```
 */
export function signed(value: number, digits = 1): string {
  // An interval from −0.03 on holds 0: its sign is not rounded away. What a sum's last bits leave is no sign.
  return (value < -1e-9 ? "−" : "+") + Math.abs(value).toFixed(digits);
}

/** Rows of numbers as a JSON array, one row per line, so that a stored table's changes can be read. */
export const jsonRows = (rows: readonly object[]): string =>
  `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;

/** A text in bold where that is wanted, as Markdown. */
export const bold = (text: string, on: boolean): string => on ? `**${text}**` : text;

/** A text with its standard deviation, if there is one. */
export const withDeviation = (text: string, std: number | undefined, digits = 1): string =>
  std === undefined ? text : `${text} ± ${std.toFixed(digits)}`;

/** The ends of an interval, in brackets. */
export const between = ([low, high]: readonly [number, number], show: (value: number) => string): string =>
  `[${show(low)} to ${show(high)}]`;
