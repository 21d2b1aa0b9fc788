/**
 * The preprocessing of images before a detector sees them. The paper does not describe it, but it matters a great deal.
 *
 * ```text
 * none     2p − 1
 * std      each image less its mean, over its standard deviation
 * gcn-l1   each image less its mean, over its mean absolute deviation
 * ```
 *
 * The last two are then mapped linearly so that the normal training images fill [−1, 1]; other images may exceed that range.
 *
 * @module
 */

import type { Images, NormalTrain } from "./images.ts";
import { checkImages, checkNormalTrain } from "./images.ts";

/** The ways to preprocess. */
export const PREPROCESSINGS = ["none", "std", "gcn-l1"] as const;

/** A way to preprocess. */
export type Preprocessing = typeof PREPROCESSINGS[number];

/** The least and the greatest value of the normal training images before they are mapped to [−1, 1]. */
export type Range = readonly [least: number, greatest: number];

/** Images to images. */
export type Transform = (images: Images) => Images;

function map(images: Images, f: (value: number) => number): Images {
  return { ...images, pixels: images.pixels.map(f) };
}

/**
 * Each image minus its mean, divided by its standard or mean absolute deviation.
 *
 * @param images Any images.
 * @param kind Which deviation.
 * @returns As many images; a uniformly grey one becomes 0.
 *
 * @example Under `std` every image has the same length, √(h·w): distances see no contrast
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const faint = { count: 1, height: 2, width: 2, channels: 1, pixels: new Float32Array([0.1, 0.2, 0.2, 0.3]) };
 * assertAlmostEquals(Math.hypot(...contrast(faint, "std").pixels), 2, 1e-6);
 * ```
 */
export function contrast(images: Images, kind: "std" | "gcn-l1"): Images {
  const size = images.height * images.width * images.channels;
  const pixels = new Float32Array(images.pixels.length);
  for (let start = 0; start < pixels.length; start += size) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += images.pixels[start + i]!;
    mean /= size;
    let spread = 0;
    for (let i = 0; i < size; i++) {
      const d = images.pixels[start + i]! - mean;
      spread += kind === "std" ? d * d : Math.abs(d);
    }
    spread = kind === "std" ? Math.sqrt(spread / size) : spread / size;
    const scale = spread > 1e-8 ? 1 / spread : 0;
    for (let i = 0; i < size; i++) pixels[start + i] = (images.pixels[start + i]! - mean) * scale;
  }
  return { ...images, pixels };
}

/**
 * The transform of a kind, with its range taken from the normal training images alone.
 *
 * @param kind Which.
 * @param train The normal training images, pixels in [0, 1].
 * @returns The transform, for them and for any other images.
 * @throws {RangeError} If there is no such kind, no image, or a pixel that is not finite; so does the transform.
 * @throws {TypeError} If they are no normal training images.
 *
 * @example Normal training images fill [−1, 1] exactly
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const images = { count: 2, height: 1, width: 2, channels: 1, pixels: new Float32Array([0, 1, 0.2, 0.4]) };
 * const transform = fitPreprocessing("std", { role: "normal-train", images });
 * assertEquals([...transform(images).pixels], [-1, 1, -1, 1]);
 * ```
 */
export function fitPreprocessing(kind: Preprocessing, train: NormalTrain): Transform {
  return preprocessing(kind, rangeOf(kind, train));
}

/**
 * The range that a kind of preprocessing maps to [−1, 1].
 *
 * @param kind Which.
 * @param train The normal training images, pixels in [0, 1].
 * @returns Their least and greatest value before it is mapped; for `none` that is [0, 1], whatever the images.
 * @throws {RangeError} If there is no such kind, no image, or a pixel that is not finite.
 * @throws {TypeError} If they are no normal training images.
 */
export function rangeOf(kind: Preprocessing, train: NormalTrain): Range {
  if (!PREPROCESSINGS.includes(kind)) {
    throw new RangeError(`Cannot preprocess: the kind must be ${PREPROCESSINGS.join(", ")}, it is ${kind}`);
  }
  const images = checkNormalTrain(train, `fit the preprocessing ${kind}`);
  if (kind === "none") return [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of contrast(images, kind).pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * The transform of a kind with a known range.
 *
 * @param kind Which.
 * @param range What it maps to [−1, 1].
 * @returns The transform; it throws a `RangeError` for a pixel that is not finite.
 */
export function preprocessing(kind: Preprocessing, [low, high]: Range): Transform {
  const range = high - low;
  return (images) => {
    checkImages(images, `preprocess by ${kind}`);
    if (kind === "none") return map(images, (p) => 2 * p - 1);
    return map(contrast(images, kind), (value) => range > 0 ? 2 * (value - low) / range - 1 : 0);
  };
}
