/**
 * `ocsvm`: the one-class support vector machine (Schölkopf et al., Neural Computation 2001) with a Gaussian kernel.
 *
 * It finds a smooth function that is large on most normal images; the other images are anomalies:
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
 * The width of the kernel is decisive. Here γ = factor/(d·Var x), with Var x the variance of all feature values of the normal
 * training images; the factor was chosen on training images of two digits (`choice-ocsvm`), and no test label is used. For the
 * published numbers γ was chosen by AUROC on labelled test images (Ruff et al. 2018): `ocsvm_oracle.ts` implements that protocol.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { RowModel } from "./classical/features.ts";
import { onFeatures } from "./classical/features.ts";
import type { Detector } from "./detector.ts";
import type { Rows } from "./classical/matrix.ts";
import { eachDistances, NO_ROWS, packed, saved, slice, unpacked } from "./classical/matrix.ts";
import { solveOneClass } from "./classical/one_class_svm.ts";
import { OCSVM_SCHEMA } from "./recipes/baselines.ts";

/** Hyper-parameters of a one-class support vector machine. */
export interface OcsvmRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** ν: at most this share of the normal training images is outside. */
  nu: number;
  /** γ times d·Var x. */
  factor: number;
}

/** 1/(d·Var x) of points, the usual scale of γ; as in scikit-learn 1 where they do not vary. */
export function scaleOf({ width, values }: Rows): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  if (squares === 0) return 1;
  return values.length / (width * squares);
}

/** How many kernel rows are computed together when one of them is requested. */
const TOGETHER = 128;

/** A function that returns row i of the points' kernel matrix. */
function kernelRows(points: Rows, gamma: number): (i: number) => Float32Array {
  const rows: Float32Array[] = [];
  return (i) => {
    if (rows[i] === undefined) {
      const from = i - i % TOGETHER;
      eachDistances(slice(points, from, Math.min(points.count, from + TOGETHER)), points, (at, distances) => {
        const row = new Float32Array(distances.length);
        for (let k = 0; k < row.length; k++) row[k] = Math.exp(-gamma * distances[k]!);
        // A distance computed as a difference is not exactly 0.
        row[from + at] = 1;
        rows[from + at] = row;
      });
    }
    return rows[i]!;
  };
}

/** Some rows of points. */
function pick({ width, values }: Rows, indices: readonly number[]): Rows {
  const picked = new Float32Array(indices.length * width);
  indices.forEach((i, to) => picked.set(values.subarray(i * width, (i + 1) * width), to * width));
  return { count: indices.length, width, values: picked };
}

/**
 * A one-class support vector machine on points.
 *
 * @param nu ν, in (0, 1].
 * @param gammaOf Gives γ for the points that it is fitted on.
 * @returns The method.
 */
export function supportVectorMachine(nu: number, gammaOf: (rows: Rows) => number): RowModel {
  let vectors = NO_ROWS;
  let alpha = new Float32Array();
  let [gamma, rho] = [NaN, NaN];
  return {
    fit(rows) {
      gamma = gammaOf(rows);
      const solution = solveOneClass(rows.count, kernelRows(rows, gamma), nu);
      const support = Array.from(solution.alpha.keys()).filter((i) => solution.alpha[i]! > 0);
      vectors = pick(rows, support);
      alpha = Float32Array.from(support, (i) => solution.alpha[i]!);
      rho = solution.rho;
    },
    score(rows) {
      const scores = new Float32Array(rows.count);
      eachDistances(rows, vectors, (i, distances) => {
        let sum = 0;
        for (let k = 0; k < alpha.length; k++) sum += alpha[k]! * Math.exp(-gamma * distances[k]!);
        scores[i] = rho - sum;
      });
      return scores;
    },
    save: () => ({
      vectors: packed(vectors),
      alpha: { shape: [1, alpha.length], values: alpha },
      gamma_rho: { shape: [2], values: Float32Array.of(gamma, rho) },
    }),
    load(arrays) {
      const of = (name: string) => saved("ocsvm", arrays, name);
      vectors = unpacked(of("vectors"));
      alpha = Float32Array.from(of("alpha").values);
      [gamma, rho] = of("gamma_rho").values as unknown as [number, number];
    },
  };
}

/**
 * The one-class support vector machine as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector.
 */
export function createOcsvm(recipe: OcsvmRecipe, shape?: ImageShape): Detector {
  return onFeatures(
    "ocsvm",
    { schema: OCSVM_SCHEMA, recipe, shape },
    ({ nu, factor }) => supportVectorMachine(nu, (rows) => factor * scaleOf(rows)),
  );
}
