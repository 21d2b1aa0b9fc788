/**
 * What `deno task bench` measures on our side, in a process of its own.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipe.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { BackendName } from "../src/engine/backend_names.ts";
import { stream } from "../src/engine/random.ts";
import { stepper } from "./stepper.ts";

/** A measurement. */
export interface Ours {
  /** Of a training step. */
  readonly ms_per_step: number;
  /** The rate of a float32 product, 1024³. */
  readonly sgemm_gflops: number;
  /** Images scored a second. */
  readonly images_per_second: number;
  /** The backend, and why it was taken. */
  readonly backend: string;
}

/** What is measured. */
export interface What {
  /** The only backend to try; otherwise the first that works. */
  readonly only: BackendName | undefined;
  /** Threads of the backend. */
  readonly threads: number;
  /** Steps that are timed. */
  readonly steps: number;
  /** Images a step. */
  readonly batch: number;
}

/** Times training steps, products and scores in this process. */
export async function measure({ only, threads, steps, batch }: What): Promise<Ours> {
  const backend = await startBackend({ only, threads });
  const step = stepper(batch);
  for (let i = 0; i < 5; i++) await step();
  let start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  const msPerStep = (performance.now() - start) / steps;

  const a = tf.ones<tf.Rank.R2>([1024, 1024]);
  let best = Infinity;
  for (let i = 0; i < 10; i++) {
    start = performance.now();
    const product = tf.matMul(a, a);
    const sum = tf.sum(product);
    await sum.data();
    tf.dispose([product, sum]);
    best = Math.min(best, performance.now() - start);
  }
  const memgan = createMemgan(MNIST_RECIPE, 0);
  const images = { count: 2000, height: 28, width: 28, channels: 1, pixels: stream(0, "images").uniforms(2000 * 784) };
  await memgan.score({ ...images, count: 500, pixels: images.pixels.slice(0, 500 * 784) });
  start = performance.now();
  await memgan.score(images);
  return {
    ms_per_step: msPerStep,
    sgemm_gflops: 2 * 1024 ** 3 / best / 1e6,
    images_per_second: 2e6 / (performance.now() - start),
    backend: `${backend.name}, ${backend.reason}`,
  };
}
