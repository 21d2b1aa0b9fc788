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
import { officialSplit } from "../src/data/splits.ts";
import type { DigitClassifier } from "../src/experiments/digit_classifier.ts";
import { shareNamed } from "../src/experiments/digit_classifier.ts";
import type { TrainedMemory } from "../src/experiments/trained.ts";
import { provenanceOf } from "../src/experiments/trained.ts";
import type { Nearest } from "../src/report/image_metrics.ts";
import { diversity, greyness, nearest, sharpness } from "../src/report/image_metrics.ts";
import type { Measures, MemoryRow } from "../src/report/tables/memory_units.ts";
import { mean } from "../src/experiments/statistics.ts";

/** A memory, decoded and measured. */
export interface Decoded extends MemoryRow {
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
  const testMeasures = new Map<number, Measures>();
  const decoded: Decoded[] = [];
  for (const run of runs) {
    const { class: digit, method, preprocessing } = run.spec;
    const { train: { images: references }, test } = officialSplit(data, digit);
    const measure = async (images: Images, found: readonly Nearest[]): Promise<Measures> => {
      return {
        diversity: diversity(images),
        sharpness: sharpness(images),
        greyness: greyness(images, references),
        recognised: await shareNamed(classifier, images, digit),
        nearest: mean(found.map(({ distance }) => distance)),
      };
    };
    if (!testMeasures.has(digit)) {
      const unseen = gather(test.images, [...test.labels.keys()].filter((i) => test.labels[i] === 0));
      testMeasures.set(digit, await measure(unseen, nearest(unseen, references)));
    }
    const detector = await run.load();
    const images = await detector.decodeMemory().finally(() => detector.dispose());
    const found = nearest(images, references);
    decoded.push({
      ...provenanceOf(run),
      ...{ method, digit, preprocessing, run: run.result.run },
      count: images.count,
      units: await measure(images, found),
      testImages: testMeasures.get(digit)!,
      images,
      neighbours: gather(references, found.map(({ index }) => index)),
    });
  }
  return decoded;
}
