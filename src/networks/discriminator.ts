/**
 * D(x, z): a network for the image, one for the code, and one that judges the pair.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Discriminator, Layer } from "../engine/pullback.ts";
import type { Stream } from "../engine/random.ts";
import { maker } from "./init.ts";
import { dense, dropout, leakyRelu, sequence } from "./layers.ts";

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
  const parts = [ofX, ofZ, judge];
  return {
    parameters: parts.flatMap((part) => part.parameters),
    buffers: parts.flatMap((part) => part.buffers),
    apply(x, z, mode) {
      const [hx, hz] = [ofX.apply(x, mode), ofZ.apply(z, mode)];
      const out = judge.apply(tf.concat([hx.y, hz.y], 1), mode);
      return {
        logits: tf.reshape<tf.Rank.R1>(out.y, [-1]),
        pullback(dy, { x: wantX = false, z: wantZ = false, weights = false }) {
          const top = out.pullback(tf.reshape(dy, [-1, 1]), { input: true, weights });
          const [dhx, dhz] = tf.split(top.input as tf.Tensor2D, [features, 256], 1) as [tf.Tensor, tf.Tensor];
          // A branch that nobody asked about is not walked.
          const bottomX = wantX || weights ? hx.pullback(dhx, { input: wantX, weights }) : { weights: [] };
          const bottomZ = wantZ || weights ? hz.pullback(dhz, { input: wantZ, weights }) : { weights: [] };
          return {
            ...(bottomX.input ? { x: bottomX.input } : {}),
            ...(bottomZ.input ? { z: bottomZ.input } : {}),
            weights: [...bottomX.weights, ...bottomZ.weights, ...top.weights],
          };
        },
      };
    },
  };
}
