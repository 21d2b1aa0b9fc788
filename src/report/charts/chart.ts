/**
 * Charts: a Vega-Lite specification in, an SVG text out; an SVG text in, a PNG out. Neither needs a DOM.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import * as vega from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { INK, neutral, QUIET, RULE, themed } from "./colours.ts";

/** The project brings DejaVu Sans: a bare machine has no fonts, and with local fonts a PNG would differ by machine. */
const FONT = "DejaVu Sans";

/** Room for a point on the edge of a panel: where it protrudes, the panel's heading rises above the others. */
export const ROOM = { nice: false, padding: 12 } as const;

/** What all charts share; an axis's first label that is moved inwards would stand beside its tick. */
const CONFIG: Config = {
  background: "transparent",
  font: `${FONT}, Verdana, sans-serif`,
  axis: {
    ...{ labelColor: INK, titleColor: INK, domainColor: QUIET, tickColor: QUIET, gridColor: RULE },
    ...{ labelFlush: false, titleFontWeight: "normal" },
  },
  header: { labelColor: INK, labelFontSize: 13 },
  legend: { orient: "bottom", labelColor: INK, labelFontSize: 12, labelLimit: 0, title: null },
  title: { color: INK, subtitleColor: INK, anchor: "start", fontSize: 16, subtitleFontSize: 12, offset: 16 },
  view: { stroke: RULE },
};

/**
 * Draws a chart.
 *
 * @param specification A Vega-Lite specification with its data inline, without a configuration.
 * @returns The text of an SVG document without a background, the same for the same specification.
 * @throws {Error} If the specification is not valid Vega-Lite.
 *
 * @example A point mark, without a browser
 * ```ts
 * import { assertMatch } from "@std/assert";
 * import { chartToSvg } from "./chart.ts";
 *
 * const svg = await chartToSvg({
 *   data: { values: [{ x: 0, y: 1 }] },
 *   mark: "point",
 *   encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
 * });
 * assertMatch(svg, /^<svg[^]*<\/svg>$/);
 * ```
 */
export async function chartToSvg(specification: TopLevelSpec): Promise<string> {
  const { spec } = compile({ ...specification, config: CONFIG });
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  try {
    return themed(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/**
 * Renders an SVG as a PNG without a background, in colours for light and dark pages. The renderer is a native addon, loaded on first use: it needs `--allow-ffi`, `--allow-sys` and
 * permission to read `node_modules`.
 *
 * @param svg The text of an SVG document.
 * @param width The picture's width in pixels; its height follows.
 * @returns The bytes of a PNG file.
 * @throws {RangeError} If `width` is not a whole number ≥ 1.
 * @throws {Error} If `svg` is not an SVG document.
 */
export async function svgToPng(svg: string, width: number): Promise<Uint8Array> {
  if (!Number.isSafeInteger(width) || width < 1) {
    throw new RangeError(`Cannot paint a PNG: width must be a whole number of pixels >= 1, it is ${width}`);
  }
  const { Resvg } = await import("@resvg/resvg-js");
  // Puts the font's package into the module graph, so that Deno installs it.
  await import("dejavu-fonts-ttf/package.json", { with: { type: "json" } });
  const font = fromFileUrl(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
  return new Resvg(neutral(svg), {
    fitTo: { mode: "width", value: width },
    font: { fontFiles: [font], loadSystemFonts: false, defaultFontFamily: FONT, sansSerifFamily: FONT },
  }).render().asPng();
}
