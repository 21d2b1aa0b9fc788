/**
 * `kde`: kernel density estimation (Parzen 1962) with a Gaussian kernel. What is far from all normal images is an anomaly.
 *
 * ```text
 * A(x) = −log p(x),   p(x) = (1/n) Σᵢ exp(−‖x − xᵢ‖²/2h²) / (h√2π)ᵈ
 * ```
 *
 * The bandwidth h is that under which the left-out fold of the normal training images is likeliest, in five folds taken in
 * order; no label is looked at.
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | xᵢ, features of the training images | `points` | [n, d] |
 * | h | `bandwidth` | – |
 *
 * Traps: a sum of exponentials of −10³ is 0, so its logarithm is taken from the largest term; and a likelihood without
 * −d·log h picks the widest kernel there is.
 *
 * @module
 */

import type { RowModel } from "./classical.ts";
import { onFeatures } from "./classical.ts";
import type { Detector } from "./detector.ts";
import type { Row } from "./rows.ts";
import { packed, squaredDistances, unpacked } from "./rows.ts";

/** Squared distances of a point from others. */
type Distances = Float32Array | Float64Array;

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

/** The least of squared distances. */
function least(distances: Distances): number {
  let nearest = Infinity;
  for (const d of distances) if (d < nearest) nearest = d;
  return nearest;
}

/** log p of a point from its squared distances to n points in d dimensions. */
export function logDensity(distances: Distances, h: number, d: number): number {
  const nearest = least(distances);
  const scale = 1 / (2 * h * h);
  let sum = 0;
  for (const each of distances) sum += Math.exp((nearest - each) * scale);
  return Math.log(sum) - nearest * scale - Math.log(distances.length) - d * Math.log(h * Math.sqrt(2 * Math.PI));
}

/**
 * The bandwidth under which left-out folds are likeliest.
 *
 * @param points The points, [n, d].
 * @param folds How many folds, of points that follow each other.
 * @param grid The bandwidths to choose from.
 * @returns The best; the first of equals.
 *
 * @example Points one apart want a kernel about as wide
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const points = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9].map((x) => Float64Array.of(x));
 * assertEquals(likeliestBandwidth(points, 5, [0.1, 1, 100]), 1);
 * ```
 */
export function likeliestBandwidth(points: readonly Row[], folds: number, grid: readonly number[]): number {
  const likelihoods = grid.map(() => 0);
  const foldOf = (i: number) => Math.floor(i * folds / points.length);
  // A fold is a stretch of points: what is left is before it and after it.
  const ends = Array.from({ length: folds + 1 }, (_, fold) => Math.ceil(fold * points.length / folds));
  let i = 0;
  for (const distances of squaredDistances(points, points)) {
    const [from, to] = [ends[foldOf(i)]!, ends[foldOf(i) + 1]!];
    const others = new Float64Array(distances.length - (to - from));
    others.set(distances.subarray(0, from));
    others.set(distances.subarray(to), from);
    const width = points[i++]!.length;
    grid.forEach((h, k) => likelihoods[k]! += logDensity(others, h, width));
  }
  return grid[likelihoods.indexOf(Math.max(...likelihoods))]!;
}

/**
 * A Gaussian kernel density of points.
 *
 * @param recipe Its hyper-parameters.
 * @returns The method.
 */
export function kernelDensity({ folds, from, to, step }: KdeRecipe): RowModel {
  let points: readonly Row[] = [];
  let bandwidth = NaN;
  const grid = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 2 ** (from + i * step));
  return {
    fit(rows) {
      points = rows;
      bandwidth = likeliestBandwidth(rows, folds, grid);
    },
    score: (rows) =>
      Float32Array.from(
        squaredDistances(rows, points),
        (distances) => -logDensity(distances, bandwidth, points[0]!.length),
      ),
    save: () => ({ points: packed(points), bandwidth: { shape: [1], values: Float32Array.of(bandwidth) } }),
    load(arrays) {
      points = unpacked(arrays["points"]!);
      bandwidth = arrays["bandwidth"]!.values[0]!;
    },
  };
}

/**
 * Kernel density estimation as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @returns The detector.
 */
export function createKde(recipe: KdeRecipe): Detector {
  return onFeatures("kde", recipe.variance, kernelDensity(recipe));
}
