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
import { coordinates, holding, NOTHING, principalComponents, savedComponents } from "./principal_components.ts";
import type { Detector, NamedArray } from "../detector.ts";
import type { Ingredients } from "../guarded.ts";
import { guarded } from "../guarded.ts";
import type { Rows } from "./matrix.ts";
import { packed } from "./matrix.ts";

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
 * Where the normal training images do not vary, there are no features: a point without coordinates is as near to any other as
 * to itself, and all scores are equal.
 *
 * @param method The row's name.
 * @param ingredients What the method is made from.
 * @param make Makes the method from the checked recipe, with its further functions, which are `extra`.
 * @returns The detector.
 * @throws {RangeError} If a hyper-parameter or the seed is out of its range.
 * @throws {TypeError} If one is missing, unknown or of another type.
 */
export function onFeatures<R extends { readonly variance: number }, E extends object = Record<never, never>>(
  method: string,
  ingredients: Ingredients<R>,
  make: (recipe: R) => RowModel & { readonly extra?: E },
): Detector & E {
  return guarded<R, E>(method, ingredients, (recipe) => {
    const model = make(recipe);
    let components: Components = NOTHING;
    const features = (images: Images): Rows => {
      const all = coordinates(components, images);
      return { ...all, values: all.values.map((value) => value / 2) };
    };
    return {
      epochs: 0,
      fit(images) {
        components = principalComponents(images, holding(recipe.variance));
        model.fit(features(images));
        return Promise.resolve();
      },
      score: (images) => Promise.resolve(model.score(features(images))),
      save: () => ({
        mean: { shape: [1, components.mean.length], values: components.mean },
        components: packed(components.basis),
        ...model.save(),
      }),
      load(arrays) {
        components = savedComponents(method, arrays);
        model.load(arrays);
        return components.mean.length;
      },
      ...(model.extra && { extra: model.extra }),
    };
  });
}
