/**
 * MEMGAN's training step on random images, for measurements.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { maskFrom } from "../src/detectors/training.ts";
import { adamSettings, MNIST_RECIPE } from "../src/detectors/recipe.ts";
import { Adam } from "../src/engine/adam.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { stream } from "../src/engine/random.ts";
import { mnistNetworks } from "../src/networks/mnist.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";

/** A function that does one step on `batch` random images, the networks and D's dropout as in `torch_memgan.py`. */
export function stepper(batch: number): () => Promise<void> {
  const { units, width } = MNIST_RECIPE;
  const networks = mnistNetworks(width, 0.3, stream(0, "init"));
  const memory = new Parameter("memory", tf.tensor2d(stream(0, "memory").normals(units * width), [units, width]));
  const adam = (parameters: readonly Parameter[]) => new Adam(parameters, adamSettings(MNIST_RECIPE));
  const players = {
    ...networks,
    memory,
    optimisers: {
      encoder: adam(networks.encoder.parameters),
      generator: adam(networks.generator.parameters),
      discriminator: adam(networks.discriminator.parameters),
      memory: adam([memory]),
    },
  };
  const [mask, alpha] = [maskFrom(stream(0, "dropout")), stream(0, "alpha")];
  const x = tf.tensor4d(stream(0, "x").uniforms(batch * 784).map((u) => 2 * u - 1), [batch, 28, 28, 1]);
  return async () => {
    const random = tf.tensor2d(alpha.normals(batch * units), [batch, units]);
    const losses = trainStep(x, random, players, mask);
    await losses.data();
    tf.dispose([random, losses]);
  };
}
