/**
 * ALAD's encoder, generator and three discriminators, for 28 × 28 × 1 and 32 × 32 × 3 images.
 *
 * The public code has them for CIFAR-10; on MNIST every convolution has a quarter of its channels, and so have the layers that
 * follow them. `t` is the number of channels at the pyramid's top, 512 or 128.
 *
 * ```text
 * E    x → pyramid ᵍ → z
 * G    z → pyramid, downwards → x, tanh
 * Dxz  x → pyramid ᵍ;  z → t ᵍ → t ᵍ;  both → 2t ᵍ → a logit
 * Dxx  x above x′ → h·(w/2)·(t/8) ᵍ → (h/2)·(w/4)·(t/4) ᵍ = f → a logit
 * Dzz  (z, z′) → 64 ᵍ → 32 ᵍ → a logit                                    ᵍ spectrally normalised
 * ```
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/images.ts";
import { Parameter } from "../engine/parameter.ts";
import type { Discriminator, Encoder, Generator, Layer } from "../engine/layer.ts";
import type { Stream } from "../engine/random.ts";
import type { Maker } from "./init.ts";
import { maker } from "./init.ts";
import { bias, convolution, dense, dropout, leakyRelu, reshape, sequence } from "./layers.ts";
import { pair } from "./pair.ts";
import type { Pyramid } from "./pyramid.ts";
import { generatorOf, pyramidOf } from "./pyramid.ts";
import { spectral } from "./spectral.ts";

/** The networks of ALAD. */
export interface AladNetworks {
  /** E: images [m, h, w, c] to codes [m, latent]. */
  readonly encoder: Encoder;
  /** G: codes to images in (−1, 1). */
  readonly generator: Generator;
  /** Dxz: is the pair (x, E(x)), not (G(z), z)? */
  readonly xz: Discriminator;
  /** Dxx: is the pair (x, x), not (x, G(E(x)))? */
  readonly xx: Discriminator;
  /** Dzz: is the pair (z, z), not (z, E(G(z)))? */
  readonly zz: Discriminator;
  /** f, what Dxx's last layer sees: pairs of images, one above the other, [m, 2h, w, c], to [m, features]. */
  readonly features: Encoder;
}

/** The slope of the leaky rectifiers. */
const SLOPE = 0.2;

/** Makes spectrally normalised layers, each with a bias unless a normalisation follows, which would take it away. */
function spectralMaker(network: string, stream: Stream) {
  const make = maker(network, stream);
  const normalised = (name: string, of: (w: Parameter) => Layer, ...shape: number[]) => {
    const weight = make.weight(name, ...shape);
    const out = shape.at(-1)!;
    return spectral(of(weight), new Parameter(`${network}.${name}.u`, tf.tensor2d(stream.normals(out), [1, out])));
  };
  const convolved = (name: string, side: number, from: number, to: number) =>
    normalised(name, (w) => convolution(w, 2), side, side, from, to);
  return {
    ...make,
    convolved,
    /** A hidden layer of a discriminator, convolutional where a kernel's side is given. */
    hidden: (name: string, rate: number, from: number, to: number, side?: number) => [
      side === undefined ? normalised(name, dense, from, to) : convolved(name, side, from, to),
      bias(make.bias(name, to)),
      leakyRelu(SLOPE),
      dropout(rate),
    ],
  };
}

/** Images up the pyramid, [m, features]; without a normalisation in the first step where D looks at them. */
function climb(
  make: Maker & Pick<ReturnType<typeof spectralMaker>, "convolved">,
  { sides, channels, kernels }: Pyramid,
  firstNorm: boolean,
): Layer {
  const step = (i: 0 | 1 | 2) => [
    make.convolved(`conv${i + 1}`, kernels[i], channels[i], channels[i + 1]!),
    i > 0 || firstNorm ? make.norm(`norm${i + 1}`, channels[i + 1]!) : bias(make.bias("conv1", channels[1])),
    leakyRelu(SLOPE),
  ];
  return sequence(...step(0), ...step(1), ...step(2), reshape(sides[3] * sides[3] * channels[3]));
}

/**
 * The networks, freshly initialised.
 *
 * @param shape The images' size: 28 × 28 × 1 or 32 × 32 × 3.
 * @param latent The size of a code.
 * @param rate The discriminators' dropout rate.
 * @param stream Draws the weights.
 * @returns E, G, the three discriminators, and f.
 * @throws {RangeError} If there are none for that size.
 */
export function aladNetworks(shape: ImageShape, latent: number, rate: number, stream: Stream): AladNetworks {
  const pyramid = pyramidOf(shape, "ALAD");
  const top = pyramid.channels[3];
  const climbed = pyramid.sides[3] ** 2 * top;
  const logit = (make: Maker, from: number) => dense(make.weight("logit", from, 1), make.bias("logit", 1));

  const e = spectralMaker("encoder", stream);
  const encoder: Encoder = sequence(
    climb(e, pyramid, true),
    dense(e.weight("linear", climbed, latent), e.bias("linear", latent)),
  );
  const generator = generatorOf(maker("generator", stream), latent, pyramid);

  const xz = spectralMaker("xz", stream);
  const ofX = climb(xz, pyramid, false);
  const ofZ = sequence(...xz.hidden("z1", rate, latent, top), ...xz.hidden("z2", rate, top, top));
  const both = sequence(...xz.hidden("both", rate, climbed + top, 2 * top), logit(xz, 2 * top));

  const xx = spectralMaker("xx", stream);
  const width = shape.height / 2 * (shape.width / 4) * (top / 4);
  const features: Encoder = sequence(
    ...xx.hidden("conv1", rate, shape.channels, top / 8, 5),
    ...xx.hidden("conv2", rate, top / 8, top / 4, 5),
    reshape(width),
  );
  const zz = spectralMaker("zz", stream);
  const ofCodes = sequence(...zz.hidden("linear1", rate, 2 * latent, 64), ...zz.hidden("linear2", rate, 64, 32));
  const asIs = sequence();
  return {
    encoder,
    generator,
    xz: pair(ofX, ofZ, both),
    xx: pair(asIs, asIs, sequence(features, logit(xx, width))),
    zz: pair(asIs, asIs, sequence(ofCodes, logit(zz, 32))),
    features,
  };
}
