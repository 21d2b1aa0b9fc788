/**
 * `dsvdd`: Deep SVDD, an encoder that draws normal images together around a fixed centre; the distance to it is the score.
 *
 * ```text
 * one-class      L = (1/m) Σᵢ dᵢ² + ½λ‖W‖²
 * soft-boundary  L = R² + (1/ν)(1/m) Σᵢ max(0, dᵢ² − R²) + ½λ‖W‖²
 * A(x) = d(x) = ‖φ(x) − c‖₂
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | φ | `encoder` | [m, h, w, c] to [m, d] |
 * | c | `centre` | [d] |
 * | R | `radius` | a number |
 * | ν | `nu` | a number |
 * | λ | `decay` | a number |
 *
 * Training has two phases: φ is trained as the encoder of DCAE; then c is set to the mean of the normal training images' codes,
 * and φ is trained further on L.
 *
 * Source: "Deep One-Class Classification" (Ruff et al., ICML 2018), read from the public PyTorch port of its first author.
 * There the score is d², minus R² under the soft boundary; the paper's Euclidean distance gives the same ranking.
 *
 * Pitfalls: a bias, a bounded last layer or c = 0 would let φ map every image to c. c is computed with the running statistics,
 * like the scores, not with a batch's. R is 0 in the first epochs, and later the quantile of each batch's distances before the
 * step.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import type { Adam } from "../engine/adam.ts";
import type { Optimiser } from "../engine/descend.ts";
import { descend } from "../engine/descend.ts";
import type { Encoder } from "../engine/layer.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { Parameter } from "../engine/parameter.ts";
import { seededRng } from "../engine/random.ts";
import { autoencoderFor } from "../networks/dcae.ts";
import type { Schedule } from "./training/autoencoding.ts";
import { reconstructionStep, scheduled, toUnit, TRAINING } from "./training/autoencoding.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { DSVDD_SCHEMA } from "./recipes/baselines.ts";
import type { Step } from "./training/train.ts";
import { forBatches } from "./training/batches.ts";
import { train } from "./training/train.ts";

/** The least distance from 0 of each coordinate of the centre. */
const LEAST = 0.1;

/** How Deep SVDD is trained; `epochs` and `dropAfter` are those of its second phase. */
export interface DsvddRecipe extends Schedule {
  /** L. */
  readonly objective: "one-class" | "soft-boundary";
  /** ν, the share of training images that the soft boundary leaves outside. */
  readonly nu: number;
  /** Epochs of the second phase with R = 0, for the soft boundary. */
  readonly warmUp: number;
  /** λ in the second phase. */
  readonly decay: number;
  /** Epochs of pre-training. */
  readonly pretrainEpochs: number;
  /** Epochs of pre-training after which η is a tenth of what it was. */
  readonly pretrainDropAfter: number;
  /** λ in pre-training. */
  readonly pretrainDecay: number;
}

/**
 * c: the mean of codes, each coordinate at least 0.1 away from 0, so that zero weights cannot reach it.
 *
 * @param codes Codes, in row-major order.
 * @param width The length of a code.
 * @returns c.
 *
 * @example A coordinate near 0 is moved away from it, keeping its sign
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...centreOf(new Float32Array([1, 0.25, -0.125, 3, -0.25, 0]), 3)], [2, 0, Math.fround(-0.1)]);
 * ```
 */
export function centreOf(codes: Float32Array, width: number): Float32Array {
  const sums = new Float64Array(width);
  codes.forEach((value, i) => sums[i % width]! += value);
  return Float32Array.from(sums, (sum) => {
    const mean = sum * width / codes.length;
    // As in the port, an exact 0 stays.
    return Math.abs(mean) < LEAST ? Math.sign(mean) * LEAST : mean;
  });
}

/**
 * The radius with a share ν of distances outside: their (1 − ν)-quantile, interpolated linearly.
 *
 * @param distances Distances, [m].
 * @param nu ν, in (0, 1).
 * @returns R, a scalar.
 *
 * @example Of distances 0 to 10, a tenth is beyond 9
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * assertAlmostEquals(radiusOf(tf.range(0, 11), 0.1).dataSync()[0]!, 9, 1e-6);
 * assertAlmostEquals(radiusOf(tf.range(0, 2), 0.25).dataSync()[0]!, 0.75, 1e-6);
 * ```
 */
export function radiusOf(distances: tf.Tensor1D, nu: number): tf.Scalar {
  const rank = nu * (distances.shape[0] - 1);
  const above = Math.floor(rank);
  const { values } = tf.topk(distances, Math.min(above + 2, distances.shape[0]));
  const at = (i: number) => tf.reshape(tf.slice(values, i, 1), []);
  const upper = at(above);
  const lower = at(Math.min(above + 1, values.shape[0]! - 1));
  return tf.add(tf.mul(upper, 1 - (rank - above)), tf.mul(lower, rank - above));
}

/** The state of the second phase. */
export interface Sphere {
  /** φ, in training mode: its running statistics follow. */
  readonly encoder: Encoder;
  /** c, [d]. */
  readonly centre: Parameter;
  /** R under the soft boundary, a scalar; without one the objective is `one-class`. */
  readonly radius?: Parameter | undefined;
}

/** ‖φ − c‖² of each code, [m]. */
function squaredDistances(codes: tf.Tensor, centre: Parameter): tf.Tensor1D {
  return tf.sum(tf.squaredDifference(codes, centre.value), 1);
}

/**
 * One step of the second phase.
 *
 * @param x Images, [m, h, w, c], values in [0, 1].
 * @param sphere φ, c and R.
 * @param optimiser Adam over φ's weights; its weight decay adds ½λ‖W‖² to L.
 * @param nu ν.
 * @param follow Whether R becomes the quantile of this batch's distances, after the step.
 * @returns L, [1].
 */
export function sphereStep(
  x: tf.Tensor4D,
  { encoder, centre, radius }: Sphere,
  optimiser: Optimiser,
  nu: number,
  follow: boolean,
): tf.Tensor1D {
  return tf.tidy(() => {
    let squared!: tf.Tensor1D;
    try {
      const loss = descend(() => {
        squared = tf.keep(squaredDistances(encoder(x, TRAINING), centre));
        if (!radius) return tf.mean(squared);
        const squaredRadius = tf.square(radius.value);
        return tf.add(tf.div(tf.mean(tf.relu(tf.sub(squared, squaredRadius))), nu), squaredRadius);
      }, optimiser);
      if (radius && follow) radius.set(radiusOf(tf.sqrt(squared), nu));
      return loss;
    } finally {
      tf.dispose(squared);
    }
  });
}

/**
 * Deep SVDD, freshly initialised.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images: each side 16 to 256, 1 or 3 channels.
 * @returns The detector.
 * @throws {RangeError} If there is no autoencoder for such images.
 */
export function createDsvdd(recipe: DsvddRecipe, seed: number, shape: ImageShape): Detector {
  return guarded("dsvdd", { schema: DSVDD_SCHEMA, recipe, seed, shape }, (recipe) => {
    const autoencoder = autoencoderFor(shape, seededRng(seed, "init"));
    const { encoder, decoder, width } = autoencoder;
    const centre = new Parameter("centre", tf.zeros([width]));
    const radius = recipe.objective === "soft-boundary" ? new Parameter("radius", tf.scalar(0)) : undefined;
    const all = [...allOf(encoder), centre, ...(radius ? [radius] : [])];
    const sphere = { encoder, centre, radius };
    const before = recipe.pretrainEpochs;
    const of = before + recipe.epochs;
    const encode = (x: tf.Tensor4D) => encoder(toUnit(x), INFERENCE);
    return {
      epochs: of,
      saved: all,
      unsaved: allOf(decoder),
      async fit(images, options) {
        const pretraining = {
          ...recipe,
          epochs: recipe.pretrainEpochs,
          dropAfter: recipe.pretrainDropAfter,
          decay: recipe.pretrainDecay,
        };
        const first = scheduled(images, seed, pretraining, {
          method: "dsvdd",
          before: 0,
          of,
          saved: allOf(encoder, decoder),
          terms: ["loss"],
          parameters: [...encoder.parameters, ...decoder.parameters],
          step: (x, optimiser) => reconstructionStep(toUnit(x), autoencoder, optimiser),
        });
        await train(first, options);
        // When a run resumes in the second phase, its checkpoint replaces this centre.
        centre.set(tf.tensor1d(centreOf(await forBatches(images, encode), width)));
        const second = scheduled(images, seed, recipe, {
          method: "dsvdd",
          before,
          of,
          saved: all,
          terms: ["loss"],
          parameters: encoder.parameters,
          step: (x, optimiser) => sphereStep(toUnit(x), sphere, optimiser, recipe.nu, false),
        });
        const [optimiser] = second.optimisers as readonly [Adam];
        const follow: Step<[tf.Tensor4D]> = ([x]) => sphereStep(toUnit(x), sphere, optimiser, recipe.nu, true);
        const epoch = (number: number) => {
          const warming = second.epoch(number);
          return number - before > recipe.warmUp ? { ...warming, step: follow } : warming;
        };
        await train({ ...second, epoch }, options);
      },
      score: (images) => forBatches(images, (x) => tf.sqrt(squaredDistances(encode(x), centre))),
    };
  });
}
