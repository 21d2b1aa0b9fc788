/**
 * `ocsvm`: the one-class support vector machine (Schölkopf et al., Neural Computation 2001) with a Gaussian kernel.
 *
 * It finds the smooth function that is large on most normal images, and calls the rest anomalies:
 *
 * ```text
 * A(x) = ρ − Σᵢ αᵢ K(xᵢ, x),   K(x, y) = exp(−γ‖x − y‖²)
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | xᵢ with αᵢ > 0 | `vectors` | [support vectors, d] |
 * | αᵢ | `alpha` | [support vectors] |
 * | ρ | `rho` | – |
 *
 * The width of the kernel decides. Here γ = factor/(d·Var x), Var x the variance of all feature values of the normal training
 * images: no label is looked at. The published numbers chose γ by AUROC on labelled test images (Ruff et al. 2018):
 * `ocsvm_hindsight.ts` is that protocol.
 *
 * @module
 */

import type { RowModel } from "./classical.ts";
import { onFeatures } from "./classical.ts";
import type { Detector } from "./detector.ts";
import type { Row } from "./rows.ts";
import { packed, squaredDistances, unpacked } from "./rows.ts";
import { solveOneClass } from "./one_class_svm.ts";

/** Hyper-parameters of a one-class support vector machine. */
export interface OcsvmRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** ν: at most this share of the normal training images is outside. */
  nu: number;
  /** γ times d·Var x. */
  factor: number;
}

/** 1/(d·Var x) of points: the usual scale of γ. */
export function scaleOf(rows: readonly Row[]): number {
  const values = rows.flatMap((row) => [...row]);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return 1 / (rows[0]!.length * variance);
}

/**
 * A one-class support vector machine on points.
 *
 * @param nu ν, in (0, 1].
 * @param gammaOf γ, from the points that it is fitted on.
 * @returns The method.
 */
export function supportVectorMachine(nu: number, gammaOf: (rows: readonly Row[]) => number): RowModel {
  let vectors: Row[] = [];
  let alpha: Float64Array = new Float64Array();
  let [gamma, rho] = [NaN, NaN];
  const kernels = (rows: readonly Row[], points: readonly Row[]) =>
    squaredDistances(rows, points).map((distances) => {
      const row = new Float32Array(distances.length);
      for (let j = 0; j < row.length; j++) row[j] = Math.exp(-gamma * distances[j]!);
      return row;
    });
  return {
    fit(rows) {
      gamma = gammaOf(rows);
      const K = [...kernels(rows, rows)];
      // A distance that came out of a difference is not 0 to the last bit.
      K.forEach((row, i) => row[i] = 1);
      const solution = solveOneClass(rows.length, (i) => K[i]!, nu);
      const support = [...rows.keys()].filter((i) => solution.alpha[i]! > 0);
      vectors = support.map((i) => rows[i]!);
      alpha = Float64Array.from(support, (i) => solution.alpha[i]!);
      rho = solution.rho;
    },
    score: (rows) =>
      Float32Array.from(kernels(rows, vectors), (row) => rho - row.reduce((sum, k, i) => sum + alpha[i]! * k, 0)),
    save: () => ({
      vectors: packed(vectors),
      alpha: packed([alpha]),
      gamma_rho: { shape: [2], values: Float32Array.of(gamma, rho) },
    }),
    load(arrays) {
      vectors = unpacked(arrays["vectors"]!);
      alpha = unpacked(arrays["alpha"]!)[0]!;
      [gamma, rho] = arrays["gamma_rho"]!.values as unknown as [number, number];
    },
  };
}

/**
 * The one-class support vector machine as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @returns The detector.
 */
export function createOcsvm({ variance, nu, factor }: OcsvmRecipe): Detector {
  return onFeatures("ocsvm", variance, supportVectorMachine(nu, (rows) => factor * scaleOf(rows)));
}
