/**
 * A process that does one run of MEMGAN on a few drawn images, for tests that kill it: ROOT EPOCHS [LEARNING_RATE].
 */

import type { Dataset } from "../src/data/dataset.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { doRun } from "../src/experiments/run.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";

/** The run; its images are of class 0 and 1. */
export function smallSpec(epochs: number, learningRate = 1e-3): RunSpec {
  const recipe = { ...MNIST_RECIPE, units: 4, width: 8, k: 4, batch: 4, epochs, learningRate };
  const common = { dataset: "mnist", protocol: "official", evaluate: "test", class: 0, seed: 0 } as const;
  return { method: "memgan", ...common, preprocessing: "std", recipe };
}

/** Images drawn at random, of the classes 0 and 1 in turn. */
export function drawnPart(name: string, count: number): Dataset["train"] {
  const pixels = seededRng(0, name).uniforms(count * 784);
  const classes = Uint8Array.from({ length: count }, (_, i) => i % 2);
  return { images: { count, height: 28, width: 28, channels: 1, pixels }, classes };
}

/** Its images, drawn at random. */
export const SMALL_DATA: Dataset = { train: drawnPart("train", 40), test: drawnPart("test", 20), files: {} };

if (import.meta.main) {
  const [root, epochs, learningRate] = Deno.args;
  const backend = await startBackend({ only: "native" });
  try {
    await doRun(smallSpec(Number(epochs), learningRate === undefined ? undefined : Number(learningRate)), {
      root: root!,
      load: () => Promise.resolve(SMALL_DATA),
      backend,
      commit: undefined,
      say: (line) => console.error(line),
    });
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
