/**
 * ALAD's encoder, generator and three discriminators.
 *
 * The public code has them for CIFAR-10. For MNIST, and for larger images, every convolution has a quarter of the channels, and
 * so do the layers that follow; there are as many convolutions as halvings. `t` is the number of channels after the last convolution, 512 or 128.
 *
 * ```text
 * E    x → three convolutions ᵍ → z
 * G    z → DCGAN's generator → x, tanh
 * Dxz  x → three convolutions ᵍ;  z → t ᵍ → t ᵍ;  both → 2t ᵍ → a logit
 * Dxx  x above x′ → h·(w/2)·(t/8) ᵍ → (h/2)·(w/4)·(t/4) ᵍ = f → a logit
 * Dzz  (z, z′) → 64 ᵍ → 32 ᵍ → a logit                                    ᵍ spectrally normalised
 * ```
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Discriminator, Encoder, Generator, Layer } from "../engine/layer.ts";
import type { Rng } from "../engine/random.ts";
import type { Maker } from "./layers/init.ts";
import { maker } from "./layers/init.ts";
import { bias, convolution, dense, dropout, leakyRelu, reshape, sequence } from "./layers/layers.ts";
import { pair } from "./layers/pair.ts";
import type { Pyramid } from "./dcgan.ts";
import { dcganGenerator, pyramidOf } from "./dcgan.ts";
import type { Sides } from "./halvings.ts";
import { joint } from "./joint_discriminator.ts";
import { spectralMaker } from "./layers/spectral.ts";

/** The networks of ALAD. */
export interface AladNetworks {
  /** E: images [m, h, w, c] to codes [m, latent]. */
  readonly encoder: Encoder;
  /** G: codes to images in (−1, 1). */
  readonly generator: Generator;
  /** Dxz: is the pair (x, E(x)), not (G(z), z)? */
  readonly Dxz: Discriminator;
  /** Dxx: is the pair (x, x), not (x, G(E(x)))? */
  readonly Dxx: Discriminator;
  /** Dzz: is the pair (z, z), not (z, E(G(z)))? */
  readonly Dzz: Discriminator;
  /** f, the input of Dxx's last layer: pairs of images, one above the other, [m, 2h, w, c], to [m, features]. */
  readonly features: Encoder;
}

/** The slope of the leaky ReLUs. */
const SLOPE = 0.2;

/** Makes spectrally normalised layers, each with a bias unless batch normalisation follows, which would remove it. */
function layerMaker(network: string, rng: Rng) {
  const make = spectralMaker(network, rng);
  const convolved = (name: string, sides: Sides, from: number, to: number) =>
    make.normalised(name, (w) => convolution(w, 2), ...sides, from, to);
  return {
    ...make,
    convolved,
    /** A hidden layer of a discriminator, convolutional where a kernel's side is given. */
    hidden: (name: string, dropoutRate: number, from: number, to: number, side?: number) => [
      side === undefined ? make.normalised(name, dense, from, to) : convolved(name, [side, side], from, to),
      bias(make.bias(name, to)),
      leakyRelu(SLOPE),
      dropout(dropoutRate),
    ],
  };
}

/** Images to features, [m, features]; without batch normalisation after the first layer in discriminators. */
function climb(
  make: Maker & Pick<ReturnType<typeof layerMaker>, "convolved">,
  { kernels, channels, end }: Pyramid,
  firstNorm: boolean,
): Layer {
  const layers = kernels.flatMap((kernel, i) => [
    make.convolved(`conv${i + 1}`, kernel, channels[i]!, channels[i + 1]!),
    i > 0 || firstNorm ? make.norm(`norm${i + 1}`, channels[i + 1]!) : bias(make.bias("conv1", channels[1]!)),
    leakyRelu(SLOPE),
  ]);
  return sequence(...layers, reshape(end[0] * end[1] * channels.at(-1)!));
}

/**
 * The networks, freshly initialised.
 *
 * @param shape The images' size: each side 16 to 256, 1 or 3 channels.
 * @param latent The size of a code.
 * @param dropoutRate The discriminators' dropout rate.
 * @param rng Draws the weights.
 * @returns E, G, the three discriminators, and f.
 * @throws {RangeError} If there are none for that size.
 */
export function aladNetworks(shape: ImageShape, latent: number, dropoutRate: number, rng: Rng): AladNetworks {
  const pyramid = pyramidOf(shape, "ALAD");
  const top = pyramid.channels.at(-1)!;
  const climbed = pyramid.end[0] * pyramid.end[1] * top;
  const logit = (make: Maker, from: number) => dense(make.weight("logit", from, 1), make.bias("logit", 1));

  const e = layerMaker("encoder", rng);
  const encoder: Encoder = sequence(
    climb(e, pyramid, true),
    dense(e.weight("linear", climbed, latent), e.bias("linear", latent)),
  );
  const generator = dcganGenerator(maker("generator", rng), latent, pyramid);

  const xz = layerMaker("xz", rng);
  const ofPairs = joint({ features: climbed, d: latent, code: top, both: 2 * top }, {
    ofX: climb(xz, pyramid, false),
    hidden: (layer, from, to) => xz.hidden(layer, dropoutRate, from, to),
    logit: (from) => logit(xz, from),
  });

  const xx = layerMaker("xx", rng);
  const quarter = (side: number) => Math.ceil(Math.ceil(side / 2) / 2);
  const width = quarter(2 * shape.height) * quarter(shape.width) * (top / 4);
  const features: Encoder = sequence(
    ...xx.hidden("conv1", dropoutRate, shape.channels, top / 8, 5),
    ...xx.hidden("conv2", dropoutRate, top / 8, top / 4, 5),
    reshape(width),
  );
  const zz = layerMaker("zz", rng);
  const ofCodes = sequence(
    ...zz.hidden("linear1", dropoutRate, 2 * latent, 64),
    ...zz.hidden("linear2", dropoutRate, 64, 32),
  );
  const asIs = sequence();
  return {
    encoder,
    generator,
    Dxz: ofPairs,
    Dxx: pair(asIs, asIs, sequence(features, logit(xx, width))),
    Dzz: pair(asIs, asIs, sequence(ofCodes, logit(zz, 32))),
    features,
  };
}
