/**
 * E, G and D as stacks of convolutions that halve an image until it is 4 × 4.
 *
 * The paper keeps its architectures in a supplement that is not at hand, so these are a CHOICE: the small DCGAN-like
 * networks of the public re-implementation. The 4 × 4 ends of the convolutions are written as matrix products, which they are.
 * A layer has a bias where no batch normalisation follows, which would take it out again.
 *
 * ```text
 * E  image → … → 4²·c → 256 → z
 * G  z → 256 → 4²·c → … → image, tanh
 * D  x: image → … → 4²·c → 256;  z: d → 256 → 256;  both: 512 → 512 → 1, a logit
 * ```
 *
 * @module
 */

import type { Discriminator, Encoder, Generator, Layer } from "../engine/layer.ts";
import type { Stream } from "../engine/random.ts";
import { joint } from "./discriminator.ts";
import type { Maker } from "./init.ts";
import { maker } from "./init.ts";
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
} from "./layers.ts";

/** The three networks of MEMGAN. */
export interface Networks {
  /** E: images [m, height, width, channels] to codes [m, d]. */
  readonly encoder: Encoder;
  /** G: codes [m, d] to images [m, height, width, channels] in (−1, 1). */
  readonly generator: Generator;
  /** D: pairs of images and codes to logits [m]. */
  readonly discriminator: Discriminator;
}

/** A stack of convolutions, from the image inwards. */
export interface Stack {
  /** Rows, and as many columns, before the first convolution and after each; the last is 4. */
  readonly sides: readonly number[];
  /** Channels at each of these sizes. */
  readonly channels: readonly number[];
}

/** The slope of the leaky rectifiers. */
const SLOPE = 0.1;

/** Features between the 4 × 4 end and what follows. */
const FEATURES = 256;

/** The kernel that halves a side at padding 1: 4 where the side is even, 3 where it is odd. */
function kernelFor(side: number): number {
  return side % 2 === 0 ? 4 : 3;
}

/** The values at the 4 × 4 end. */
function endOf({ sides, channels }: Stack): { side: number; depth: number; values: number } {
  const [side, depth] = [sides.at(-1)!, channels.at(-1)!];
  return { side, depth, values: side * side * depth };
}

/** From images to 256 features. */
function downwards(stack: Stack, make: Maker, firstNorm: boolean, rate: number): Layer {
  const { sides, channels } = stack;
  const layers: Layer[] = [];
  const after = (at: number, width: number) => {
    const shift = at > 1 || firstNorm ? make.norm(`norm${at}`, width) : bias(make.bias(`conv${at}`, width));
    layers.push(shift, leakyRelu(SLOPE), dropout(rate));
  };
  for (let at = 1; at < sides.length; at++) {
    const [kernel, from, to] = [kernelFor(sides[at - 1]!), channels[at - 1]!, channels[at]!];
    layers.push(convolution(make.weight(`conv${at}`, kernel, kernel, from, to), 2));
    after(at, to);
  }
  const { values } = endOf(stack);
  layers.push(reshape(values), dense(make.weight(`conv${sides.length}`, values, FEATURES)));
  after(sides.length, FEATURES);
  return sequence(...layers);
}

/** From codes to images: the stack walked backwards. */
function upwards(stack: Stack, d: number, make: Maker): Generator {
  const { sides, channels } = stack;
  const { side, depth, values } = endOf(stack);
  const layers: Layer[] = [
    dense(make.weight("linear", d, FEATURES)),
    make.norm("norm1", FEATURES),
    relu(),
    dense(make.weight("conv1", FEATURES, values)),
    reshape(side, side, depth),
  ];
  for (let at = 2, i = sides.length - 1; i > 0; at++, i--) {
    const [kernel, from, to, side] = [kernelFor(sides[i - 1]!), channels[i]!, channels[i - 1]!, sides[i - 1]!];
    layers.push(
      make.norm(`norm${at}`, from),
      relu(),
      transposedConvolution(make.weight(`conv${at}`, kernel, kernel, to, from), 2, side, side),
    );
  }
  layers.push(bias(make.bias(`conv${sides.length}`, channels[0]!)), tanh());
  return sequence(...layers);
}

/**
 * The networks over a stack, freshly initialised.
 *
 * @param stack The convolutions.
 * @param d The size of a code.
 * @param rate D's dropout rate.
 * @param stream Draws the weights.
 * @returns E, G and D.
 */
export function convolutionalNetworks(stack: Stack, d: number, rate: number, stream: Stream): Networks {
  const e = maker("encoder", stream);
  const encoder: Encoder = sequence(
    downwards(stack, e, true, 0),
    dense(e.weight("linear", FEATURES, d), e.bias("linear", d)),
  );
  const generator = upwards(stack, d, maker("generator", stream));
  const ofX = downwards(stack, maker("discriminator.x", stream), false, rate);
  return { encoder, generator, discriminator: joint(ofX, FEATURES, d, rate, stream) };
}
