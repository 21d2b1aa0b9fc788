/**
 * E, G and D of MEMGAN, for images with sides of 16 to 256 pixels; the paper's are 28 × 28 × 1 and 32 × 32 × 3.
 *
 * The paper's architectures are in a supplement that was not available, so these are a CHOICE: the small DCGAN-like networks of
 * the public re-implementation. The convolutions at the 4 × 4 end are written as the equivalent matrix products. A layer has a
 * bias where no batch normalisation follows, which would remove it.
 *
 * ```text
 * E  28²·1 → 14²·32 → 7²·64 → 4²·128 → 256 → z                               32²·3 → 16²·32 → 8²·64 → 4²·128 → …
 * G  z → 256 → 4²·128 → 7²·64 → 14²·32 → 28²·1, tanh
 * D  x: as E, to 256;  z: d → 256 → 256;  both: 512 → 512 → 1, a logit
 * ```
 *
 * @see spec/networks.md for each layer.
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Discriminator, Encoder, Generator, Layer } from "../engine/layer.ts";
import type { Rng } from "../engine/random.ts";
import { halvings, widening } from "./halvings.ts";
import type { JointSizes } from "./joint_discriminator.ts";
import { joint } from "./joint_discriminator.ts";
import type { Maker } from "./layers/init.ts";
import { maker } from "./layers/init.ts";
import {
  bias,
  convolution,
  dense,
  dropout,
  leakyRelu,
  relu,
  reshape,
  sequence,
  tanh,
  transposedConvolution,
} from "./layers/layers.ts";

/** The three networks of MEMGAN. */
export interface Networks {
  /** E: images [m, height, width, channels] to codes [m, d]. */
  readonly encoder: Encoder;
  /** G: codes [m, d] to images [m, height, width, channels] in (−1, 1). */
  readonly generator: Generator;
  /** D: pairs of images and codes to logits [m]. */
  readonly discriminator: Discriminator;
}

/** The slope of the leaky ReLUs. */
const SLOPE = 0.1;

/** Channels after the first convolution. */
const CHANNELS = 32;

/** Features between the 4 × 4 end and the next layers. */
const FEATURES = 256;

/** Sides, kernels and channels of the convolutions, how many there are, and the values at the 4 × 4 end. */
function sizesOf(shape: ImageShape) {
  const { sides, kernels, end: [height, width] } = halvings(shape, "MEMGAN's networks");
  const channels = widening(shape.channels, CHANNELS, kernels.length);
  return { sides, kernels, channels, count: kernels.length, end: [height, width, channels.at(-1)!] as const };
}

const product = (values: readonly number[]) => values.reduce((a, b) => a * b);

/** From images to 256 features. */
function downwards(shape: ImageShape, make: Maker, firstNorm: boolean, dropoutRate: number): Layer {
  const { kernels, channels, count, end } = sizesOf(shape);
  const layers: Layer[] = [];
  const after = (at: number, width: number) => {
    const shift = at > 1 || firstNorm ? make.norm(`norm${at}`, width) : bias(make.bias(`conv${at}`, width));
    layers.push(shift, leakyRelu(SLOPE), dropout(dropoutRate));
  };
  kernels.forEach((kernel, i) => {
    const weight = make.weight(`conv${i + 1}`, ...kernel, channels[i]!, channels[i + 1]!);
    layers.push(convolution(weight, 2));
    after(i + 1, channels[i + 1]!);
  });
  layers.push(reshape(product(end)), dense(make.weight(`conv${count + 1}`, product(end), FEATURES)));
  after(count + 1, FEATURES);
  return sequence(...layers);
}

/** From codes to images: the same in reverse. */
function upwards(shape: ImageShape, d: number, make: Maker): Generator {
  const { sides, kernels, channels, count, end } = sizesOf(shape);
  const rise = (at: number) => {
    const i = count + 1 - at;
    const weight = make.weight(`conv${at}`, ...kernels[i]!, channels[i]!, channels[i + 1]!);
    return [make.norm(`norm${at}`, channels[i + 1]!), relu(), transposedConvolution(weight, 2, ...sides[i]!)];
  };
  return sequence(
    dense(make.weight("linear", d, FEATURES)),
    make.norm("norm1", FEATURES),
    relu(),
    dense(make.weight("conv1", FEATURES, product(end))),
    reshape(...end),
    ...kernels.flatMap((_, i) => rise(i + 2)),
    bias(make.bias(`conv${count + 1}`, shape.channels)),
    tanh(),
  );
}

/**
 * D over a given network for images.
 *
 * @param ofX From images to features [m, features].
 * @param sizes How many, and the widths of the layers that follow.
 * @param dropoutRate The dropout rate.
 * @param rng Draws the weights.
 * @returns D.
 */
export function memganDiscriminator(ofX: Layer, sizes: JointSizes, dropoutRate: number, rng: Rng): Discriminator {
  const make = maker("discriminator", rng);
  const names = { z1: "z.linear1", z2: "z.linear2", both: "joint.linear1" };
  return joint(sizes, {
    ofX,
    hidden: (layer, from, to) => [
      dense(make.weight(names[layer], from, to), make.bias(names[layer], to)),
      leakyRelu(SLOPE),
      dropout(dropoutRate),
    ],
    logit: (from) => dense(make.weight("joint.linear2", from, 1), make.bias("joint.linear2", 1)),
  });
}

/**
 * The networks, freshly initialised.
 *
 * @param shape The images' size: each side 16 to 256, 1 or 3 channels.
 * @param d The size of a code.
 * @param dropoutRate D's dropout rate.
 * @param rng Draws the weights.
 * @returns E, G and D.
 * @throws {RangeError} If there are none for that size.
 */
export function memganNetworks(shape: ImageShape, d: number, dropoutRate: number, rng: Rng): Networks {
  const e = maker("encoder", rng);
  const encoder: Encoder = sequence(
    downwards(shape, e, true, 0),
    dense(e.weight("linear", FEATURES, d), e.bias("linear", d)),
  );
  const generator = upwards(shape, d, maker("generator", rng));
  const ofX = downwards(shape, maker("discriminator.x", rng), false, dropoutRate);
  const sizes = { features: FEATURES, d, code: 256, both: 512 };
  return { encoder, generator, discriminator: memganDiscriminator(ofX, sizes, dropoutRate, rng) };
}
