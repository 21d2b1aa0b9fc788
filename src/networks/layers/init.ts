/**
 * Initial weights: the DCGAN distribution of the public re-implementations, every draw from the run's own generator.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { Parameter } from "../../engine/parameter.ts";
import type { Rng } from "../../engine/random.ts";
import type { Layer } from "../../engine/layer.ts";
import { normalisation } from "./layers.ts";

/** Standard deviation of an initial weight (CHOICE: the paper's supplement was not available). */
export const WEIGHT_SCALE = 0.02;

/** Makes the parameters of one network, named `<network>.<layer>.<weight>`, in a fixed order of draws. */
export interface Maker {
  /** Weights drawn from N(0, 0.02²). */
  weight(name: string, ...shape: number[]): Parameter;
  /** Zeros. */
  bias(name: string, length: number): Parameter;
  /** Batch normalisation: γ = 1, β = 0, running mean 0 and variance 1. */
  norm(name: string, channels: number): Layer;
}

/** Creates the maker of a network's parameters. */
export function maker(network: string, rng: Rng): Maker {
  return {
    weight: (name, ...shape) => {
      const values = rng.normals(shape.reduce((a, b) => a * b)).map((value) => value * WEIGHT_SCALE);
      return new Parameter(`${network}.${name}.weight`, tf.tensor(values, shape));
    },
    bias: (name, length) => new Parameter(`${network}.${name}.bias`, tf.zeros([length])),
    norm: (name, channels) =>
      normalisation({
        gamma: new Parameter(`${network}.${name}.gamma`, tf.ones([channels])),
        beta: new Parameter(`${network}.${name}.beta`, tf.zeros([channels])),
        mean: new Parameter(`${network}.${name}.mean`, tf.zeros([channels])),
        variance: new Parameter(`${network}.${name}.variance`, tf.ones([channels])),
      }),
  };
}
