/** MEMGAN at the smallest size at which Algorithm 1 can be checked by hand: 2 × 2 images, d = 3, n = 4, m = 5. */

import * as tf from "@tensorflow/tfjs-core";
import { Parameter } from "../../src/engine/parameter.ts";
import type { Optimiser } from "../../src/engine/descend.ts";
import type { Discriminator, Encoder, Generator } from "../../src/engine/layer.ts";
import { seededRng } from "../../src/engine/random.ts";
import { memganDiscriminator } from "../../src/networks/memgan.ts";
import { dense, leakyRelu, reshape, sequence, tanh } from "../../src/networks/layers/layers.ts";
import type { Players } from "../../src/paper/s4_5_training.ts";
import type { Row, Scope } from "./expression_scope.ts";
import { sigmoid } from "./expression_scope.ts";

export const PIXELS = 4;
export const D_CODE = 3;
export const UNITS = 4;
export const BATCH = 5;

/** The players whose parameters Algorithm 1 moves. */
export const PLAYERS = ["encoder", "generator", "discriminator", "memory"] as const;

export type Player = typeof PLAYERS[number];

/** The loss terms that make a player's objective, by their places in `LOSS_TERMS`. */
export const TERMS: Record<Player, readonly number[]> = {
  discriminator: [0],
  encoder: [1, 3, 4, 5],
  generator: [2, 3, 5],
  memory: [3, 4, 5],
};

export interface SmallMemgan {
  encoder: Encoder;
  generator: Generator;
  discriminator: Discriminator;
  memory: Parameter;
  x: tf.Tensor4D;
  random: tf.Tensor2D;
  /** Each player's parameters. */
  parameters: Record<Player, readonly Parameter[]>;
}

export function smallMemgan(seed: number): SmallMemgan {
  const rng = seededRng(seed, "tiny");
  const normal = (...shape: number[]) => tf.tensor(rng.normals(shape.reduce((a, b) => a * b)), shape);
  // Larger than training starts with, so that no term of the gradient is lost in rounding.
  const weight = (name: string, ...shape: number[]) => new Parameter(name, tf.mul(normal(...shape), 0.7));
  const encoder: Encoder = sequence(
    reshape(PIXELS),
    dense(weight("encoder.w", PIXELS, D_CODE), weight("encoder.b", D_CODE)),
  );
  const generator: Generator = sequence(
    dense(weight("generator.w", D_CODE, PIXELS), weight("generator.b", PIXELS)),
    reshape(2, 2, 1),
    tanh(),
  );
  const ofX = sequence(reshape(PIXELS), dense(weight("discriminator.x", PIXELS, 6)), leakyRelu(0.1));
  const discriminator = memganDiscriminator(ofX, { features: 6, d: D_CODE, code: 5, both: 7 }, 0, rng);
  for (const parameter of discriminator.parameters) parameter.set(tf.mul(normal(...parameter.value.shape), 0.7));
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
export function withOptimisers(model: SmallMemgan, given: Partial<Record<Player, Pick<Optimiser, "apply">>>): Players {
  const optimisers = Object.fromEntries(PLAYERS.map((player) => {
    const apply = (gradients: readonly tf.Tensor[]) => given[player]?.apply(gradients);
    return [player, { parameters: model.parameters[player], apply }];
  })) as Record<Player, Optimiser>;
  return { ...model, optimisers };
}

/** A player's parameters in float64, row by row; what is changed here, the functions of `scope` see. */
export type Theta = Record<Player, number[][]>;

const SLOPE = 0.1;

const leaky = (v: Row): Row => v.map((value) => value > 0 ? value : SLOPE * value);

/** v·W + b, with W row by row in one list. */
const linear = (v: Row, w: Row, b?: Row): Row =>
  Array.from(
    { length: w.length / v.length },
    (_, j, columns = w.length / v.length) =>
      v.reduce((sum, value, i) => sum + value * w[i * columns + j]!, b?.[j] ?? 0),
  );

function rowsOf(flat: ArrayLike<number>, width: number): number[][] {
  return Array.from(
    { length: flat.length / width },
    (_, i) => Array.from({ length: width }, (_, j) => flat[i * width + j]!),
  );
}

/** The same networks in float64, written a second time, and what an expression of one example sees of them. */
export async function float64(model: SmallMemgan): Promise<{ theta: Theta; scope(i: number): Scope }> {
  const theta = {} as Theta;
  for (const player of PLAYERS) {
    theta[player] = await Promise.all(model.parameters[player].map(async ({ value }) => [...await value.data()]));
  }
  const [x, r] = [rowsOf(await model.x.data(), PIXELS), rowsOf(await model.random.data(), UNITS)];
  const E = (image: Row) => linear(image, theta.encoder[0]!, theta.encoder[1]!);
  const G = (code: Row) => linear(code, theta.generator[0]!, theta.generator[1]!).map(Math.tanh);
  const D = (image: Row, code: Row) => {
    const [wx, w1, b1, w2, b2, w3, b3, w4, b4] = theta.discriminator;
    const hx = leaky(linear(image, wx!));
    const hz = leaky(linear(leaky(linear(code, w1!, b1)), w2!, b2));
    return sigmoid(linear(leaky(linear([...hx, ...hz], w3!, b3)), w4!, b4)[0]!);
  };
  return {
    theta,
    scope: (i) => ({
      rows: { x: x[i]!, r: r[i]! },
      matrices: { M: rowsOf(theta.memory[0]!, D_CODE) },
      functions: { E, G, D } as Scope["functions"],
    }),
  };
}

export const noMask = (): never => {
  throw new Error("these networks have no dropout");
};
