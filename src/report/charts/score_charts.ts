/**
 * Charts of a method's scores, one panel per digit.
 *
 * @module
 */

import type { Scored } from "../../experiments/store.ts";
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
export function rocPoints(scores: ScoredDigit["scores"]): { x: number; y: number }[] {
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

/**
 * ROC curves, score histograms and the AUROC over epochs.
 *
 * @param digits The digits, one panel each.
 * @param provenance How their runs were made.
 * @returns SVG documents, by the name of their file.
 */
export async function scoreCharts(digits: readonly ScoredDigit[], provenance: string): Promise<Map<string, string>> {
  const size = { width: 180, height: 150 };
  const roc = digits.flatMap(({ digit, scores }) => {
    const points = rocPoints(scores);
    const every = Math.ceil(points.length / POINTS);
    return points.filter((_, i) => i % every === 0 || i === points.length - 1).map((point) => ({ digit, ...point }));
  });
  const areas = digits.map(({ digit, auroc }) => ({ digit, x: 0.97, y: 0.08, area: `AUROC ${auroc.toFixed(1)} %` }));
  const kind = { domain: ["normal", "anomaly"], range: ["#e69f00", "#4477aa"] };
  const histogram = digits.flatMap(({ digit, scores }) =>
    scores.map(({ score, anomaly }) => ({ digit, score, kind: anomaly ? "anomaly" : "normal" }))
  );
  const marks = { domain: ["the result", "the greatest"], range: ["#b0203a", "#4477aa"] };
  const curve = digits.flatMap(({ digit, auroc, epochs, curve }) => {
    const greatest = curve.reduce((best, point) => point.auroc > best.auroc ? point : best);
    return [
      ...curve.map((point) => ({ digit, ...point, what: "" })),
      { digit, ...greatest, what: "the greatest" },
      { digit, epoch: epochs, auroc, what: "the result" },
    ];
  });
  return new Map([
    [
      "roc",
      await smallMultiples({
        title: "ROC curves of MEMGAN",
        subtitle: [provenance, "the whole test part; anomalies found against normal images taken for anomalies"],
        values: [...roc, ...areas],
        panel: {
          ...size,
          layer: [
            {
              transform: [{ filter: "!datum.area" }],
              mark: { type: "line", color: "#b0203a", interpolate: "step-after" },
            },
            {
              transform: [{ filter: "datum.area" }],
              mark: { type: "text", align: "right", fontSize: 12 },
              encoding: { text: { field: "area" } },
            },
          ],
          encoding: {
            x: { field: "x", type: "quantitative", title: "false alarms" },
            y: { field: "y", type: "quantitative", title: "anomalies found" },
          },
        },
      }),
    ],
    [
      "histogram",
      await smallMultiples({
        title: "Scores of MEMGAN",
        subtitle: [
          provenance,
          "‖x − G(P(E(x)))‖ of every test image; share of its kind",
        ],
        values: histogram,
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
            x: { field: "from", type: "quantitative", bin: "binned", title: "A(x)" },
            x2: { field: "to" },
            y: { field: "share", type: "quantitative", stack: null, title: "share of its kind", axis: { format: "%" } },
            color: { field: "kind", type: "nominal", scale: kind, title: null },
          },
        },
      }),
    ],
    [
      "epochs",
      await smallMultiples({
        title: "AUROC over epochs",
        subtitle: [
          provenance,
          "line and cross: on a thousand test images, a monitor; circle: on all of them after the last epoch, the result",
          "stopping at the cross would need test labels: it is not a result",
        ],
        values: curve,
        panel: {
          ...size,
          layer: [
            { transform: [{ filter: "datum.what === ''" }], mark: { type: "line", color: "#555555" } },
            {
              transform: [{ filter: "datum.what !== ''" }],
              mark: { type: "point", size: 70, strokeWidth: 2 },
              encoding: {
                shape: {
                  field: "what",
                  type: "nominal",
                  scale: { ...marks, range: ["circle", "cross"] },
                  title: null,
                },
                color: { field: "what", type: "nominal", scale: marks, title: null },
              },
            },
          ],
          encoding: {
            x: { field: "epoch", type: "quantitative", axis: { tickMinStep: 1 }, title: "epoch" },
            y: { field: "auroc", type: "quantitative", scale: { zero: false }, title: "AUROC, %" },
          },
        },
      }),
    ],
  ]);
}
