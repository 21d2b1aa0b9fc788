/**
 * Discriminators of pairs: one network for each element, and one for both together.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Discriminator, Layer } from "../../engine/layer.ts";

/**
 * D(x, z): the judge's input is a function of the first element and a function of the second, concatenated along an example's
 * first axis: features after features, or one image above the other.
 *
 * @param ofX A network for the first element.
 * @param ofZ A network for the second element.
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
