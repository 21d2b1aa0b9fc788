/**
 * AnoGAN's generator and discriminator.
 *
 * The networks of the public implementations of Zenati et al. (2018): for MNIST those of their efficient GANs, for CIFAR-10
 * those of ALAD, which serve images of any other size with as many convolutions as halvings:
 *
 * ```text
 * MNIST     G  z → 1024 → 7²·128 → 14²·64 → 28²·1, tanh
 *           D  28²·1 → 14²·64 → 7²·64 → 1024 = f → a logit
 * CIFAR-10  G  z → 4²·512 → 8²·256 → 16²·128 → 32²·3, tanh
 *           D  32²·3 → 16²·128 → 8²·256 → 4²·512 = f → a logit
 * ```
 *
 * @module
 */

import { isOf } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { Encoder, Generator } from "../engine/layer.ts";
import type { Rng } from "../engine/random.ts";
import type { Maker } from "./layers/init.ts";
import { maker } from "./layers/init.ts";
import {
  bias,
  convolution,
  dense,
  leakyRelu,
  relu,
  reshape,
  sequence,
  tanh,
  transposedConvolution,
} from "./layers/layers.ts";
import type { Pyramid } from "./dcgan.ts";
import { dcganGenerator, pyramidOf } from "./dcgan.ts";

/** The networks of a GAN whose discriminator also gives its features. */
export interface GanNetworks {
  /** G: codes [m, latent] to images in (−1, 1). */
  readonly generator: Generator;
  /** f: images to the input of D's last layer, [m, features]. */
  readonly features: Encoder;
  /** D's last layer: features to logits of "from data", [m, 1]. */
  readonly judge: Encoder;
}

function mnistGenerator(make: Maker, latent: number): Generator {
  return sequence(
    dense(make.weight("linear1", latent, 1024)),
    make.norm("norm1", 1024),
    relu(),
    dense(make.weight("linear2", 1024, 6272)),
    // Before the reshape: a mean and a variance for each of the 6272 values, not for each of 128 channels.
    make.norm("norm2", 6272),
    relu(),
    reshape(7, 7, 128),
    transposedConvolution(make.weight("conv1", 4, 4, 64, 128), 2, 14, 14),
    make.norm("norm3", 64),
    relu(),
    transposedConvolution(make.weight("conv2", 4, 4, 1, 64), 2, 28, 28),
    bias(make.bias("conv2", 1)),
    tanh(),
  );
}

function mnistFeatures(make: Maker): Encoder {
  return sequence(
    convolution(make.weight("conv1", 4, 4, 1, 64), 2),
    bias(make.bias("conv1", 64)),
    leakyRelu(0.1),
    convolution(make.weight("conv2", 4, 4, 64, 64), 2),
    make.norm("norm2", 64),
    leakyRelu(0.1),
    reshape(3136),
    dense(make.weight("linear", 3136, 1024)),
    make.norm("norm3", 1024),
    leakyRelu(0.1),
  );
}

function pyramidFeatures(make: Maker, { kernels, channels }: Pyramid, width: number): Encoder {
  const layers = kernels.flatMap((kernel, i) => [
    convolution(make.weight(`conv${i + 1}`, ...kernel, channels[i]!, channels[i + 1]!), 2),
    i === 0 ? bias(make.bias("conv1", channels[1]!)) : make.norm(`norm${i + 1}`, channels[i + 1]!),
    leakyRelu(0.2),
  ]);
  return sequence(...layers, reshape(width));
}

/**
 * The networks, freshly initialised.
 *
 * @param shape The images' size: each side 16 to 256, 1 or 3 channels.
 * @param latent The size of a code.
 * @param rng Draws the weights.
 * @returns G and the two parts of D.
 * @throws {RangeError} If there are none for that size.
 */
export function ganNetworks(shape: ImageShape, latent: number, rng: Rng): GanNetworks {
  const pyramid = pyramidOf(shape, "AnoGAN");
  const [g, d] = [maker("generator", rng), maker("discriminator", rng)];
  const mnist = isOf(shape, "mnist");
  const width = mnist ? 1024 : pyramid.end[0] * pyramid.end[1] * pyramid.channels.at(-1)!;
  return {
    generator: mnist ? mnistGenerator(g, latent) : dcganGenerator(g, latent, pyramid),
    features: mnist ? mnistFeatures(d) : pyramidFeatures(d, pyramid, width),
    judge: sequence(dense(d.weight("judge", width, 1), d.bias("judge", 1))),
  };
}
