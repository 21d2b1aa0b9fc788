/**
 * Visual properties of a set of images as numbers: diversity, sharpness, clean background, closeness to real images.
 *
 * ```text
 * s(x)      = (x − mean x)/std x                                        contrast does not count
 * diversity = 2/(n(n − 1)) Σ_{i<j} ‖s(xᵢ) − s(xⱼ)‖₂
 * sharpness = √ of the mean over images and pixels p of (s_{p→} − s_p)² + (s_{p↓} − s_p)²
 * greyness  = mean over images, and pixels p that are dark in every reference image, of (x_p − min x)/(max x − min x)
 * nearest   = mean over i of minⱼ ‖s(xᵢ) − s(yⱼ)‖₂
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | x | `images` | n images |
 * | y | `references` | images of the normal class, in [0, 1] |
 * | p→, p↓ | the pixel to the right, the pixel below | – |
 *
 * ‖s(x)‖₂ = √(h·w), so a distance is √(2hw(1 − ρ)), with ρ the correlation of two images: 0 for the same, 39.6 on MNIST for
 * two that have nothing in common.
 *
 * Pitfalls: noise is sharp and diverse, so neither measure says much alone; greyness detects noise, but only in the background.
 * The mean length of the gradient, without the squares, would not detect blur: an edge that is spread out has the same sum of
 * steps.
 *
 * @module
 */

import type { Images } from "../data/images.ts";
import { contrast } from "../data/preprocess.ts";
import { squaredDistance } from "../detectors/classical/matrix.ts";
import { mean } from "../experiments/statistics.ts";
import { greatest, least } from "../platform/extremes.ts";

/** Each image of a set as a vector of its pixels. */
function vectorsOf({ count, pixels }: Images): Float64Array[] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, i) => Float64Array.from(pixels.subarray(i * size, (i + 1) * size)));
}

/**
 * The mean distance between two of the images, contrast aside.
 *
 * @param images Two or more.
 * @returns The distance.
 *
 * @example An image and its negative are opposite: 2√(h·w) apart
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const images = { count: 2, height: 2, width: 2, channels: 1, pixels: new Float32Array([0, 1, 1, 0, 1, 0, 0, 1]) };
 * assertAlmostEquals(diversity(images), 4, 1e-6);
 * ```
 */
export function diversity(images: Images): number {
  const rows = vectorsOf(contrast(images, "std"));
  return mean(rows.flatMap((a, i) => rows.slice(i + 1).map((b) => Math.sqrt(squaredDistance(a, b)))));
}

/**
 * How steep neighbouring pixels are, contrast aside.
 *
 * @param images One or more, of one channel.
 * @returns The root mean square of the gradient, by forward differences.
 *
 * @example An edge between halves: a step of 2 at one pixel of three
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const row = [0, 0, 1, 1];
 * const pixels = new Float32Array([...row, ...row, ...row, ...row]);
 * assertAlmostEquals(sharpness({ count: 1, height: 4, width: 4, channels: 1, pixels }), Math.sqrt(4 / 3), 1e-6);
 * ```
 */
export function sharpness(images: Images): number {
  const { count, height, width } = images;
  const { pixels } = contrast(images, "std");
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y + 1 < height; y++) {
      for (let x = 0; x + 1 < width; x++) {
        const p = (i * height + y) * width + x;
        sum += (pixels[p + 1]! - pixels[p]!) ** 2 + (pixels[p + width]! - pixels[p]!) ** 2;
      }
    }
  }
  return Math.sqrt(sum / (count * (height - 1) * (width - 1)));
}

/**
 * How grey the background is, where every reference is dark; 0 is each image's darkest pixel, 1 its lightest.
 *
 * @param images One or more, in any range.
 * @param references Images in [0, 1].
 * @returns The mean over those pixels.
 *
 * @example A pixel in which the only reference is dark, half-way to the lightest
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const image = (...pixels: number[]) => ({ count: 1, height: 1, width: 3, channels: 1, pixels: new Float32Array(pixels) });
 * assertEquals(greyness(image(-1, 0, 1), image(1, 0, 1)), 0.5);
 * ```
 */
export function greyness(images: Images, references: Images): number {
  const all = vectorsOf(references);
  const dark = [...all[0]!.keys()].filter((p) => all.every((row) => row[p] === 0));
  return mean(
    vectorsOf(images).map((row) => {
      const [low, high] = [least(row), greatest(row)];
      return mean(dark.map((p) => high > low ? (row[p]! - low) / (high - low) : 0));
    }),
  );
}

/** The reference nearest to an image. */
export interface Nearest {
  /** Its index among the references. */
  readonly index: number;
  /** ‖s(x) − s(y)‖₂. */
  readonly distance: number;
}

/**
 * The nearest reference of each image, contrast aside.
 *
 * @param images Any number.
 * @param references One or more.
 * @returns One per image; of equals the first.
 *
 * @example A faint copy is found at distance 0
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const image = (count: number, ...pixels: number[]) =>
 *   ({ count, height: 2, width: 2, channels: 1, pixels: new Float32Array(pixels) });
 * const [found] = nearest(image(1, 0.5, 0.75, 0.75, 0.5), image(2, 1, 0, 0, 1, 0, 1, 1, 0));
 * assertEquals(found!.index, 1);
 * assertAlmostEquals(found!.distance, 0, 1e-6);
 * ```
 */
export function nearest(images: Images, references: Images): Nearest[] {
  const all = vectorsOf(contrast(references, "std"));
  return vectorsOf(contrast(images, "std")).map((row) => {
    let best = { index: 0, squared: Infinity };
    all.forEach((other, index) => {
      const squared = squaredDistance(row, other);
      if (squared < best.squared) best = { index, squared };
    });
    return { index: best.index, distance: Math.sqrt(best.squared) };
  });
}
