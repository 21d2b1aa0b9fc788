/**
 * A small chart for each digit: five in a row, or a row for each of several cases.
 *
 * @module
 */

import type { TopLevelSpec } from "vega-lite";
import { chartToSvg } from "./chart.ts";

/** What the panels show. */
export interface Panels {
  /** The heading. */
  readonly title: string;
  /** The explanatory lines. */
  readonly subtitle: string | readonly string[];
  /** The values of all panels; `digit` says to which panel each belongs. */
  readonly values: readonly { readonly digit: number }[];
  /** A panel in Vega-Lite's terms: size, marks, encoding. */
  readonly panel: object;
  /** The field that gives the row of a value's panel, and the rows from the top, if there are rows. */
  readonly row?: { readonly field: string; readonly order: readonly string[] };
  /** What panels do not share, in Vega-Lite's terms; by default scales are shared. */
  readonly resolve?: object;
}

/**
 * Draws the panels.
 *
 * @param panels What they show.
 * @returns The text of an SVG document.
 */
export function smallMultiples({ title, subtitle, values, panel, row, resolve = {} }: Panels): Promise<string> {
  const digits = {
    field: "digit",
    type: "ordinal",
    title: null,
    header: { labelExpr: "'digit ' + datum.value", labelFontSize: 13 },
  };
  return chartToSvg({
    title: { text: title, subtitle, anchor: "start", fontSize: 16, subtitleFontSize: 12 },
    data: { values: [...values] },
    ...(row === undefined ? { facet: digits, columns: Math.min(5, new Set(values.map(({ digit }) => digit)).size) } : {
      facet: {
        row: { field: row.field, type: "nominal", title: null, sort: [...row.order], header: { labelFontSize: 13 } },
        column: digits,
      },
    }),
    spec: panel,
    resolve,
    // A first label that is moved inwards would stand beside its tick.
    config: { legend: { orient: "bottom", labelFontSize: 12 }, axis: { labelFlush: false } },
  } as TopLevelSpec);
}
