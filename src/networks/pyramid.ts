/**
 * The sizes through which strided convolutions lead from an image to 4 × 4 windows, and DCGAN's generator, which goes back.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Generator } from "../engine/layer.ts";
import type { Maker } from "./init.ts";
import { bias, dense, relu, reshape, sequence, tanh, transposedConvolution } from "./layers.ts";

/** Images and what three convolutions at stride 2 make of them, the image first. */
export interface Pyramid {
  /** The side of each. */
  readonly sides: readonly [number, number, number, number];
  /** The channels of each. */
  readonly channels: readonly [number, number, number, number];
  /** The side of the kernel between one and the next. */
  readonly kernels: readonly [number, number, number];
}

/** The pyramids by the images' size. */
const PYRAMIDS: Readonly<Record<string, Pyramid>> = {
  "28 × 28 × 1": { sides: [28, 14, 7, 4], channels: [1, 32, 64, 128], kernels: [4, 4, 3] },
  "32 × 32 × 3": { sides: [32, 16, 8, 4], channels: [3, 128, 256, 512], kernels: [4, 4, 4] },
};

/**
 * The pyramid of images of a size.
 *
 * @param shape The images' size.
 * @param method Whose networks are built, for messages.
 * @returns The pyramid.
 * @throws {RangeError} If there is none for that size.
 */
export function pyramidOf(shape: ImageShape, method: string): Pyramid {
  const size = `${shape.height} × ${shape.width} × ${shape.channels}`;
  const pyramid = PYRAMIDS[size];
  if (pyramid) return pyramid;
  throw new RangeError(
    `Cannot make the networks of ${method}: images must be ${Object.keys(PYRAMIDS).join(" or ")}, they are ${size}`,
  );
}

/**
 * DCGAN's generator: codes [m, latent] up the pyramid to images in (−1, 1).
 *
 * @param make Makes its parameters.
 * @param latent The size of a code.
 * @param pyramid The sizes, from the last to the first.
 * @returns The generator.
 */
export function generatorOf(make: Maker, latent: number, { sides, channels, kernels }: Pyramid): Generator {
  const up = (i: 0 | 1 | 2) => {
    const weight = make.weight(`conv${3 - i}`, kernels[i], kernels[i], channels[i], channels[i + 1]!);
    return transposedConvolution(weight, 2, sides[i], sides[i]);
  };
  const top = [sides[3], sides[3], channels[3]] as const;
  return sequence(
    dense(make.weight("linear", latent, top[0] * top[1] * top[2])),
    reshape(...top),
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
