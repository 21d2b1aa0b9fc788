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
import type { Parameter } from "../engine/parameter.ts";
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
import type { SpectralMaker } from "./layers/spectral.ts";
import { spectralMaker } from "./layers/spectral.ts";

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

/** Channels after the first convolution, where the recipe gives no others. */
const CHANNELS = 32;

/** Features between the 4 × 4 end and the next layers. */
const FEATURES = 256;

/** What a recipe may change of the networks. */
export interface NetworkChoices {
  /** Channels after the first convolution of E, and before the last of G; absent: 32. */
  readonly channels?: number;
  /** Channels after the first convolution of D; absent: as in E and G. */
  readonly discriminatorChannels?: number;
  /** D's layers are spectrally normalised; absent: batch normalisation. */
  readonly discriminatorNorm?: "spectral";
}

/** What normalises the layers that go down from an image: E's, D's, and D's as a recipe may change them. */
type Norms = "batch" | "batch, not the first" | "spectral";

/** Sides, kernels and channels of the convolutions, how many there are, and the values at the 4 × 4 end. */
function sizesOf(shape: ImageShape, first = CHANNELS) {
  const { sides, kernels, end: [height, width] } = halvings(shape, "MEMGAN's networks");
  const channels = widening(shape.channels, first, kernels.length);
  return { sides, kernels, channels, count: kernels.length, end: [height, width, channels.at(-1)!] as const };
}

const product = (values: readonly number[]) => values.reduce((a, b) => a * b);

/** From images to 256 features. */
function downwards(
  shape: ImageShape,
  make: SpectralMaker,
  norms: Norms,
  dropoutRate: number,
  first: number | undefined,
): Layer {
  const { kernels, channels, count, end } = sizesOf(shape, first);
  const layer = (at: number, of: (w: Parameter) => Layer, ...size: number[]) => {
    const [name, width] = [`conv${at}`, size.at(-1)!];
    const hasNorm = norms === "batch" || (norms === "batch, not the first" && at > 1);
    return [
      norms === "spectral" ? make.normalised(name, of, ...size) : of(make.weight(name, ...size)),
      hasNorm ? make.norm(`norm${at}`, width) : bias(make.bias(name, width)),
      leakyRelu(SLOPE),
      dropout(dropoutRate),
    ];
  };
  return sequence(
    ...kernels.flatMap((kernel, i) =>
      layer(i + 1, (w) => convolution(w, 2), ...kernel, channels[i]!, channels[i + 1]!)
    ),
    reshape(product(end)),
    ...layer(count + 1, dense, product(end), FEATURES),
  );
}

/** From codes to images: the same in reverse. */
function upwards(shape: ImageShape, d: number, make: Maker, first: number | undefined): Generator {
  const { sides, kernels, channels, count, end } = sizesOf(shape, first);
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
 * @param norm Spectral, if the hidden layers' weights are normalised.
 * @returns D.
 */
export function memganDiscriminator(
  ofX: Layer,
  sizes: JointSizes,
  dropoutRate: number,
  rng: Rng,
  norm?: "spectral",
): Discriminator {
  const make = spectralMaker("discriminator", rng);
  const names = { z1: "z.linear1", z2: "z.linear2", both: "joint.linear1" };
  const biased = (name: string, from: number, to: number) =>
    norm === "spectral"
      ? [make.normalised(name, dense, from, to), bias(make.bias(name, to))]
      : [dense(make.weight(name, from, to), make.bias(name, to))];
  return joint(sizes, {
    ofX,
    hidden: (layer, from, to) => [...biased(names[layer], from, to), leakyRelu(SLOPE), dropout(dropoutRate)],
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
 * @param choices What a recipe changes of them.
 * @returns E, G and D.
 * @throws {RangeError} If there are none for that size.
 */
export function memganNetworks(
  shape: ImageShape,
  d: number,
  dropoutRate: number,
  rng: Rng,
  { channels, discriminatorChannels = channels, discriminatorNorm: norm }: NetworkChoices = {},
): Networks {
  const e = spectralMaker("encoder", rng);
  const encoder: Encoder = sequence(
    downwards(shape, e, "batch", 0, channels),
    dense(e.weight("linear", FEATURES, d), e.bias("linear", d)),
  );
  const generator = upwards(shape, d, maker("generator", rng), channels);
  const x = spectralMaker("discriminator.x", rng);
  const ofX = downwards(shape, x, norm ?? "batch, not the first", dropoutRate, discriminatorChannels);
  const sizes = { features: FEATURES, d, code: 256, both: 512 };
  return { encoder, generator, discriminator: memganDiscriminator(ofX, sizes, dropoutRate, rng, norm) };
}
