/**
 * DCGAN's generator, from 4 × 4 pixels of many channels to an image: AnoGAN's on CIFAR-10, and ALAD's.
 *
 * @module
 */

import type { DatasetName } from "../data/dataset.ts";
import { datasetOf } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { Generator } from "../engine/layer.ts";
import { halvings } from "./halvings.ts";
import type { Maker } from "./layers/init.ts";
import { bias, dense, relu, reshape, sequence, tanh, transposedConvolution } from "./layers/layers.ts";

/** Channels of the image, and after each of three convolutions at stride 2. */
export type Channels = readonly [number, number, number, number];

/** The channels of the public code on CIFAR-10; for MNIST a quarter of them. */
const CHANNELS: Readonly<Record<DatasetName, Channels>> = { mnist: [1, 32, 64, 128], cifar10: [3, 128, 256, 512] };

/**
 * The channels for images of a size.
 *
 * @param shape The images' size.
 * @param method Whose networks are built, for messages.
 * @returns Four numbers.
 * @throws {RangeError} If there are none for that size.
 */
export function channelsOf(shape: ImageShape, method: string): Channels {
  return CHANNELS[datasetOf(shape, `the networks of ${method}`)];
}

/**
 * DCGAN's generator: codes [m, latent] to images in (−1, 1).
 *
 * @param make Makes its parameters.
 * @param latent The size of a code.
 * @param shape The images' size.
 * @param channels The images' channels, and those of the preceding layers.
 * @returns The generator.
 */
export function dcganGenerator(make: Maker, latent: number, shape: ImageShape, channels: Channels): Generator {
  const { sides, kernels } = halvings(shape);
  const up = (i: 0 | 1 | 2) => {
    const weight = make.weight(`conv${3 - i}`, kernels[i]!, kernels[i]!, channels[i], channels[i + 1]!);
    return transposedConvolution(weight, 2, sides[i]!, sides[i]!);
  };
  return sequence(
    dense(make.weight("linear", latent, 4 * 4 * channels[3])),
    reshape(4, 4, channels[3]),
    make.norm("norm0", channels[3]),
    relu(),
    up(2),
    make.norm("norm1", channels[2]),
    relu(),
    up(1),
    make.norm("norm2", channels[1]),
    relu(),
    up(0),
    bias(make.bias("conv3", channels[0])),
    tanh(),
  );
}
