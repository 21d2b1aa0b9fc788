/**
 * Figure 1 as numbers: a row for each memory, its decoded units beside real images.
 *
 * @module
 */

import type { Preprocessing } from "../../data/preprocess.ts";
import { arithmeticOf, markOf } from "../../experiments/arithmetic.ts";
import type { Method } from "../../experiments/method_names.ts";
import { mean } from "../../experiments/statistics.ts";
import { computedText } from "./computed.ts";
import { markdownTable, plainText } from "./markdown.ts";

/** The measures, in the order of the table. */
const MEASURES = ["diversity", "sharpness", "greyness", "recognised", "nearest"] as const;

/** The measures of a set of images. */
export type Measures = Readonly<Record<typeof MEASURES[number], number>>;

/** A memory's row. */
export interface MemoryRow {
  /** The method. */
  readonly method: Method;
  /** The normal class. */
  readonly digit: number;
  /** The preprocessing of its images. */
  readonly preprocessing: Preprocessing;
  /** The run's seed. */
  readonly seed: number;
  /** Its epochs. */
  readonly epochs: number;
  /** The backend that it was trained on. */
  readonly backend: string;
  /** What it was trained on, as its manifest says; older ones do not. */
  readonly device?: string | undefined;
  /** The arithmetic by which it was trained; older rows lack it. */
  readonly arithmetic?: number;
  /** The run's folder. */
  readonly run: string;
  /** n, memory units. */
  readonly count: number;
  /** The decoded units. */
  readonly units: Measures;
  /** All test images of the digit. */
  readonly testImages: Measures;
}

/** Means over rows. */
function meanOf(rows: readonly Measures[]): Measures {
  return Object.fromEntries(MEASURES.map((each) => [each, mean(rows.map((row) => row[each]))])) as Measures;
}

/**
 * The numbers as a Markdown table.
 *
 * @param rows One per memory.
 * @returns The table with its legend.
 */
export function unitsTable(rows: readonly MemoryRow[]): string {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const digits = [...new Set(rows.map(({ digit }) => digit))];
  const has = (method: Method, digit: number) => rows.some((row) => row.method === method && row.digit === digit);
  // Means of different digits could not be compared.
  const common = digits.filter((digit) => methods.every((method) => has(method, digit)));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const shown = (each: Measures) => [
    each.diversity.toFixed(1),
    each.sharpness.toFixed(2),
    percent(each.greyness),
    percent(each.recognised),
    each.nearest.toFixed(1),
  ];
  const pairs = (units: Measures, testImages: Measures) => {
    const beside = shown(testImages);
    return shown(units).map((value, i) => `${value} / ${beside[i]}`);
  };
  const all = rows.map(arithmeticOf);
  const lines = rows.map(({ method, digit, preprocessing, count, epochs, units, testImages }, i) => [
    method + markOf([all[i]!], all),
    digit,
    preprocessing,
    count,
    epochs,
    ...pairs(units, testImages),
  ]);
  const means = methods.filter(() => common.length > 1).map((method) => {
    const of = rows.filter((row) => row.method === method && common.includes(row.digit));
    const [units, testImages] = [meanOf(of.map((row) => row.units)), meanOf(of.map((row) => row.testImages))];
    return [method, `mean of ${common.length}`, "", "", "", ...pairs(units, testImages)];
  });
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const backends = [...new Set(rows.map(({ backend }) => backend))];
  return [
    markdownTable(
      ["method", "digit", "preprocessing", "units", "epochs", ...MEASURES],
      [...lines, ...means],
    ),
    "",
    "Decoded units / all test images of the digit. Diversity: the mean distance between two images, each standardised; it is " +
    "39.6 for two that have nothing in common. Sharpness: the root mean square of the gradient. Greyness: the mean brightness " +
    "of the pixels that are dark in every training image of the digit, where 0 % is the image's darkest pixel and 100 % its " +
    "lightest. Recognised: the share that a classifier trained on MNIST names as the digit; it must name one of the ten. " +
    "Nearest: the mean distance to the nearest training image of the digit, 0 for a copy. Seed " +
    `${seeds.join(", ")}; backend ${plainText(backends.join(", "))}. ${
      computedText(all, rows.map(({ device }) => device))
    }`,
  ].join("\n");
}
