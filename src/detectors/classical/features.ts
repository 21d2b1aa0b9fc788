/**
 * What the classical methods share: they turn images into rows of principal-component features.
 *
 * Ruff et al. (2018) fit these methods on the principal components that hold 95 % of the variance of normal training images,
 * centred and not whitened, of images in [0, 1]. Here images fill [−1, 1], so a feature is half a coordinate.
 *
 * @module
 */

import type { Images } from "../../data/images.ts";
import type { Components } from "./principal_components.ts";
import { coordinates, holding, NOTHING, principalComponents } from "./principal_components.ts";
import type { Detector, NamedArray } from "../detector.ts";
import type { Rows } from "./matrix.ts";
import { packed, unpacked } from "./matrix.ts";

/** A method on points: a detector without the step from images to features. */
export interface RowModel {
  /** Fits it. */
  fit(rows: Rows): void;
  /** One score per point; higher is more anomalous. */
  score(rows: Rows): Float32Array;
  /** What it learned, by name. */
  save(): Record<string, NamedArray>;
  /** Restores what `save` returned. */
  load(arrays: Readonly<Record<string, NamedArray>>): void;
}

/**
 * Makes a detector of images from a method on points.
 *
 * @param method The row's name.
 * @param share The share of the variance that the features hold, 0 to 1.
 * @param model The method.
 * @returns The detector.
 */
export function onFeatures(method: string, share: number, model: RowModel): Detector {
  let components: Components = NOTHING;
  const features = (images: Images): Rows => {
    const all = coordinates(components, images);
    return { ...all, values: all.values.map((value) => value / 2) };
  };
  return {
    method,
    epochs: 0,
    fit({ images }) {
      components = principalComponents(images, holding(share));
      model.fit(features(images));
      return Promise.resolve();
    },
    score: (images) => Promise.resolve(model.score(features(images))),
    save: () =>
      Promise.resolve({
        mean: { shape: [1, components.mean.length], values: components.mean },
        components: packed(components.basis),
        ...model.save(),
      }),
    load(arrays) {
      components = { mean: arrays["mean"]!.values, basis: unpacked(arrays["components"]!) };
      model.load(arrays);
    },
  };
}
