/**
 * What DCAE, Deep SVDD and MEMAE share: epochs of minibatches at a learning rate that drops once, and training to reconstruct.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../../data/images.ts";
import { gather } from "../../data/images.ts";
import { Adam } from "../../engine/adam.ts";
import type { Parameter } from "../../engine/parameter.ts";
import type { Optimiser } from "../../engine/descend.ts";
import { descend } from "../../engine/descend.ts";
import type { Mask, Mode } from "../../engine/layer.ts";
import { BATCH_NORM_MOMENTUM } from "../../engine/layer.ts";
import { seededRng } from "../../engine/random.ts";
import type { Autoencoder } from "../../networks/dcae.ts";
import type { Phase, Step } from "./train.ts";
import { checkFills, minibatches, toTensor } from "./batches.ts";

/** Training mode, in which running statistics follow the batch. */
export const TRAINING: Mode = { training: true, momentum: BATCH_NORM_MOMENTUM };

/** A phase's schedule. */
export interface Schedule {
  /** Epochs, each over all normal training images except an incomplete last batch. */
  readonly epochs: number;
  /** Epochs after which η is a tenth of what it was. */
  readonly dropAfter: number;
  /** Images per step. */
  readonly batch: number;
  /** η of Adam at the first step. */
  readonly learningRate: number;
  /** λ, Adam's weight decay; default 0. */
  readonly decay?: number;
}

/** What a method adds to a schedule. */
export interface Steps extends Pick<Phase, "method" | "before" | "of" | "saved" | "terms"> {
  /** The parameters that are trained. */
  readonly parameters: readonly Parameter[];
  /** One step on images [m, h, w, c]; returns the loss terms; other tensors are freed. */
  step(x: tf.Tensor4D, optimiser: Adam, mask: Mask): tf.Tensor;
}

/** Adam with PyTorch's defaults, which all these methods use, and an optional weight decay. */
export function adamFor(parameters: readonly Parameter[], learningRate: number, weightDecay = 0): Adam {
  return new Adam(parameters, { learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay });
}

/**
 * Epochs of minibatches with one Adam.
 *
 * @param images The normal training images.
 * @param seed The run's seed.
 * @param schedule How long, and at what learning rate.
 * @param steps What a step does.
 * @returns The phase.
 * @throws {RangeError} If the images do not fill a batch.
 */
export function scheduled(
  images: Images,
  seed: number,
  { epochs, dropAfter, batch, learningRate, decay }: Schedule,
  { parameters, step, ...rest }: Steps,
): Phase {
  checkFills(rest.method, images, batch);
  const optimiser = adamFor(parameters, learningRate, decay);
  const takeStep: Step<[tf.Tensor4D]> = ([x], mask) => step(x, optimiser, mask);
  return {
    ...rest,
    epochs,
    steps: Math.floor(images.count / batch),
    optimisers: [optimiser],
    learningRate: (progress) => progress < dropAfter / epochs ? learningRate : learningRate / 10,
    epoch(epoch) {
      const batches = minibatches(seededRng(seed, "shuffle", epoch), images.count, batch);
      return { draw: () => [toTensor(gather(images, batches.next().value))], step: takeStep };
    },
  };
}

/** Images with the normal range [−1, 1] as images with the range [0, 1], which a logistic output can reconstruct. */
export function toUnit(x: tf.Tensor4D): tf.Tensor4D {
  return tf.div(tf.add(x, 1), 2);
}

/** ‖x − x̂‖² of each image, [m]. */
export function squaredErrors(x: tf.Tensor, rebuilt: tf.Tensor): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.squaredDifference(x, rebuilt), [1, 2, 3]);
}

/**
 * One step of an autoencoder on its reconstruction: L = (1/m) Σᵢ ‖xᵢ − D(E(xᵢ))‖².
 *
 * @param x Images, [m, h, w, c], values in [0, 1].
 * @param autoencoder E and D, in training mode: their running statistics follow.
 * @param optimiser Adam over the weights of E, then those of D; its weight decay adds ½λ‖W‖² to L.
 * @returns L, [1].
 */
export function reconstructionStep(
  x: tf.Tensor4D,
  { encoder, decoder }: Autoencoder,
  optimiser: Optimiser,
): tf.Tensor1D {
  return descend(() => tf.mean(squaredErrors(x, decoder(encoder(x, TRAINING), TRAINING))), optimiser);
}
