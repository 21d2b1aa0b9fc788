/**
 * A small chart for each digit, five in a row.
 *
 * @module
 */

import type { TopLevelSpec } from "vega-lite";
import { chartToSvg } from "./chart.ts";

/** What the panels show. */
export interface Panels {
  /** The heading. */
  readonly title: string;
  /** What has to be known to read them, a line each. */
  readonly subtitle: string | readonly string[];
  /** The values of all panels; `digit` says whose each is. */
  readonly values: readonly { readonly digit: number }[];
  /** A panel, as Vega-Lite has it: size, marks, encoding. */
  readonly panel: object;
  /** What panels do not share, as Vega-Lite has it; otherwise scales are shared. */
  readonly resolve?: object;
}

/**
 * Draws the panels.
 *
 * @param panels What they show.
 * @returns The text of an SVG document.
 */
export function digitPanels({ title, subtitle, values, panel, resolve = {} }: Panels): Promise<string> {
  return chartToSvg({
    title: { text: title, subtitle, anchor: "start", fontSize: 16, subtitleFontSize: 12 },
    data: { values: [...values] },
    facet: {
      field: "digit",
      type: "ordinal",
      title: null,
      header: { labelExpr: "'digit ' + datum.value", labelFontSize: 13 },
    },
    columns: Math.min(5, new Set(values.map(({ digit }) => digit)).size),
    spec: panel,
    resolve,
    config: { legend: { orient: "bottom", labelFontSize: 12 } },
  } as TopLevelSpec);
}
