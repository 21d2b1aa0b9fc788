/**
 * The colours of pictures, on a light page and on a dark one.
 *
 * A picture has no background of its own: it stands on the page's. It is an image there, which the page's style sheet does not
 * reach, so that it carries a style sheet: on a dark page each colour is replaced by its counterpart.
 *
 * @module
 */

/** Text, and the outlines of points. */
export const INK = "#1b1b1b";
/** Lines that are not data's: of an axis, of a fit. */
export const QUIET = "#757575";
/** Grids and frames. */
export const RULE = "#dddddd";
/** Normal images and their codes. */
export const NORMAL = "#e69f00";
/** Anomalies and their codes; with the others suitable for colour-blind readers. */
export const ANOMALY = "#4477aa";
/** Images of training and their codes. */
export const TRAINING = "#228833";
/** Memory units, and whatever a picture points out. */
export const UNIT = "#b0203a";

/** What replaces a colour on a dark page, and where the page may be either. */
const INSTEAD: Readonly<Record<string, { readonly dark: string; readonly either: string }>> = {
  [INK]: { dark: "#ececec", either: "#757575" },
  [QUIET]: { dark: "#a0a0a0", either: "#808080" },
  [RULE]: { dark: "#3a3f47", either: "#a0a0a0" },
  [NORMAL]: { dark: "#f0b429", either: "#c98a00" },
  [ANOMALY]: { dark: "#77aadd", either: "#4f83bd" },
  [TRAINING]: { dark: "#66bb77", either: "#3d9950" },
  [UNIT]: { dark: "#ff8fa3", either: "#d9405a" },
};

/**
 * Makes a picture fit for dark pages.
 *
 * @param svg The text of an SVG document whose colours are this module's, as attributes.
 * @returns The same with a style sheet for dark pages.
 *
 * @example Text is dark, and light on a dark page
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(themed(`<svg fill="${INK}"></svg>`), /dark\).*\[fill="#1b1b1b"\]\{fill:#ececec\}.*<\/style><\/svg>$/);
 * ```
 */
export function themed(svg: string): string {
  const rules = Object.entries(INSTEAD).flatMap(([light, { dark }]) =>
    ["fill", "stroke"].map((what) => `[${what}="${light}"]{${what}:${dark}}`)
  );
  // Opened by itself it stands on the browser's own page, which is dark only for a document that says it can be.
  const style = `:root{color-scheme:light dark}@media (prefers-color-scheme:dark){${rules.join("")}}`;
  return svg.replace(/<svg[^>]*>/, (tag) => `${tag}<style>${style}</style>`);
}

/**
 * Makes a picture fit for light and dark pages at once, for a format without style sheets.
 *
 * @param svg The text of an SVG document whose colours are this module's.
 * @returns The same in colours that can be read on both.
 */
export function neutral(svg: string): string {
  return svg.replace(/<style>.*?<\/style>/, "")
    .replaceAll(/"(#[0-9a-f]{6})"/g, (all, colour: string) => colour in INSTEAD ? `"${INSTEAD[colour]!.either}"` : all);
}
