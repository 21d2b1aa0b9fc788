/**
 * An encoder and a decoder of three convolutions at stride 2, for codes of any width.
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
import { glorotMaker } from "./layers/glorot.ts";
import { bias, convolution, dense, relu, reshape, sequence, tanh, transposedConvolution } from "./layers/layers.ts";

/** The side of the smallest images. */
const LEAST = 4;

/** Sizes of such networks. */
export interface Strided {
  /** Channels of the convolution nearest the images; then twice and four times as many. */
  readonly channels: number;
  /** The length of a code. */
  readonly width: number;
}

/**
 * Checks that halving each side three times, rounding up, gives 4.
 *
 * @param shape The images' size.
 * @throws {RangeError} If they do not.
 */
export function checkSides({ height, width }: ImageShape): void {
  if (Math.ceil(height / 8) !== LEAST || Math.ceil(width / 8) !== LEAST) {
    throw new RangeError(`Cannot make networks: images must have sides of 25 to 32, they are ${height} × ${width}`);
  }
}

/**
 * The encoder, freshly initialised.
 *
 * @param shape The images' size; each side 25 to 32.
 * @param sizes Its sizes.
 * @param rng Draws the weights.
 * @returns From [m, h, w, c] to [m, width], without a bound.
 * @throws {RangeError} If the images have another size.
 */
export function stridedEncoder(shape: ImageShape, { channels, width }: Strided, rng: Rng): Encoder {
  checkSides(shape);
  const { weight, bias: zeros, norm } = glorotMaker("encoder", rng);
  const widths = [shape.channels, channels, 2 * channels, 4 * channels];
  const flat = LEAST ** 2 * widths[3]!;
  return sequence(
    ...[1, 2, 3].flatMap((i) => [
      convolution(weight(`conv${i}`, 3, 3, widths[i - 1]!, widths[i]!), 2),
      norm(`norm${i}`, widths[i]!),
      relu(),
    ]),
    reshape(flat),
    dense(weight("linear", flat, width), zeros("linear", width)),
  );
}

/**
 * The decoder, freshly initialised.
 *
 * @param shape The images' size; each side 25 to 32.
 * @param sizes Its sizes.
 * @param rng Draws the weights.
 * @returns From [m, width] to [m, h, w, c], values in (−1, 1).
 * @throws {RangeError} If the images have another size.
 */
export function stridedDecoder(shape: ImageShape, { channels, width }: Strided, rng: Rng): Generator {
  checkSides(shape);
  const { weight, bias: zeros, norm } = glorotMaker("decoder", rng);
  const widths = [4 * channels, 2 * channels, channels, shape.channels];
  const flat = LEAST ** 2 * widths[0]!;
  const rises = [1, 2, 3].map((i) => {
    const [h, w] = [shape.height, shape.width].map((side) => Math.ceil(side / 2 ** (3 - i))) as [number, number];
    return transposedConvolution(weight(`conv${i}`, 3, 3, widths[i]!, widths[i - 1]!), 2, h, w);
  });
  return sequence(
    dense(weight("linear", width, flat)),
    norm("norm0", flat),
    relu(),
    reshape(LEAST, LEAST, widths[0]!),
    rises[0]!,
    norm("norm1", widths[1]!),
    relu(),
    rises[1]!,
    norm("norm2", widths[2]!),
    relu(),
    rises[2]!,
    bias(zeros("conv3", shape.channels)),
    tanh(),
  );
}
