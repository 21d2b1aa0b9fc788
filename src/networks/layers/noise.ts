/**
 * Instance noise (Sønderby et al., 2017): noise on the images that a discriminator sees, so that it cannot tell the two kinds
 * apart by details that one of them lacks.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Discriminator } from "../../engine/layer.ts";
import type { Tensor, Tensor4D } from "../../engine/tensor.ts";

/**
 * D with noise on the images of its pairs in training, drawn anew for each application; scoring is as without.
 *
 * @param D The discriminator.
 * @param noise Draws the noise on images of a shape.
 * @returns The same discriminator, with the same parameters.
 *
 * @example In training alone
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const brightness = Object.assign((x: tf.Tensor) => tf.mean<tf.Tensor1D>(x, [1, 2, 3]), { parameters: [], buffers: [] });
 * const D = withInputNoise(brightness, (shape) => tf.fill(shape, 0.5));
 * const [x, z] = [tf.ones<tf.Rank.R4>([1, 2, 2, 1]), tf.zeros<tf.Rank.R2>([1, 3])];
 * assertEquals([true, false].map((training) => D(x, z, { training }).dataSync()[0]), [1.5, 1]);
 * ```
 */
export function withInputNoise(D: Discriminator, noise: (shape: number[]) => Tensor): Discriminator {
  return Object.assign(
    (...[x, z, mode]: Parameters<Discriminator>) =>
      D(mode.training ? tf.add(x, noise(x.shape)) as Tensor4D : x, z, mode),
    { parameters: D.parameters, buffers: D.buffers },
  );
}
