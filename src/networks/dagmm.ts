/**
 * The networks of DAGMM for images.
 *
 * ```text
 * encoder     image → 64 → 128 → 256 channels, each at half the side → a code of 5
 * decoder     code → 256 channels → 128 → 64 → image, tanh
 * estimation  7 → 64 → 10 → 3 logits, tanh and dropout between
 * ```
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import type { Layer } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { maker } from "./init.ts";
import { bias, convolution, dense, dropout, relu, reshape, sequence, tanh, transposedConvolution } from "./layers.ts";

/** Channels of the convolutions. */
const CHANNELS = [64, 128, 256] as const;

/** Values of a code. */
export const CODE = 5;

/** Values of z: the code and two of the reconstruction. */
export const WIDTH = CODE + 2;

/** The networks of DAGMM. */
export interface DagmmNetworks {
  /** Images [m, h, w, c] to codes [m, 5]. */
  readonly encoder: Layer;
  /** Codes to images in (−1, 1). */
  readonly decoder: Layer;
  /** z, [m, 7], to logits of the components, [m, k]. */
  readonly estimation: Layer;
}

/**
 * The networks, freshly initialised.
 *
 * @param shape The size of the images.
 * @param components k.
 * @param rate The dropout rate of the estimation network.
 * @param draws Draws the weights.
 * @returns The three.
 */
export function dagmmNetworks(shape: ImageShape, components: number, rate: number, draws: Stream): DagmmNetworks {
  const sizes = [{ height: shape.height, width: shape.width, channels: shape.channels }];
  for (const channels of CHANNELS) {
    const { height, width } = sizes.at(-1)!;
    sizes.push({ height: Math.ceil(height / 2), width: Math.ceil(width / 2), channels });
  }
  const inner = sizes.at(-1)!;
  const values = inner.height * inner.width * inner.channels;
  const e = maker("encoder", draws);
  const encoder = sequence(
    ...CHANNELS.flatMap((to, i) => [
      convolution(e.weight(`conv${i + 1}`, 3, 3, sizes[i]!.channels, to), 2),
      e.norm(`norm${i + 1}`, to),
      relu(),
    ]),
    reshape(values),
    dense(e.weight("code", values, CODE), e.bias("code", CODE)),
  );
  const d = maker("decoder", draws);
  const decoder = sequence(
    dense(d.weight("code", CODE, values)),
    reshape(inner.height, inner.width, inner.channels),
    ...[2, 1, 0].flatMap((i) => [
      d.norm(`norm${i + 1}`, sizes[i + 1]!.channels),
      relu(),
      transposedConvolution(
        d.weight(`conv${i + 1}`, 3, 3, sizes[i]!.channels, sizes[i + 1]!.channels),
        2,
        sizes[i]!.height,
        sizes[i]!.width,
      ),
    ]),
    bias(d.bias("conv1", shape.channels)),
    tanh(),
  );
  const s = maker("estimation", draws);
  const hidden = (name: string, from: number, to: number) => [
    dense(s.weight(name, from, to), s.bias(name, to)),
    tanh(),
    dropout(rate),
  ];
  const estimation = sequence(
    ...hidden("linear1", WIDTH, 64),
    ...hidden("linear2", 64, 10),
    dense(s.weight("linear3", 10, components), s.bias("linear3", components)),
  );
  return { encoder, decoder, estimation };
}
