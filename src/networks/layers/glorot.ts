/**
 * Initial weights from Glorot and Bengio's uniform distribution, the default of Keras.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { Parameter } from "../../engine/parameter.ts";
import type { Rng } from "../../engine/random.ts";
import type { Maker } from "./init.ts";
import { maker } from "./init.ts";

/**
 * Creates the maker of a network's parameters, with weights uniform in ±√(6/(fan in + fan out)).
 *
 * @param network Its name, the prefix of the parameters' names.
 * @param rng Draws the weights, in the order in which they are made.
 * @returns The maker; biases and batch normalisation start as in every network.
 *
 * @example A 3 × 3 kernel from 1 to 5 channels stays within 1/3
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assert } from "@std/assert";
 * import { seededRng } from "../../engine/random.ts";
 *
 * const { value } = glorotMaker("encoder", seededRng(0, "init")).weight("conv1", 3, 3, 1, 5);
 * const greatest = Math.max(...value.dataSync().map(Math.abs));
 * assert(greatest > 0.3 && greatest <= 1 / 3);
 * ```
 */
export function glorotMaker(network: string, rng: Rng): Maker {
  return {
    ...maker(network, rng),
    weight(name, ...shape) {
      const size = shape.reduce((a, b) => a * b);
      const [before, after] = shape.slice(-2) as [number, number];
      // A kernel's fans count each of its positions.
      const bound = Math.sqrt(6 / ((size / (before * after)) * (before + after)));
      const values = rng.uniforms(size).map((u) => bound * (2 * u - 1));
      return new Parameter(`${network}.${name}.weight`, tf.tensor(values, shape));
    },
  };
}
