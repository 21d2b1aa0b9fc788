/**
 * Images and numbers in batches: drawn for a step of training, and scored.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../../data/images.ts";
import type { Generator as Decoder, Mask } from "../../engine/layer.ts";
import { INFERENCE } from "../../engine/layer.ts";
import type { Parameter } from "../../engine/parameter.ts";
import type { Rng } from "../../engine/random.ts";

/** Images scored at once: large enough to be fast, small enough for any machine. */
const SCORE_BATCH = 500;

/** Values scored at once, at most: so many images of CIFAR-10's size. Of larger ones their layers would need gigabytes. */
const SCORE_VALUES = SCORE_BATCH * 32 * 32 * 3;

/**
 * How many images are scored at once.
 *
 * @param size The values of an image: height · width · channels.
 * @returns At least one.
 *
 * @example 500 of the sizes of the paper's data sets, and seven of the largest there are networks for
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([28 * 28, 32 * 32 * 3, 256 * 256 * 3].map(scoredAtOnce), [500, 500, 7]);
 * ```
 */
export function scoredAtOnce(size: number): number {
  return Math.max(1, Math.min(SCORE_BATCH, Math.floor(SCORE_VALUES / size)));
}

/** Images as a tensor, [count, height, width, channels]. */
export function toTensor({ count, height, width, channels, pixels }: Images): tf.Tensor4D {
  return tf.tensor4d(pixels, [count, height, width, channels]);
}

/** Requires at least one batch. */
export function checkFills(method: string, { count }: Images, batch: number): void {
  if (count >= batch) return;
  throw new RangeError(`Cannot fit ${method}: ${count} images do not fill one batch of ${batch}`);
}

/** Endless minibatches: each pass visits the images in a new order, and leaves an incomplete last batch out. */
export function* minibatches(rng: Rng, count: number, batch: number): Generator<Uint32Array, never> {
  while (true) {
    const order = rng.permutation(count);
    for (let from = 0; from + batch <= count; from += batch) yield order.subarray(from, from + batch);
  }
}

/** Dropout masks from a generator: 0 with probability `rate`, otherwise 1/(1 − rate). */
export function maskFrom(rng: Rng): Mask {
  return (shape, rate) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b));
    const kept = 1 / (1 - rate);
    for (let i = 0; i < values.length; i++) values[i] = rng.uniform() < rate ? 0 : kept;
    return tf.tensor(values, shape);
  };
}

/** The values of a tensor, which is freed. */
export async function valuesOf(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}

/**
 * The values of a function of images, computed in batches.
 *
 * @param images Any number of them.
 * @param use From [m, height, width, channels] to a tensor whose first axis is m; intermediate tensors are freed.
 * @returns The values, image by image.
 */
export async function forBatches(images: Images, use: (x: tf.Tensor4D) => tf.Tensor): Promise<Float32Array> {
  const size = images.pixels.length / images.count;
  const batch = scoredAtOnce(size);
  const out: Float32Array[] = [];
  for (let from = 0; from < images.count; from += batch) {
    const count = Math.min(batch, images.count - from);
    const pixels = images.pixels.slice(from * size, (from + count) * size);
    out.push(await valuesOf(tf.tidy(() => use(toTensor({ ...images, count, pixels })))));
  }
  const all = new Float32Array(out.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of out) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

/**
 * The decoding of each row of a memory.
 *
 * @param decoder From [n, d] to [n, height, width, channels].
 * @param memory The rows, [n, d].
 * @returns n images.
 */
export async function decodeRows(decoder: Decoder, memory: Parameter): Promise<Images> {
  const y = tf.tidy(() => decoder(memory.value, INFERENCE));
  const [count, height, width, channels] = y.shape;
  return { count, height, width, channels, pixels: await valuesOf(y) };
}
