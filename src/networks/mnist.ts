/**
 * E, G and D for 28 × 28 × 1 images.
 *
 * The paper keeps its architectures in a supplement that is not at hand, so these are a CHOICE: the small DCGAN-like
 * networks of the public re-implementation. The 4 × 4 ends of the convolutions are written as matrix products, which they are.
 *
 * ```text
 * E  28²·1 → 14²·32 → 7²·64 → 4²·128 → 256 → z
 * G  z → 256 → 4²·128 → 7²·64 → 14²·32 → 28²·1, tanh
 * D  x: 28²·1 → 14²·32 → 7²·64 → 4²·128 → 256;  z: d → 256 → 256;  both: 512 → 512 → 1, a logit
 * ```
 *
 * @module
 */

import type { Stream } from "../engine/random.ts";
import { joint } from "./discriminator.ts";
import type { Maker } from "./init.ts";
import { maker } from "./init.ts";
import type { Layer } from "../engine/pullback.ts";
import type { Networks } from "./networks.ts";
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

/** The slope of the leaky rectifiers. */
export const SLOPE = 0.1;

/** 28²·1 → 14²·32 → 7²·64 → 4²·128 → 256. */
function convolutions(make: Maker, firstNorm: boolean, rate: number): Layer {
  const after = (norm?: Layer) => [...(norm ? [norm] : []), leakyRelu(SLOPE), dropout(rate)];
  return sequence(
    convolution(make.weight("conv1", 4, 4, 1, 32), 2),
    ...after(firstNorm ? make.norm("norm1", 32) : undefined),
    convolution(make.weight("conv2", 4, 4, 32, 64), 2),
    ...after(make.norm("norm2", 64)),
    convolution(make.weight("conv3", 3, 3, 64, 128), 2),
    ...after(make.norm("norm3", 128)),
    reshape(2048),
    dense(make.weight("conv4", 2048, 256)),
    ...after(make.norm("norm4", 256)),
  );
}

/**
 * The networks, freshly initialised.
 *
 * @param d The size of a code.
 * @param rate D's dropout rate.
 * @param stream Draws the weights.
 * @returns E, G and D.
 */
export function mnistNetworks(d: number, rate: number, stream: Stream): Networks {
  const e = maker("encoder", stream);
  const encoder = sequence(
    convolutions(e, true, 0),
    dense(e.weight("linear", 256, d), e.bias("linear", d)),
  );
  const g = maker("generator", stream);
  const generator = sequence(
    dense(g.weight("linear", d, 256)),
    g.norm("norm1", 256),
    relu(),
    dense(g.weight("conv1", 256, 2048)),
    reshape(4, 4, 128),
    g.norm("norm2", 128),
    relu(),
    transposedConvolution(g.weight("conv2", 3, 3, 64, 128), 2, 7, 7),
    g.norm("norm3", 64),
    relu(),
    transposedConvolution(g.weight("conv3", 4, 4, 32, 64), 2, 14, 14),
    g.norm("norm4", 32),
    relu(),
    transposedConvolution(g.weight("conv4", 4, 4, 1, 32), 2, 28, 28),
    bias(g.bias("conv4", 1)),
    tanh(),
  );
  const dx = maker("discriminator.x", stream);
  const discriminator = joint(convolutions(dx, false, rate), 256, d, rate, stream);
  return { encoder, generator, discriminator };
}
