/**
 * The LeNet-like autoencoders of DCAE, whose encoders are the networks of Deep SVDD.
 *
 * ```text
 * 28²·1   encoder  conv 8, pool → 14²·8   conv 4, pool → 7²·4   linear → 32
 *         decoder  4²·2, up → 8²   conv 4, up → 16²   conv 8, crop → 14², up → 28²   conv 1, logistic
 * 32²·3   encoder  conv 32, pool → 16²   conv 64, pool → 8²   conv 128, pool → 4²·128   linear → 128
 *         decoder  normalised, 4²·8   conv 128, up → 8²   conv 64, up → 16²   conv 32, up → 32²   conv 3, logistic
 * others  encoder  conv 8, pool   conv 16, pool   conv 32, pool … 4²·32   linear → 128
 *         decoder  linear → 4²·32, up   conv 32, up … conv 8, up   conv 1 or 3, logistic
 * ```
 *
 * Every convolution is 5 × 5 at stride 1. Batch normalisation and a leaky ReLU follow each but the last; a code passes a leaky
 * ReLU before it is decoded. No layer has a bias, and batch normalisation has no γ and β: a Deep SVDD that could add a constant
 * would map every image to its centre.
 *
 * Source: the PyTorch port of Deep SVDD by its first author, Lukas Ruff. Its decoders are transposed convolutions; at stride 1
 * these are convolutions with the kernel rotated, and a padding of 3 becomes one of 1, which is a padding of 2 and a crop.
 * Initial weights have the same distributions as there.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { isOf } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Encoder, Generator } from "../engine/layer.ts";
import type { Rng } from "../engine/random.ts";
import { halvings, widening } from "./halvings.ts";
import {
  convolution,
  crop,
  dense,
  leakyRelu,
  maxPool,
  reshape,
  sequence,
  sigmoid,
  standardisation,
  upsample,
} from "./layers/layers.ts";

/** The slope of the leaky ReLUs. */
const SLOPE = 0.01;

/** ε of batch normalisation. */
const EPSILON = 1e-4;

/** The side of a convolution's kernel. */
const KERNEL = 5;

/** An encoder and its decoder. */
export interface Autoencoder {
  /** The length of a code. */
  readonly width: number;
  /** Images, [m, h, w, c], to codes, [m, width]. */
  readonly encoder: Encoder;
  /** Codes to images with values in (0, 1). */
  readonly decoder: Generator;
}

/** Half the width of the uniform distribution of initial weights, from fan-in and fan-out. */
type Bound = (fanIn: number, fanOut: number) => number;

/** PyTorch's default. */
const byInput: Bound = (fanIn) => 1 / Math.sqrt(fanIn);

/** PyTorch's default for a transposed convolution, whose fan-in is computed from the wrong dimension. */
const byOutput: Bound = (_, fanOut) => 1 / Math.sqrt(fanOut);

/** Glorot and Bengio's, with the gain of the leaky ReLU. */
const glorot: Bound = (fanIn, fanOut) => Math.sqrt(2 / (1 + SLOPE ** 2)) * Math.sqrt(6 / (fanIn + fanOut));

/** Makes the layers of one network, in a fixed order of draws. */
function maker(network: string, rng: Rng) {
  const weight = (name: string, bound: number, ...shape: number[]) => {
    const values = rng.uniforms(shape.reduce((a, b) => a * b)).map((u) => bound * (2 * u - 1));
    return new Parameter(`${network}.${name}.weight`, tf.tensor(values, shape));
  };
  const conv = (name: string, from: number, to: number, distribution: Bound) =>
    convolution(weight(name, distribution(from * KERNEL ** 2, to * KERNEL ** 2), KERNEL, KERNEL, from, to), 1);
  const linear = (name: string, from: number, to: number) => dense(weight(name, byInput(from, to), from, to));
  const normed = (name: string, channels: number) => [
    standardisation(`${network}.${name}`, channels, EPSILON),
    leakyRelu(SLOPE),
  ];
  return { conv, linear, normed };
}

/** The autoencoder for 28 × 28 × 1 images. */
function mnistAutoencoder(rng: Rng): Autoencoder {
  const e = maker("encoder", rng);
  const encoder: Encoder = sequence(
    e.conv("conv1", 1, 8, byInput),
    ...e.normed("norm1", 8),
    maxPool(),
    e.conv("conv2", 8, 4, byInput),
    ...e.normed("norm2", 4),
    maxPool(),
    reshape(196),
    e.linear("linear", 196, 32),
  );
  const d = maker("decoder", rng);
  const decoder: Generator = sequence(
    reshape(4, 4, 2),
    leakyRelu(SLOPE),
    upsample(),
    d.conv("conv1", 2, 4, byOutput),
    ...d.normed("norm1", 4),
    upsample(),
    d.conv("conv2", 4, 8, byOutput),
    crop(1),
    ...d.normed("norm2", 8),
    upsample(),
    d.conv("conv3", 8, 1, byOutput),
    sigmoid(),
  );
  return { width: 32, encoder, decoder };
}

/** The autoencoder for 32 × 32 × 3 images. */
function cifarAutoencoder(rng: Rng): Autoencoder {
  const e = maker("encoder", rng);
  const encoder: Encoder = sequence(
    e.conv("conv1", 3, 32, glorot),
    ...e.normed("norm1", 32),
    maxPool(),
    e.conv("conv2", 32, 64, glorot),
    ...e.normed("norm2", 64),
    maxPool(),
    e.conv("conv3", 64, 128, glorot),
    ...e.normed("norm3", 128),
    maxPool(),
    reshape(2048),
    e.linear("linear", 2048, 128),
  );
  const d = maker("decoder", rng);
  const decoder: Generator = sequence(
    standardisation("decoder.code", 128, EPSILON),
    reshape(4, 4, 8),
    leakyRelu(SLOPE),
    d.conv("conv1", 8, 128, glorot),
    ...d.normed("norm1", 128),
    upsample(),
    d.conv("conv2", 128, 64, glorot),
    ...d.normed("norm2", 64),
    upsample(),
    d.conv("conv3", 64, 32, glorot),
    ...d.normed("norm3", 32),
    upsample(),
    d.conv("conv4", 32, 3, glorot),
    sigmoid(),
  );
  return { width: 128, encoder, decoder };
}

/** Channels after the first convolution, where images have another size than the paper's data sets. */
const CHANNELS = 8;

/** The autoencoder for images of any other size: as many convolutions as halvings, and the same back. */
function anyAutoencoder(shape: ImageShape, rng: Rng): Autoencoder {
  const { sides, end } = halvings(shape, "an autoencoder");
  const count = sides.length - 1;
  const channels = widening(shape.channels, CHANNELS, count);
  const [flat, width] = [end[0] * end[1] * channels[count]!, 128];
  const e = maker("encoder", rng);
  const encoder: Encoder = sequence(
    ...channels.slice(1).flatMap((to, i) => [
      e.conv(`conv${i + 1}`, channels[i]!, to, glorot),
      ...e.normed(`norm${i + 1}`, to),
      maxPool(),
    ]),
    reshape(flat),
    e.linear("linear", flat, width),
  );
  const d = maker("decoder", rng);
  const rise = (at: number) => {
    const to = count - at;
    const conv = d.conv(`conv${at}`, channels[to + 1]!, channels[to]!, glorot);
    return [...d.normed(`norm${at}`, channels[to + 1]!), upsample(sides[to]), conv];
  };
  const decoder: Generator = sequence(
    d.linear("linear", width, flat),
    reshape(...end, channels[count]!),
    ...sides.slice(1).flatMap((_, i) => rise(i + 1)),
    sigmoid(),
  );
  return { width, encoder, decoder };
}

/**
 * The autoencoder for images of a size, freshly initialised.
 *
 * @param shape The size: each side 16 to 256, 1 or 3 channels.
 * @param rng Draws the weights.
 * @returns Encoder and decoder.
 * @throws {RangeError} If there is none for such images.
 *
 * @example On MNIST it has 8,472 weights, of which a Deep SVDD has 7,272
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertEquals } from "@std/assert";
 * import { seededRng } from "../engine/random.ts";
 * import type { Layer } from "../engine/layer.ts";
 *
 * const { encoder, decoder } = autoencoderFor({ height: 28, width: 28, channels: 1 }, seededRng(0, "init"));
 * const weights = ({ parameters }: Layer) => parameters.reduce((sum, { value }) => sum + value.size, 0);
 * assertEquals(weights(encoder), 7_272);
 * assertEquals(weights(encoder) + weights(decoder), 8_472);
 * ```
 */
export function autoencoderFor(shape: ImageShape, rng: Rng): Autoencoder {
  if (isOf(shape, "mnist")) return mnistAutoencoder(rng);
  if (isOf(shape, "cifar10")) return cifarAutoencoder(rng);
  return anyAutoencoder(shape, rng);
}
