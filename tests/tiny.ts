/** MEMGAN at the smallest size at which Algorithm 1 can be checked by hand: 2 × 2 images, d = 3, n = 4, m = 5. */

import * as tf from "@tensorflow/tfjs-core";
import { Parameter } from "../src/engine/parameter.ts";
import type { Discriminator, Layer } from "../src/engine/pullback.ts";
import { stream } from "../src/engine/random.ts";
import { joint } from "../src/networks/discriminator.ts";
import { dense, leakyRelu, reshape, sequence, tanh } from "../src/networks/layers.ts";
import type { Optimiser, Players } from "../src/paper/s4_5_training.ts";

export const PIXELS = 4;
export const D_CODE = 3;
export const UNITS = 4;
export const BATCH = 5;

/** The players whose parameters Algorithm 1 moves. */
export const PLAYERS = ["encoder", "generator", "discriminator", "memory"] as const;

export type Player = typeof PLAYERS[number];

export interface Tiny {
  encoder: Layer;
  generator: Layer;
  discriminator: Discriminator;
  memory: Parameter;
  x: tf.Tensor4D;
  random: tf.Tensor2D;
  /** Each player's parameters. */
  parameters: Record<Player, readonly Parameter[]>;
}

export function tiny(seed: number): Tiny {
  const draws = stream(seed, "tiny");
  const normal = (...shape: number[]) => tf.tensor(draws.normals(shape.reduce((a, b) => a * b)), shape);
  // Larger than training starts with, so that no term of the gradient is lost in rounding.
  const weight = (name: string, ...shape: number[]) => new Parameter(name, tf.mul(normal(...shape), 0.7));
  const encoder = sequence(
    reshape(PIXELS),
    dense(weight("encoder.w", PIXELS, D_CODE), weight("encoder.b", D_CODE)),
  );
  const generator = sequence(
    dense(weight("generator.w", D_CODE, PIXELS), weight("generator.b", PIXELS)),
    reshape(2, 2, 1),
    tanh(),
  );
  const ofX = sequence(reshape(PIXELS), dense(weight("discriminator.x", PIXELS, 6)), leakyRelu(0.1));
  const discriminator = joint(ofX, 6, D_CODE, 0, draws);
  for (const parameter of discriminator.parameters) parameter.set(tf.mul(normal(...parameter.value.shape), 0.1));
  const memory = weight("memory", UNITS, D_CODE);
  return {
    encoder,
    generator,
    discriminator,
    memory,
    x: tf.tanh(normal(BATCH, 2, 2, 1)) as tf.Tensor4D,
    random: normal(BATCH, UNITS) as tf.Tensor2D,
    parameters: {
      encoder: encoder.parameters,
      generator: generator.parameters,
      discriminator: discriminator.parameters,
      memory: [memory],
    },
  };
}

/** Players whose optimisers are given, and do nothing where they are not. */
export function withOptimisers(model: Tiny, optimisers: Partial<Record<Player, Optimiser>>): Players {
  const idle: Optimiser = { apply() {} };
  return {
    ...model,
    optimisers: { encoder: idle, generator: idle, discriminator: idle, memory: idle, ...optimisers },
  };
}

export const noMask = (): never => {
  throw new Error("these networks have no dropout");
};
