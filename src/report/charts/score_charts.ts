/**
 * Charts of a method's scores, one panel per digit.
 *
 * @module
 */

import { ROOM } from "./chart.ts";
import { ANOMALY, NORMAL, QUIET, UNIT } from "./colours.ts";
import type { Scored } from "../../experiments/run_csv.ts";
import { smallMultiples } from "./small_multiples.ts";

/** A run's scores. */
export interface ScoredDigit {
  /** The normal class. */
  readonly digit: number;
  /** Scores and labels of the whole test part. */
  readonly scores: readonly Scored[];
  /** Their AUROC in percent: the result. */
  readonly auroc: number;
  /** Its epochs. */
  readonly epochs: number;
  /** AUROC in percent on a sample, at the epochs where it was computed; at least one. */
  readonly curve: readonly { readonly epoch: number; readonly auroc: number }[];
}

/**
 * Points of a ROC curve: true positive rate against false positive rate.
 *
 * @param scores Scores, higher is more anomalous.
 * @returns From (0, 0) to (1, 1), one point per distinct score.
 *
 * @example One anomaly above all, one among the normal ones
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const scores = [[4, true], [3, false], [2, true], [1, false]].map(([score, anomaly]) => ({ score, anomaly }));
 * assertEquals(rocPoints(scores as never).map(({ x, y }) => [x, y]), [[0, 0], [0, 0.5], [0.5, 0.5], [0.5, 1], [1, 1]]);
 * ```
 */
export function rocPoints(scores: readonly Scored[]): { x: number; y: number }[] {
  const sorted = scores.toSorted((a, b) => b.score - a.score);
  const anomalies = scores.filter(({ anomaly }) => anomaly).length;
  const points = [{ x: 0, y: 0 }];
  let [found, taken] = [0, 0];
  sorted.forEach(({ score, anomaly }, i) => {
    if (anomaly) found++;
    else taken++;
    if (sorted[i + 1]?.score !== score) points.push({ x: taken / (scores.length - anomalies), y: found / anomalies });
  });
  return points;
}

/** How many points a curve of ten thousand is thinned to. */
const POINTS = 200;

/** Some of many points, the first and the last among them. */
export function thinned<T>(points: readonly T[]): T[] {
  const every = Math.ceil(points.length / POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** Every epoch of a few, some of many: an epoch is a whole number. */
function epochTicks(last: number): number[] {
  const step = Math.ceil(last / 8);
  return Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
}

/**
 * ROC curves, score histograms and the AUROC over epochs.
 *
 * @param digits The digits, one panel each.
 * @param provenance How their runs were made.
 * @returns SVG documents, by the name of their file.
 */
export async function scoreCharts(digits: readonly ScoredDigit[], provenance: string): Promise<Map<string, string>> {
  const size = { width: 210, height: 170 };
  const notes = new Map(digits.map(({ digit, auroc }) => [digit, `AUROC ${auroc.toFixed(1)} %`]));
  const roc = digits.flatMap(({ digit, scores }) => thinned(rocPoints(scores)).map((point) => ({ digit, ...point })));
  const kinds = { domain: ["normal", "anomaly"], range: [NORMAL, ANOMALY] };
  const histogram = digits.flatMap(({ digit, scores }) =>
    scores.map(({ score, anomaly }) => ({ digit, score, kind: anomaly ? "anomaly" : "normal" }))
  );
  const [result, highest] = ["result: last epoch, all test images", "highest point of the line"];
  const marks = { domain: [result, highest], range: [UNIT, ANOMALY] };
  const curve = digits.flatMap(({ digit, auroc, epochs, curve }) => {
    const top = curve.reduce((best, point) => point.auroc > best.auroc ? point : best);
    return [
      ...curve.map((point) => ({ digit, ...point, what: "" })),
      { digit, ...top, what: highest },
      { digit, epoch: epochs, auroc, what: result },
    ];
  });
  const last = Math.max(...digits.map(({ epochs }) => epochs));
  return new Map([
    [
      "roc",
      await smallMultiples({
        title: "ROC curves of MEMGAN",
        subtitle: ["all test images; a digit's anomalies are the other nine digits", provenance],
        values: roc,
        notes,
        panel: {
          ...size,
          mark: { type: "line", color: UNIT, interpolate: "step-after" },
          encoding: {
            x: { field: "x", type: "quantitative", title: "false positive rate" },
            y: { field: "y", type: "quantitative", title: "true positive rate" },
          },
        },
      }),
    ],
    [
      "histogram",
      await smallMultiples({
        title: "Anomaly scores of MEMGAN",
        subtitle: ["A(x) = ‖x − G(P(E(x)))‖ of all test images; each kind's bars add up to 100 %", provenance],
        values: histogram,
        notes,
        panel: {
          ...size,
          transform: [
            { bin: { maxbins: 40 }, field: "score", as: ["from", "to"] },
            { aggregate: [{ op: "count", as: "count" }], groupby: ["digit", "kind", "from", "to"] },
            { joinaggregate: [{ op: "sum", field: "count", as: "all" }], groupby: ["digit", "kind"] },
            { calculate: "datum.count / datum.all", as: "share" },
          ],
          mark: { type: "bar", opacity: 0.6, binSpacing: 0 },
          encoding: {
            x: { field: "from", type: "quantitative", bin: "binned", title: "anomaly score A(x)" },
            x2: { field: "to" },
            y: { field: "share", type: "quantitative", stack: null, title: "share of images", axis: { format: "%" } },
            color: { field: "kind", type: "nominal", scale: kinds },
          },
        },
      }),
    ],
    [
      "epochs",
      await smallMultiples({
        title: "AUROC over the epochs of training",
        subtitle: [
          "line: on the same thousand test images after each epoch, to watch training; the model of the last epoch is kept",
          "choosing the epoch of the cross would need test labels, so it is not a result",
          provenance,
        ],
        values: curve,
        panel: {
          ...size,
          layer: [
            { transform: [{ filter: "datum.what === ''" }], mark: { type: "line", color: QUIET } },
            {
              transform: [{ filter: "datum.what !== ''" }],
              mark: { type: "point", size: 70, strokeWidth: 2 },
              encoding: {
                shape: { field: "what", type: "nominal", scale: { ...marks, range: ["circle", "cross"] } },
                color: { field: "what", type: "nominal", scale: marks },
              },
            },
          ],
          encoding: {
            x: {
              field: "epoch",
              type: "quantitative",
              scale: { domain: [0.5, last + 0.5], nice: false },
              axis: { values: epochTicks(last), format: "d" },
              title: "epoch",
            },
            y: { field: "auroc", type: "quantitative", scale: { ...ROOM, zero: false }, title: "AUROC, %" },
          },
        },
      }),
    ],
  ]);
}
