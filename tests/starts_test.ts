/** From which distributions the baselines' weights start, and which layers have a bias. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { dagmmNetworks } from "../src/detectors/dagmm.ts";
import { DAGMM, DSEBM } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { aladNetworks } from "../src/networks/alad.ts";
import { autoencoderFor } from "../src/networks/dcae.ts";
import { energyNetwork } from "../src/networks/dsebm.ts";
import { ganNetworks } from "../src/networks/adgan.ts";

const MNIST = { height: 28, width: 28, channels: 1 };
const CIFAR10 = { height: 32, width: 32, channels: 3 };

const weightsOf = (parameters: readonly Parameter[]) => parameters.filter(({ name }) => name.endsWith(".weight"));

/** The largest size of a weight: of 200 uniform draws and more it is within a fiftieth of the distribution's end, and never beyond. */
function assertUniform({ name, value }: Parameter, bound: number): void {
  assert(value.size >= 200, name);
  const ends = [tf.max(value), tf.neg(tf.min(value))].map((end) => end.dataSync()[0]!);
  // float32's rounding.
  for (const end of ends) assert(end <= bound * (1 + 1e-6) && end > 0.95 * bound, `${name}: ${end} of ${bound}`);
}

Deno.test("choice-dcae: weights start by PyTorch's distributions on MNIST, by Glorot's with the ReLU's gain on CIFAR-10", async () => {
  await startBackend({ only: "cpu" });
  const parameters = (shape: typeof MNIST) => {
    const { encoder, decoder } = autoencoderFor(shape, seededRng(0, "init"));
    return weightsOf([...encoder.parameters, ...decoder.parameters]);
  };
  // One over the root of the values that an output sees; of a transposed convolution, of those that see an input.
  const fans: readonly number[] = [25, 25 * 8, 196, 25 * 4, 25 * 8, 25];
  const mnist = parameters(MNIST);
  assertEquals(mnist.length, fans.length);
  mnist.forEach((weight, i) => assertUniform(weight, 1 / Math.sqrt(fans[i]!)));
  for (const weight of parameters(CIFAR10)) {
    const [from, to] = weight.value.shape.slice(-2) as [number, number];
    const gain = Math.sqrt(2 / (1 + 0.01 ** 2));
    const linear = weight.value.shape.length === 2;
    assertUniform(weight, linear ? 1 / Math.sqrt(from) : gain * Math.sqrt(6 / (25 * (from + to))));
  }
});

for (
  const [clause, made] of [
    ["choice-dsebm", () => energyNetwork(MNIST, DSEBM.mnist.channels, seededRng(0, "init")).parameters],
    [
      "choice-dagmm",
      () =>
        Object.values(dagmmNetworks(DAGMM.mnist, MNIST, seededRng(0, "init"))).flatMap(({ parameters }) => parameters),
    ],
  ] as const
) {
  Deno.test(`${clause}: weights start by Glorot's uniform distribution, biases at zero`, async () => {
    await startBackend({ only: "cpu" });
    const parameters = made();
    for (const weight of weightsOf(parameters)) {
      const { shape, size } = weight.value;
      const [from, to] = shape.slice(-2) as [number, number];
      // The estimator's last layer has thirty weights.
      if (size >= 200) assertUniform(weight, Math.sqrt(6 / (size / (from * to) * (from + to))));
    }
    const biases = parameters.filter(({ name }) => name.endsWith(".bias"));
    assert(biases.length > 0);
    for (const { value } of biases) assertEquals(new Set(value.dataSync()), new Set([0]));
  });
}

/** Weights are N(0, 0.02²), and these layers alone have a bias. */
function assertDcgan(parameters: readonly Parameter[], biased: readonly string[]): void {
  for (const { name, value } of weightsOf(parameters)) {
    const [mean, square] = [tf.mean(value), tf.mean(tf.square(value))].map((each) => each.dataSync()[0]!);
    // As closely as so many draws give it: four standard deviations.
    assertAlmostEquals(mean!, 0, 0.02 * 4 / Math.sqrt(value.size), name);
    assertAlmostEquals(Math.sqrt(square!), 0.02, 0.02 * 4 / Math.sqrt(2 * value.size), name);
  }
  const found = parameters.filter(({ name }) => name.endsWith(".bias"));
  assertEquals(found.map(({ name }) => name), biased);
  for (const { value } of found) assertEquals(new Set(value.dataSync()), new Set([0]));
}

Deno.test("choice-adgan: weights start as N(0, 0.02²), and no bias stands where a batch normalisation follows", async () => {
  await startBackend({ only: "cpu" });
  for (const [shape, last] of [[MNIST, "conv2"], [CIFAR10, "conv3"]] as const) {
    const { generator, features, judge } = ganNetworks(shape, 20, seededRng(0, "init"));
    const biased = [`generator.${last}.bias`, "discriminator.conv1.bias", "discriminator.judge.bias"];
    assertDcgan([generator, features, judge].flatMap(({ parameters }) => parameters), biased);
  }
});

Deno.test("choice-alad: weights start as N(0, 0.02²), and no bias stands where a batch normalisation follows", async () => {
  await startBackend({ only: "cpu" });
  const { encoder, generator, Dxz, Dxx, Dzz } = aladNetworks(MNIST, 20, 0.2, seededRng(0, "init"));
  assertDcgan([encoder, generator, Dxz, Dxx, Dzz].flatMap(({ parameters }) => parameters), [
    "encoder.linear.bias",
    "generator.conv3.bias",
    ...["conv1", "z1", "z2", "both", "logit"].map((layer) => `xz.${layer}.bias`),
    ...["conv1", "conv2", "logit"].map((layer) => `xx.${layer}.bias`),
    ...["linear1", "linear2", "logit"].map((layer) => `zz.${layer}.bias`),
  ]);
});
