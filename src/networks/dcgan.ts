/**
 * DCGAN's generator, from 4 × 4 pixels of many channels to an image: AnoGAN's on CIFAR-10, and ALAD's.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Generator } from "../engine/layer.ts";
import type { Halvings } from "./halvings.ts";
import { halvings, widening } from "./halvings.ts";
import type { Maker } from "./layers/init.ts";
import { bias, dense, relu, reshape, sequence, tanh, transposedConvolution } from "./layers/layers.ts";

/** Sides, kernels and channels of the convolutions at stride 2, from the image on. */
export type Pyramid = Halvings & { readonly channels: readonly number[] };

/**
 * The pyramid of an image: the channels of the public code on CIFAR-10, 128 to 512, and a quarter of them where the images are
 * grey or larger than its.
 *
 * @param shape The images' size.
 * @param method Whose networks are built, for messages.
 * @returns Sides, kernels and channels.
 * @throws {RangeError} If there are no networks for that size.
 */
export function pyramidOf(shape: ImageShape, method: string): Pyramid {
  const halved = halvings(shape, `the networks of ${method}`);
  const wide = shape.channels === 3 && halved.kernels.length <= 3;
  return { ...halved, channels: widening(shape.channels, wide ? 128 : 32, halved.kernels.length) };
}

/**
 * DCGAN's generator: codes [m, latent] to images in (−1, 1).
 *
 * @param make Makes its parameters.
 * @param latent The size of a code.
 * @param pyramid Sides, kernels and channels of its layers.
 * @returns The generator.
 */
export function dcganGenerator(make: Maker, latent: number, { sides, kernels, channels, end }: Pyramid): Generator {
  const count = kernels.length;
  const rise = (at: number) => {
    const i = count - at;
    const weight = make.weight(`conv${at}`, ...kernels[i]!, channels[i]!, channels[i + 1]!);
    const up = transposedConvolution(weight, 2, ...sides[i]!);
    return i === 0
      ? [up, bias(make.bias(`conv${at}`, channels[0]!)), tanh()]
      : [up, make.norm(`norm${at}`, channels[i]!), relu()];
  };
  const top = channels.at(-1)!;
  return sequence(
    dense(make.weight("linear", latent, end[0] * end[1] * top)),
    reshape(...end, top),
    make.norm("norm0", top),
    relu(),
    ...kernels.flatMap((_, i) => rise(i + 1)),
  );
}
