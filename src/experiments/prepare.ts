/**
 * A run's two sets of images: those to fit on, and those to evaluate on.
 *
 * @module
 */

import type { Dataset } from "../data/dataset.ts";
import type { Images, NormalTrain } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { fitPreprocessing } from "../data/preprocess.ts";
import { officialSplit, validationSplit } from "../data/splits.ts";
import { seededRng } from "../engine/random.ts";
import type { RunSpec } from "./run_spec.ts";

/** The evaluation images of a run. */
export interface Evaluated {
  /** Preprocessed. */
  readonly images: Images;
  /** 1 for an anomaly. */
  readonly labels: Uint8Array;
  /** The index of each in the official order. */
  readonly indices: Uint32Array;
}

/** The part of a data set that a run uses. */
export interface Prepared {
  /** The images to fit on. */
  readonly train: NormalTrain;
  /** The images to score. */
  readonly evaluated: Evaluated;
  /** The md5 of each source file, by its name. */
  readonly files: Dataset["files"];
}

/** All indices, or a random subset of them in order; the subset is always the same. */
export function chosen(count: number, subset = count): Uint32Array {
  if (subset >= count) return Uint32Array.from({ length: count }, (_, i) => i);
  return seededRng(0, "subset").permutation(count).subarray(0, subset).sort();
}

/** A subset of the evaluation images. */
export function pick({ images, labels, indices }: Evaluated, which: Uint32Array): Evaluated {
  return {
    images: gather(images, which),
    labels: Uint8Array.from(which, (i) => labels[i]!),
    indices: Uint32Array.from(which, (i) => indices[i]!),
  };
}

/** The two sets of a spec, preprocessed; the transform is fitted on normal training images alone. */
export function prepareData(spec: RunSpec, data: Dataset): Prepared {
  const split = (() => {
    if (spec.evaluate === "test") {
      const { train, test } = officialSplit(data, spec.class);
      return { train, judged: test };
    }
    const { train, validation } = validationSplit(data, spec.class);
    return { train, judged: validation };
  })();
  const transform = fitPreprocessing(spec.preprocessing, split.train);
  const { images, labels } = split.judged;
  const all = { images, labels, indices: chosen(labels.length) };
  const judged = spec.subset === undefined ? all : pick(all, chosen(labels.length, spec.subset));
  return {
    train: { role: "normal-train", images: transform(split.train.images) },
    evaluated: { ...judged, images: transform(judged.images) },
    files: data.files,
  };
}
