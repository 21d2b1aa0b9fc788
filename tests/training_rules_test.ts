/** What trained detectors share: in which order they see images, by which Adam they move, and what their layers remember. */

import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { play } from "../src/detectors/training/adversarial.ts";
import { scheduled, TRAINING } from "../src/detectors/training/autoencoding.ts";
import { maskFrom } from "../src/detectors/training/batches.ts";
import { Averages } from "../src/engine/averages.ts";
import { startBackend } from "../src/engine/backend.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { normalisation } from "../src/networks/layers/layers.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

/** Seven images of one pixel: their own number. */
const SEVEN: Images = { count: 7, height: 1, width: 1, channels: 1, pixels: Float32Array.of(0, 1, 2, 3, 4, 5, 6) };
const STEPS = { method: "some", before: 0, of: 9, saved: [], terms: ["loss"], parameters: [] };
const STILL = { parameters: [], terms: ["loss"], step: () => tf.zeros([1]) };

/** Every epoch has three batches of two of the seven, no image twice, in another order than before; not always the same is left. */
function assertAnew(epochs: readonly (readonly number[])[]): void {
  for (const seen of epochs) assertEquals([seen.length, new Set(seen).size], [6, 6]);
  assertEquals(new Set(epochs.map(String)).size, epochs.length);
  assert(new Set(epochs.map((seen) => SEVEN.pixels.find((pixel) => !seen.includes(pixel)))).size > 1);
}

Deno.test("choice-dcae: batches are drawn anew each epoch, and each leaves another image out", async () => {
  await startBackend({ only: "cpu" });
  const schedule = { epochs: 9, dropAfter: 9, batch: 2, learningRate: 1 };
  const phase = scheduled(SEVEN, 0, schedule, { ...STEPS, ...STILL });
  assertAnew(Array.from({ length: 9 }, (_, i) => {
    const { draw } = phase.epoch(i + 1);
    return Array.from({ length: phase.steps }, () => [...draw()[0].dataSync()]).flat();
  }));
});

Deno.test("choice-adgan: batches and codes are drawn anew each epoch, and each leaves another image out", async () => {
  await startBackend({ only: "cpu" });
  const [seen, codes]: [number[], number[]] = [[], []];
  const recipe = { latent: 1, epochs: 9, batch: 2, learningRate: 1, beta1: 0.5 };
  await play(
    {
      method: "some",
      recipe,
      seed: 0,
      players: {},
      averages: new Averages([], undefined),
      saved: [],
      terms: ["loss"],
      step(x, z) {
        seen.push(...x.dataSync());
        codes.push(...z.dataSync());
        return tf.zeros([1]);
      },
    },
    SEVEN,
    {},
  );
  assertAnew(Array.from({ length: 9 }, (_, i) => seen.slice(6 * i, 6 * i + 6)));
  assertEquals(new Set(codes).size, 9 * 6);
});

Deno.test("choice-dcae: Adam has β = (0.9, 0.999) and ε = 10⁻⁸, and the decay is part of the gradient", async () => {
  await startBackend({ only: "cpu" });
  const weights = [2, 0];
  const parameter = new Parameter("w", tf.tensor1d(weights));
  const schedule = { epochs: 1, dropAfter: 1, batch: 2, learningRate: 0.1, decay: 0.5 };
  const { optimisers: [adam] } = scheduled(SEVEN, 0, schedule, { ...STEPS, ...STILL, parameters: [parameter] });
  const [m, v] = [[0, 0], [0, 0]];
  // Beside a gradient as small as ε the first step is half as long.
  for (const [step, gradients] of [[1, 1e-8], [-3, 2], [4, -1]].entries()) {
    adam!.apply([tf.tensor1d(gradients)]);
    gradients.forEach((gradient, i) => {
      const g = gradient + 0.5 * weights[i]!;
      m[i] = 0.9 * m[i]! + 0.1 * g;
      v[i] = 0.999 * v[i]! + 0.001 * g * g;
      const [first, second] = [m[i]! / (1 - 0.9 ** (step + 1)), v[i]! / (1 - 0.999 ** (step + 1))];
      weights[i]! -= 0.1 * first / (Math.sqrt(second) + 1e-8);
    });
    // 1 − β₂ in float32 is off by a part in 10⁵.
    parameter.value.dataSync().forEach((value, i) => assertAlmostEquals(value, weights[i]!, 5e-6));
  }
});

for (const only of ["cpu", "native"] as const) {
  testWith(
    backendNeeds(only),
    `layers-batch-norm: ε = 10⁻⁵ beside the biased variance, and a tenth of a batch is remembered, on ${only}`,
    async () => {
      await startBackend({ only });
      const filled = (name: string, value: number) => new Parameter(name, tf.fill([1], value));
      const [mean, variance] = [filled("mean", 0), filled("variance", 1)];
      const layer = normalisation({ gamma: filled("gamma", 1), beta: filled("beta", 0), mean, variance });
      // Two values about 4 with the biased variance 10⁻⁵ and the unbiased one 2·10⁻⁵.
      const spread = Math.sqrt(1e-5);
      const y = layer(tf.tensor2d([[4 - spread], [4 + spread]]), TRAINING).dataSync();
      // A value of 4 is known to 2·10⁻⁷, a tenth of a percent of a deviation of 3·10⁻³ at most.
      assertAlmostEquals(y[1]!, Math.SQRT1_2, 2e-3);
      assertAlmostEquals(mean.value.dataSync()[0]!, 0.4, 1e-6);
      layer(tf.tensor2d([[0], [6]]), TRAINING);
      assertAlmostEquals(mean.value.dataSync()[0]!, 0.9 * 0.4 + 0.1 * 3, 1e-6);
      assertAlmostEquals(variance.value.dataSync()[0]!, 0.9 * 0.9 + 0.1 * 18, 1e-5);
    },
  );
}

Deno.test("layers-dropout: what is kept is scaled so that the mean stays, at any rate", async () => {
  await startBackend({ only: "cpu" });
  for (const rate of [0.2, 0.3, 0.5]) {
    const mask = maskFrom(seededRng(0, "mask"))([100, 1, 1, 100], rate);
    const values = mask.dataSync<"float32">();
    assertEquals(new Set(values), new Set([0, Math.fround(1 / (1 - rate))]));
    // Ten thousand draws: the mean is off by a hundredth where the rate is a half.
    assertAlmostEquals(tf.mean(mask).dataSync()[0]!, 1, 0.03);
    assertNotEquals(maskFrom(seededRng(1, "mask"))([100, 1, 1, 100], rate).dataSync(), values);
  }
});
