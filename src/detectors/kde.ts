/**
 * `kde`: kernel density estimation (Parzen 1962) with a Gaussian kernel. An image far from all normal images is an anomaly.
 *
 * ```text
 * A(x) = −log p(x),   p(x) = (1/n) Σᵢ exp(−‖x − xᵢ‖²/2h²) / (h√2π)ᵈ
 * ```
 *
 * The bandwidth h maximises the likelihood of the left-out fold of the normal training images, in five folds taken in order; no
 * label is used.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | xᵢ, features of the training images | `points` | [n, d] |
 * | h | `bandwidth` | – |
 *
 * Pitfalls: a sum of exponentials of −10³ underflows to 0, so its logarithm is computed relative to the largest term; and a
 * likelihood without −d·log h always selects the widest kernel.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { RowModel } from "./classical/features.ts";
import { onFeatures } from "./classical/features.ts";
import type { Detector } from "./detector.ts";
import type { Rows } from "./classical/matrix.ts";
import { eachDistances, NO_ROWS, packed, saved, unpacked } from "./classical/matrix.ts";
import { KDE_SCHEMA } from "./recipes/baselines.ts";

/** Hyper-parameters of kernel density estimation. */
export interface KdeRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** Folds of the cross-validation. */
  folds: number;
  /** The grid of bandwidths: 2 to this power, … */
  from: number;
  /** … up to this, … */
  to: number;
  /** … by steps of this. */
  step: number;
}

/** A kernel below this is negligible in a sum whose largest term is 1. */
const NEGLIGIBLE = 1e-20;

function least(values: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! < least) least = values[i]!;
  return least;
}

/**
 * log p of a point, for many bandwidths at once.
 *
 * From h to h/√2 a kernel is squared, so that few exponentials are needed. A relative rounding error doubles with each
 * squaring: 10⁻¹⁰ after twenty. Kernels shrink with h: one that is negligible in a sum is negligible in all that follow, and is
 * dropped.
 *
 * @param distances Squared distances to n points.
 * @param widths Bandwidths, the widest first.
 * @param d Dimensions.
 * @returns log p for each bandwidth.
 *
 * @example Halfway between two points on a line, √2 from either, at h = 1: exp(−1)/√2π
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [, value] = logDensities(Float64Array.of(2, 2), [Math.SQRT2, 1], 1);
 * assertAlmostEquals(value!, -1 - 0.5 * Math.log(2 * Math.PI), 1e-12);
 * ```
 */
export function logDensities(distances: Float64Array, widths: readonly number[], d: number): number[] {
  const nearest = least(distances);
  const excess = distances.map((distance) => distance - nearest);
  const kernels = new Float64Array(excess.length);
  let kept = excess.length;
  return widths.map((h, k) => {
    const scale = 1 / (2 * h * h);
    const squarings = k === 0 ? NaN : 2 * Math.log2(widths[k - 1]! / h);
    const times = Math.abs(squarings - Math.round(squarings)) < 1e-9 ? Math.round(squarings) : undefined;
    let [sum, next] = [0, 0];
    for (let i = 0; i < kept; i++) {
      let kernel = kernels[i]!;
      if (times === undefined) kernel = Math.exp(-excess[i]! * scale);
      else for (let t = 0; t < times; t++) kernel *= kernel;
      if (kernel < NEGLIGIBLE) continue;
      sum += kernel;
      kernels[next] = kernel;
      excess[next++] = excess[i]!;
    }
    kept = next;
    return Math.log(sum / distances.length) - nearest * scale - d * Math.log(h * Math.sqrt(2 * Math.PI));
  });
}

/**
 * The bandwidth that maximises the likelihood of left-out folds.
 *
 * @param points The points.
 * @param folds How many folds, each of consecutive points.
 * @param grid The bandwidths to choose from.
 * @returns The best bandwidth; of equals the first.
 *
 * @example Points one apart need a kernel about as wide
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const points = { count: 10, width: 1, values: new Float32Array([0, 5, 1, 6, 2, 7, 3, 8, 4, 9]) };
 * assertEquals(likeliestBandwidth(points, 5, [0.1, 1, 100]), 1);
 * ```
 */
export function likeliestBandwidth(points: Rows, folds: number, grid: readonly number[]): number {
  const likelihoods = new Map(grid.map((h) => [h, 0]));
  const widths = grid.toSorted((a, b) => b - a);
  const { count, width } = points;
  eachDistances(points, points, (i, distances) => {
    const fold = Math.floor(i * folds / count);
    const [start, end] = [Math.ceil(fold * count / folds), Math.ceil((fold + 1) * count / folds)];
    const others = new Float64Array(count - end + start);
    others.set(distances.subarray(0, start));
    others.set(distances.subarray(end), start);
    // One point alone: no bandwidth is likelier than another.
    if (others.length === 0) return;
    const values = logDensities(others, widths, width);
    widths.forEach((h, k) => likelihoods.set(h, likelihoods.get(h)! + values[k]!));
  });
  const best = Math.max(...likelihoods.values());
  return grid.find((h) => likelihoods.get(h) === best)!;
}

/**
 * A Gaussian kernel density of points.
 *
 * @param recipe Its hyper-parameters.
 * @returns The method.
 */
export function kernelDensity({ folds, from, to, step }: KdeRecipe): RowModel {
  let points: Rows = NO_ROWS;
  let bandwidth = NaN;
  const grid = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 2 ** (from + i * step));
  return {
    fit(rows) {
      points = rows;
      bandwidth = likeliestBandwidth(rows, folds, grid);
    },
    score(rows) {
      const scores = new Float32Array(rows.count);
      eachDistances(rows, points, (i, distances) => {
        scores[i] = -logDensities(distances, [bandwidth], rows.width)[0]!;
      });
      return scores;
    },
    save: () => ({ points: packed(points), bandwidth: { shape: [1], values: Float32Array.of(bandwidth) } }),
    load(arrays) {
      points = unpacked(saved("kde", arrays, "points"));
      bandwidth = saved("kde", arrays, "bandwidth").values[0]!;
    },
  };
}

/**
 * Kernel density estimation as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector.
 */
export function createKde(recipe: KdeRecipe, shape?: ImageShape): Detector {
  return onFeatures("kde", { schema: KDE_SCHEMA, recipe, shape }, kernelDensity);
}
