/**
 * Figure 1 in numbers: the paper's visual claims about decoded memory units, for every method that has a memory.
 *
 * Diversity, sharpness, greyness and the distance to the nearest training image are those of `src/report/image_metrics.ts`.
 *
 * ```text
 * recognised = (1/n) Σᵢ [ĉ(xᵢ) = c]
 * ```
 *
 * with ĉ of `src/experiments/digit_classifier.ts` and c the normal digit. The reference is the same measures of all test images
 * of the digit, which no method has seen: their `recognised` is the classifier's accuracy, their `nearest` that of a new image.
 *
 * @module
 */

import type { Dataset } from "../src/data/dataset.ts";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Preprocessing } from "../src/data/preprocess.ts";
import { officialSplit } from "../src/data/splits.ts";
import type { Method } from "../src/experiments/methods.ts";
import type { DigitClassifier } from "../src/experiments/digit_classifier.ts";
import { arithmeticOf, madeBy, markOf } from "../src/experiments/arithmetic.ts";
import type { TrainedMemory } from "../src/experiments/trained.ts";
import { madeOf } from "../src/experiments/trained.ts";
import type { Nearest } from "../src/report/image_metrics.ts";
import { diversity, greyness, nearest, sharpness } from "../src/report/image_metrics.ts";
import { markdownTable } from "../src/report/tables/markdown.ts";
import { mean } from "../src/experiments/statistics.ts";

/** The measures, in the order of the table. */
const MEASURES = ["diversity", "sharpness", "greyness", "recognised", "nearest"] as const;

/** The measures of a set of images. */
export type Measures = Readonly<Record<typeof MEASURES[number], number>>;

/** A memory's row. */
export interface UnitsRow {
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
  /** The arithmetic by which it was trained; older rows lack it. */
  readonly arithmetic?: number;
  /** The run's folder. */
  readonly run: string;
  /** n, memory units. */
  readonly count: number;
  /** The decoded units. */
  readonly units: Measures;
  /** All test images of the digit. */
  readonly yardstick: Measures;
}

/** A memory, decoded and measured. */
export interface Decoded extends UnitsRow {
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
  /** The decoding of each unit. */
  readonly images: Images;
  /** The training image nearest to each. */
  readonly neighbours: Images;
}

/**
 * Decodes and measures memories; a backend must be running.
 *
 * @param runs The trained runs.
 * @param data MNIST.
 * @param classifier The digit classifier.
 * @returns One per run, in their order.
 */
export async function decodeMemories(
  runs: readonly TrainedMemory[],
  data: Dataset,
  classifier: DigitClassifier,
): Promise<Decoded[]> {
  const yardsticks = new Map<number, Measures>();
  const decoded: Decoded[] = [];
  for (const run of runs) {
    const { class: digit, method, preprocessing } = run.spec;
    const { train: { images: references }, test } = officialSplit(data, digit);
    const measure = async (images: Images, found: readonly Nearest[]): Promise<Measures> => {
      const named = await classifier.classify(images);
      return {
        diversity: diversity(images),
        sharpness: sharpness(images),
        greyness: greyness(images, references),
        recognised: named.filter((name) => name === digit).length / named.length,
        nearest: mean(found.map(({ distance }) => distance)),
      };
    };
    if (!yardsticks.has(digit)) {
      const unseen = gather(test.images, [...test.labels.keys()].filter((i) => test.labels[i] === 0));
      yardsticks.set(digit, await measure(unseen, nearest(unseen, references)));
    }
    const detector = await run.load();
    const images = await detector.decodeMemory().finally(() => detector.dispose());
    const found = nearest(images, references);
    decoded.push({
      ...madeOf(run),
      ...{ method, digit, preprocessing, run: run.result.run },
      count: images.count,
      units: await measure(images, found),
      yardstick: yardsticks.get(digit)!,
      images,
      neighbours: gather(references, found.map(({ index }) => index)),
    });
  }
  return decoded;
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
export function unitsTable(rows: readonly UnitsRow[]): string {
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
  const pairs = (units: Measures, yardstick: Measures) => {
    const beside = shown(yardstick);
    return shown(units).map((value, i) => `${value} / ${beside[i]}`);
  };
  const all = rows.map(arithmeticOf);
  const lines = rows.map(({ method, digit, preprocessing, count, epochs, units, yardstick }, i) => [
    method + markOf([all[i]!], all),
    digit,
    preprocessing,
    count,
    epochs,
    ...pairs(units, yardstick),
  ]);
  const means = methods.filter(() => common.length > 1).map((method) => {
    const of = rows.filter((row) => row.method === method && common.includes(row.digit));
    const [units, yardstick] = [meanOf(of.map((row) => row.units)), meanOf(of.map((row) => row.yardstick))];
    return [method, `mean of ${common.length}`, "", "", "", ...pairs(units, yardstick)];
  });
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const backends = [...new Set(rows.map(({ backend }) => backend))];
  return [
    markdownTable(
      ["method", "digit", "preprocessing", "units", "epochs", ...MEASURES],
      [...lines, ...means],
    ),
    "",
    "Decoded units / all test images of the digit. Diversity: mean distance of two, each image standardised, 39.6 for two that " +
    "have nothing in common. Sharpness: root mean square of the gradient. Greyness: of pixels dark in every training image of the " +
    "digit, 100 % is an image's lightest. Recognised: named as the digit by a classifier of MNIST's training part; it has ten " +
    "answers and not “none”. Nearest: mean distance to the nearest training image of the digit, 0 for a copy. Seed " +
    `${seeds.join(", ")}; backend ${backends.join(", ")}. ${madeBy(all)}`,
  ].join("\n");
}
