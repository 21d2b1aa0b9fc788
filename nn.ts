/**
 * What a training loop of one's own for Algorithm 1 is made of: MEMGAN's networks, Adam, seeded draws, and gradients on one tape.
 *
 * @example One step of training: four images, three memory units of five values
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LOSS_TERMS, trainStep } from "@memgan/memgan";
 * import { Adam, maskFrom, memganNetworks, Parameter, seededRng } from "@memgan/memgan/nn";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const rng = seededRng(0, "example");
 * const networks = memganNetworks({ height: 28, width: 28, channels: 1 }, 5, 0.3, seededRng(0, "init"));
 * const memory = new Parameter("memory", tf.tensor2d(rng.normals(15), [3, 5]));
 * const adam = (parameters: readonly Parameter[]) =>
 *   new Adam(parameters, { learningRate: 1e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 });
 * const optimisers = {
 *   encoder: adam(networks.encoder.parameters),
 *   generator: adam(networks.generator.parameters),
 *   discriminator: adam(networks.discriminator.parameters),
 *   memory: adam([memory]),
 * };
 *
 * const x = tf.tensor4d(rng.uniforms(4 * 784), [4, 28, 28, 1]);
 * const random = tf.tensor2d(rng.normals(12), [4, 3]);
 * const losses = trainStep(x, random, { ...networks, memory, optimisers }, maskFrom(seededRng(0, "dropout")));
 * assertEquals(losses.shape, [LOSS_TERMS.length]);
 * ```
 *
 * @module
 */

export { memganNetworks } from "./src/networks/memgan.ts";
export type { NetworkChoices, Networks } from "./src/networks/memgan.ts";
export { INFERENCE } from "./src/engine/layer.ts";
export type { Discriminator, Encoder, Generator, Layer, Mask, Mode, Parameterised } from "./src/engine/layer.ts";
export { Parameter } from "./src/engine/parameter.ts";
export { Adam } from "./src/engine/adam.ts";
export type { AdamSettings } from "./src/engine/adam.ts";
export { descend, stopGradient } from "./src/engine/descend.ts";
export type { Loss, Optimiser } from "./src/engine/descend.ts";
export { seededRng } from "./src/engine/random.ts";
export type { Rng } from "./src/engine/random.ts";
export { maskFrom } from "./src/detectors/training/batches.ts";
export type { ImageShape } from "./src/data/images.ts";
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from "./src/engine/tensor.ts";
