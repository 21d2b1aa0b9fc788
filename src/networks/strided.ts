/**
 * An encoder and a decoder of convolutions at stride 2, three for the paper's images, for codes of any width.
 *
 * ```text
 * encoder   28²·1 → 14²·64 → 7²·128 → 4²·256 → width      32²·3 → 16²·64 → 8²·128 → 4²·256 → width
 * decoder   the same from right to left, tanh
 * ```
 *
 * Every convolution is 3 × 3. Batch normalisation and a ReLU follow each but the last of the decoder, and also the decoder's
 * linear layer. A layer has a bias only where no batch normalisation follows, which would remove it.
 *
 * Source: the convolutional encoder and decoder in the public code of "Deep Anomaly Detection Using Geometric
 * Transformations" (Golan and El-Yaniv, NeurIPS 2018), which serve all its baselines.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Encoder, Generator } from "../engine/layer.ts";
import type { Rng } from "../engine/random.ts";
import { halvings, widening } from "./halvings.ts";
import { glorotMaker } from "./layers/glorot.ts";
import { bias, convolution, dense, relu, reshape, sequence, tanh, transposedConvolution } from "./layers/layers.ts";

/** Sizes of such networks. */
export interface Strided {
  /** Channels of the convolution nearest the images; then twice, then four times as many. */
  readonly channels: number;
  /** The length of a code. */
  readonly width: number;
}

/** The image's sides and channels from convolution to convolution, and the number of values at the end. */
export function stages(shape: ImageShape, channels: number) {
  const { sides, end } = halvings(shape, "networks");
  const widths = widening(shape.channels, channels, sides.length - 1);
  return { sides, widths, end, top: widths.at(-1)!, flat: end[0] * end[1] * widths.at(-1)! };
}

/**
 * The encoder, freshly initialised.
 *
 * @param shape The images' size; each side 16 to 256, 1 or 3 channels.
 * @param sizes Its sizes.
 * @param rng Draws the weights.
 * @returns From [m, h, w, c] to [m, width], without a bound.
 * @throws {RangeError} If there are no networks for such images.
 */
export function stridedEncoder(shape: ImageShape, { channels, width }: Strided, rng: Rng): Encoder {
  const { widths, flat } = stages(shape, channels);
  const { weight, bias: zeros, norm } = glorotMaker("encoder", rng);
  return sequence(
    ...widths.slice(1).flatMap((to, i) => [
      convolution(weight(`conv${i + 1}`, 3, 3, widths[i]!, to), 2),
      norm(`norm${i + 1}`, to),
      relu(),
    ]),
    reshape(flat),
    dense(weight("linear", flat, width), zeros("linear", width)),
  );
}

/**
 * The decoder, freshly initialised.
 *
 * @param shape The images' size; each side 16 to 256, 1 or 3 channels.
 * @param sizes Its sizes.
 * @param rng Draws the weights.
 * @returns From [m, width] to [m, h, w, c], values in (−1, 1).
 * @throws {RangeError} If there are no networks for such images.
 */
export function stridedDecoder(shape: ImageShape, { channels, width }: Strided, rng: Rng): Generator {
  const { sides, widths, end, top, flat } = stages(shape, channels);
  const { weight, bias: zeros, norm } = glorotMaker("decoder", rng);
  const count = sides.length - 1;
  const rise = (at: number) => {
    const to = count - at;
    const kernel = weight(`conv${at}`, 3, 3, widths[to]!, widths[to + 1]!);
    const up = transposedConvolution(kernel, 2, ...sides[to]!);
    return to === 0
      ? [up, bias(zeros(`conv${at}`, shape.channels)), tanh()]
      : [up, norm(`norm${at}`, widths[to]!), relu()];
  };
  // Drawn before the linear layer's weights.
  const rises = Array.from({ length: count }, (_, i) => rise(i + 1)).flat();
  return sequence(
    dense(weight("linear", width, flat)),
    norm("norm0", flat),
    relu(),
    reshape(...end, top),
    ...rises,
  );
}
