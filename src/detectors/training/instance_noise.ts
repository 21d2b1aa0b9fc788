/**
 * Instance noise that fades: N(0, σ²) on every image that D sees in training, with σ = σ₀·(1 − t/T) at step t of T.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Discriminator } from "../../engine/layer.ts";
import { seededRng } from "../../engine/random.ts";
import { given } from "../../engine/recording.ts";
import { withInputNoise } from "../../networks/layers/noise.ts";

/** A discriminator that sees noise, and the clock by which that fades. */
export interface Noisy {
  /** D, with noise on its images in training. */
  readonly discriminator: Discriminator;
  /** Sets t, for the steps that follow; a new epoch draws from a new generator, so that a resumed run draws the same. */
  at(epoch: number, step: number): void;
}

/**
 * D with fading noise.
 *
 * @param D The discriminator.
 * @param seed The run's seed.
 * @param sigma σ₀.
 * @param schedule Epochs, and steps in each; T is their product.
 * @returns D, and the clock, which is to be set before each step.
 */
export function withFadingNoise(
  D: Discriminator,
  seed: number,
  sigma: number,
  { epochs, k }: { readonly epochs: number; readonly k: number },
): Noisy {
  let [rng, scale] = [seededRng(seed, "instance noise"), sigma];
  return {
    discriminator: withInputNoise(D, (shape) =>
      given(() => {
        const values = rng.normals(shape.reduce((a, b) => a * b));
        return [tf.tensor(values.map((value) => value * scale), shape)];
      })[0]),
    at(epoch, step) {
      if (step === 0) rng = seededRng(seed, "instance noise", epoch);
      scale = sigma * (1 - ((epoch - 1) * k + step) / (epochs * k));
    },
  };
}
