/**
 * What DCAE, Deep SVDD and MEMAE share: epochs of minibatches at a rate that drops once, and training to reconstruct.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { Adam } from "../engine/adam.ts";
import type { Parameter } from "../engine/parameter.ts";
import type { Layer, Mode } from "../engine/pullback.ts";
import { stream } from "../engine/random.ts";
import type { Autoencoder } from "../networks/autoencoder.ts";
import type { Phase } from "./training.ts";
import { minibatches, toTensor } from "./training.ts";

/** Training: PyTorch's share of a batch in the running statistics. */
export const TRAINING: Mode = { training: true, track: 0.1 };

/** A phase's schedule. */
export interface Schedule {
  /** Epochs, each over all normal training images but an incomplete last batch. */
  readonly epochs: number;
  /** Epochs after which η is a tenth of what it was. */
  readonly dropAfter: number;
  /** Images a step. */
  readonly batch: number;
  /** η of Adam at the first step. */
  readonly learningRate: number;
}

/** What a method adds to a schedule. */
export interface Steps extends Pick<Phase, "method" | "before" | "of" | "saved" | "terms"> {
  /** What is trained. */
  readonly parameters: readonly Parameter[];
  /** One step on images [m, h, w, c] in the given epoch of all phases; gives the loss terms, the rest is freed. */
  step(x: tf.Tensor4D, optimiser: Adam, epoch: number): tf.Tensor;
}

/** Adam with PyTorch's defaults, which all three methods take. */
export function adamFor(parameters: readonly Parameter[], learningRate: number): Adam {
  return new Adam(parameters, { learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
}

/**
 * Epochs of minibatches with one Adam.
 *
 * @param images The normal training images.
 * @param seed The run's seed.
 * @param schedule How long, and at what rate.
 * @param steps What a step does.
 * @returns The phase.
 * @throws {RangeError} If the images do not fill a batch.
 */
export function scheduled(
  images: Images,
  seed: number,
  { epochs, dropAfter, batch, learningRate }: Schedule,
  { parameters, step, ...rest }: Steps,
): Phase {
  if (images.count < batch) {
    throw new RangeError(`Cannot fit ${rest.method}: ${images.count} images do not fill one batch of ${batch}`);
  }
  const optimiser = adamFor(parameters, learningRate);
  return {
    ...rest,
    epochs,
    steps: Math.floor(images.count / batch),
    optimisers: [optimiser],
    rate: (progress) => progress < dropAfter / epochs ? learningRate : learningRate / 10,
    epoch(epoch) {
      const batches = minibatches(stream(seed, "shuffle", epoch), images.count, batch);
      return () => {
        const x = toTensor(gather(images, batches.next().value));
        const losses = tf.tidy(() => step(x, optimiser, epoch));
        x.dispose();
        return losses;
      };
    },
  };
}

/** Gradients with those of ½·decay·‖W‖², the weight decay of PyTorch's Adam; the losses shown leave it out. */
export function withDecay(gradients: tf.Tensor[], parameters: readonly Parameter[], decay: number): tf.Tensor[] {
  return gradients.map((gradient, i) => tf.add(gradient, tf.mul(parameters[i]!.value, decay)));
}

/** Everything that a saved model holds of layers: weights, then running statistics. */
export function allOf(...layers: readonly Layer[]): Parameter[] {
  return layers.flatMap(({ parameters, buffers }) => [...parameters, ...buffers]);
}

/** Images with the normal range [−1, 1] as images with the range [0, 1], which a logistic output can rebuild. */
export function toUnit(x: tf.Tensor4D): tf.Tensor4D {
  return tf.div(tf.add(x, 1), 2);
}

/** ‖x − x̂‖² of each image, [m]. */
export function squaredErrors(x: tf.Tensor, rebuilt: tf.Tensor): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.squaredDifference(x, rebuilt), [1, 2, 3]);
}

/**
 * One step of an autoencoder on its reconstruction: L = (1/m) Σᵢ ‖xᵢ − D(E(xᵢ))‖² + ½·decay·‖W‖².
 *
 * @param x Images, [m, h, w, c], values in [0, 1].
 * @param autoencoder E and D, in training mode: their running statistics follow.
 * @param optimiser Adam over the weights of E, then those of D.
 * @param decay λ of the weights' norm.
 * @returns L without its last term, [1].
 */
export function reconstructionStep(
  x: tf.Tensor4D,
  { encoder, decoder }: Autoencoder,
  optimiser: Adam,
  decay: number,
): tf.Tensor1D {
  const code = encoder.apply(x, TRAINING);
  const rebuilt = decoder.apply(code.y, TRAINING);
  const dy = tf.mul(tf.sub(rebuilt.y, x), 2 / x.shape[0]);
  const ofDecoder = rebuilt.pullback(dy, { input: true, weights: true });
  const ofEncoder = code.pullback(ofDecoder.input!, { weights: true });
  optimiser.apply(withDecay([...ofEncoder.weights, ...ofDecoder.weights], optimiser.parameters, decay));
  return tf.mean(squaredErrors(x, rebuilt.y), 0, true);
}
