/**
 * A trained MEMGAN as a script that a page can run without a network: only what is needed to score an image.
 *
 * @module
 */

import type { Dataset } from "../data/dataset.ts";
import type { Images } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { fitPreprocessing } from "../data/preprocess.ts";
import { officialSplit } from "../data/splits.ts";
import type { NamedArray } from "../detectors/detector.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import type { Scored } from "../experiments/run_csv.ts";

/** The inputs of the script. */
export interface Learned {
  /** The run. */
  readonly spec: RunSpec;
  /** Its weights, by name. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
  /** Its scores of the test part, in that order, and which of them are anomalies. */
  readonly scores: readonly Scored[];
}

const base64 = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength).toBase64();

/** 101 quantiles, from the minimum to the maximum. */
function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: 101 }, (_, i) => sorted[Math.round(i / 100 * (sorted.length - 1))]!);
}

/** The two images with the least and the greatest value after preprocessing: they alone determine its range. */
function extremes(images: Images, preprocessed: Images): Images {
  const size = images.pixels.length / images.count;
  let [low, high] = [0, 0];
  preprocessed.pixels.forEach((value, i) => {
    if (value < preprocessed.pixels[low]!) low = i;
    if (value > preprocessed.pixels[high]!) high = i;
  });
  return gather(images, [Math.floor(low / size), Math.floor(high / size)]);
}

/** The first test image of each class, and its score in the run. */
function examples({ images, classes }: Dataset["test"], scores: readonly Scored[]) {
  return [...new Set(classes)].sort((a, b) => a - b).map((of) => {
    const i = classes.indexOf(of);
    return { class: of, pixels: base64(gather(images, [i]).pixels), score: scores[i]!.score };
  });
}

/**
 * The script: it sets `MEMGAN`, for `live_memgan.js`.
 *
 * @param learned The run's weights and scores.
 * @param data The data set that it was trained on.
 * @returns JavaScript, some megabytes.
 */
export function weightsScript({ spec, arrays, scores }: Learned, data: Dataset): string {
  const { train } = officialSplit(data, spec.class);
  const transform = fitPreprocessing(spec.preprocessing, train);
  const scored = (kind: boolean) => quantiles(scores.flatMap(({ score, anomaly }) => anomaly === kind ? score : []));
  const kept = Object.entries(arrays).filter(([name]) => !name.startsWith("discriminator"));
  const learned = {
    digit: spec.class,
    recipe: spec.recipe,
    preprocessing: spec.preprocessing,
    extremes: base64(extremes(train.images, transform(train.images)).pixels),
    examples: examples(data.test, scores),
    quantiles: { normal: scored(false), anomaly: scored(true) },
    arrays: Object.fromEntries(kept.map(([name, { shape, values }]) => [name, { shape, values: base64(values) }])),
  };
  return `globalThis.MEMGAN = ${JSON.stringify(learned)};\n`;
}
