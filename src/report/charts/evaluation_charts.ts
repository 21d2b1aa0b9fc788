/**
 * Charts of one detector's scores on images of both kinds.
 *
 * @module
 */

import type { TopLevelSpec } from "vega-lite";
import type { Evaluation } from "../../images/evaluation.ts";
import { greatest, least } from "../../platform/extremes.ts";
import { chartToSvg } from "./chart.ts";
import { ANOMALY, NORMAL, QUIET, UNIT } from "./colours.ts";
import { rocPoints, thinned } from "./score_charts.ts";

/** A phone shows a chart of this width whole. */
const SIZE = { width: 280, height: 240 };

/** Bars of a histogram. */
const BARS = 40;

/** A bar of a histogram. */
export interface Bar {
  /** Where it begins. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** Which images it counts. */
  readonly kind: "normal" | "anomalous";
  /** Their share of all of that kind. */
  readonly share: number;
}

/**
 * Histograms of the scores of either kind, over the same bars.
 *
 * @param images Images of both kinds.
 * @returns The bars that are not empty.
 *
 * @example Two bars of four hold a kind each
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const images = [[0, false], [1, false], [4, true]].map(([score, anomaly]) => ({ score, anomaly }));
 * assertEquals(histogram(images as never, 4), [
 *   { from: 0, to: 1, kind: "normal", share: 0.5 },
 *   { from: 1, to: 2, kind: "normal", share: 0.5 },
 *   { from: 3, to: 4, kind: "anomalous", share: 1 },
 * ]);
 * ```
 */
export function histogram(
  images: readonly Pick<Evaluation["images"][number], "score" | "anomaly">[],
  bars = BARS,
): Bar[] {
  const scores = images.map(({ score }) => score);
  const [low, high] = [least(scores), greatest(scores)];
  // Where all scores are equal there is one bar, of some width.
  const width = high > low ? (high - low) / bars : 1;
  return ([["normal", false], ["anomalous", true]] as const).flatMap(([kind, anomaly]) => {
    const counts = new Float64Array(bars);
    const some = images.filter((image) => image.anomaly === anomaly);
    for (const { score } of some) counts[Math.min(bars - 1, Math.floor((score - low) / width))]!++;
    return Array.from(counts, (count, i) => ({
      ...{ from: low + i * width, to: low + (i + 1) * width, kind, share: count / some.length },
    })).filter(({ share }) => share > 0);
  });
}

/**
 * The ROC curve and the histograms of scores, with the threshold in both.
 *
 * @param evaluation What was measured.
 * @returns Two SVG documents.
 */
export async function evaluationCharts(
  { images, threshold, auroc, truePositives, falseAlarms }: Evaluation,
): Promise<{ roc: string; histograms: string }> {
  const [line, point] = ["ROC curve", "at the threshold"];
  const rates = { domain: [0, 1], nice: false };
  const roc = await chartToSvg({
    title: { text: "ROC curve", subtitle: [`AUROC ${(100 * auroc).toFixed(1)} %; dashed: chance`] },
    ...SIZE,
    encoding: {
      x: { field: "x", type: "quantitative", title: "false alarms", scale: rates, axis: { format: "%" } },
      y: { field: "y", type: "quantitative", title: "anomalies found", scale: rates, axis: { format: "%" } },
      color: { field: "what", type: "nominal", scale: { domain: [line, point], range: [ANOMALY, UNIT] } },
    },
    layer: [
      {
        data: { values: [{ x: 0, y: 0 }, { x: 1, y: 1 }] },
        mark: { type: "line", strokeDash: [4, 4] },
        encoding: { color: { value: QUIET } },
      },
      { data: { values: thinned(rocPoints(images)).map((at) => ({ ...at, what: line })) }, mark: { type: "line" } },
      {
        data: { values: [{ x: falseAlarms.share, y: truePositives.share, what: point }] },
        mark: { type: "point", filled: true, size: 80, opacity: 1, clip: false },
      },
    ],
  } as TopLevelSpec);
  const histograms = await chartToSvg({
    title: { text: "Scores", subtitle: ["upright line: the threshold"] },
    ...SIZE,
    layer: [
      {
        data: { values: histogram(images) },
        mark: { type: "bar", opacity: 0.6, binSpacing: 0 },
        encoding: {
          x: { field: "from", type: "quantitative", bin: "binned", title: "score" },
          x2: { field: "to" },
          y: { field: "share", type: "quantitative", stack: null, title: "share of its kind", axis: { format: "%" } },
          color: {
            field: "kind",
            type: "nominal",
            scale: { domain: ["normal", "anomalous"], range: [NORMAL, ANOMALY] },
          },
        },
      },
      {
        data: { values: [{ threshold }] },
        mark: { type: "rule", color: UNIT, strokeWidth: 2 },
        encoding: { x: { field: "threshold", type: "quantitative" } },
      },
    ],
  } as TopLevelSpec);
  return { roc, histograms };
}
