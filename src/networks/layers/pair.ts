/**
 * Discriminators of pairs: a network for the one, another for the other, and one that judges both.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Discriminator, Layer } from "../../engine/layer.ts";

/**
 * D(x, z): what the judge sees is a function of the one followed by a function of the other along the first axis of an example:
 * features after features, or one image above the other.
 *
 * @param ofX A network for the one.
 * @param ofZ A network for the other.
 * @param judge From both to a logit, [m, 1].
 * @returns D.
 */
export function pair(ofX: Layer, ofZ: Layer, judge: Layer): Discriminator {
  const parts = [ofX, ofZ, judge];
  return Object.assign(
    (...[x, z, mode]: Parameters<Discriminator>) =>
      tf.reshape<tf.Rank.R1>(judge(tf.concat([ofX(x, mode), ofZ(z, mode)], 1), mode), [-1]),
    {
      parameters: parts.flatMap(({ parameters }) => parameters),
      buffers: parts.flatMap(({ buffers }) => buffers),
    },
  );
}
