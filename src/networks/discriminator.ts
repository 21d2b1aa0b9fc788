/**
 * MEMGAN's D(x, z): a network for the image, one for the code, and one that judges the pair.
 *
 * @module
 */

import type { Discriminator, Layer } from "../engine/layer.ts";
import type { Stream } from "../engine/random.ts";
import { maker } from "./init.ts";
import { dense, dropout, leakyRelu, sequence } from "./layers.ts";
import { pair } from "./pair.ts";

/**
 * The discriminator over a given network for images.
 *
 * @param ofX From images to features [m, features].
 * @param features How many.
 * @param d The size of a code.
 * @param rate The dropout rate.
 * @param stream Draws the weights.
 * @returns D.
 */
export function joint(ofX: Layer, features: number, d: number, rate: number, stream: Stream): Discriminator {
  const make = maker("discriminator", stream);
  const hidden = (name: string, from: number, to: number) => [
    dense(make.weight(name, from, to), make.bias(name, to)),
    leakyRelu(0.1),
    dropout(rate),
  ];
  const ofZ = sequence(...hidden("z.linear1", d, 256), ...hidden("z.linear2", 256, 256));
  const judge = sequence(
    ...hidden("joint.linear1", features + 256, 512),
    dense(make.weight("joint.linear2", 512, 1), make.bias("joint.linear2", 1)),
  );
  return pair(ofX, ofZ, judge);
}
