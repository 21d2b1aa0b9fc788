/** AnoGAN against its twin in PyTorch, and as a detector. */

import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { createAdgan, inversionScore, trainStep } from "../src/detectors/adgan.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { ADGAN } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { INFERENCE } from "../src/engine/layer.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { ganNetworks } from "../src/networks/adgan.ts";
import { dense, reshape, sequence } from "../src/networks/layers/layers.ts";
import * as twin from "./torch_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/adgan.json" with { type: "json" };

const LATENT = ADGAN.mnist.latent;
const SMALL = { ...ADGAN.mnist, latent: 6, epochs: 2, batch: 4, inversionSteps: 3 };
const start = () => startBackend({ only: "native", threads: 1 });

function filled() {
  const networks = ganNetworks(twin.SHAPE, LATENT, seededRng(0, "init"));
  const { generator, features, judge } = networks;
  const players = { generator, discriminator: sequence(features, judge) };
  for (const net of Object.values(players)) twin.fill([...net.parameters, ...net.buffers]);
  return { networks, players };
}

testWith(
  ["native"],
  "baseline-adgan: G, f, D and the score after 0, 2 and 5 steps on z give their twin's values",
  async () => {
    await start();
    const { networks: { generator }, players: { discriminator }, networks } = filled();
    const made = generator(twin.codes("z", twin.IMAGES, LATENT), INFERENCE);
    twin.assertSummary(twin.summary(made), oracle.generated, made.size, "G(z)");
    const seen = networks.features(twin.images(), INFERENCE);
    twin.assertSummary(twin.summary(seen), oracle.features, seen.size, "f(x)");
    twin.assertClose(discriminator(twin.images(), INFERENCE).dataSync(), oracle.logits, "logit");
    const z = twin.codes("start", 1, LATENT);
    for (const inversionSteps of [0, 2, 5] as const) {
      const scores = inversionScore(twin.images(), z, networks, { inversionSteps, inversionRate: 0.1 });
      twin.assertClose(scores.dataSync(), oracle[`scores_${inversionSteps}`], `score after ${inversionSteps} steps`);
    }
  },
);

testWith(["native"], "baseline-adgan: a step has the twin's losses, gradients and running statistics", async () => {
  await start();
  const { networks, players: { generator, discriminator } } = filled();
  const found: Record<string, twin.Summary> = {};
  const optimisers = {
    generator: twin.descent(generator.parameters, found),
    discriminator: twin.descent(discriminator.parameters, found),
  };
  const losses = trainStep(twin.images(), twin.codes("z", twin.IMAGES, LATENT), { ...networks, optimisers });
  twin.assertClose(losses.dataSync(), oracle.losses, "loss");
  const nets = [generator, discriminator];
  twin.assertSummaries(found, oracle.gradients, nets.flatMap((net) => net.parameters));
  const buffers = nets.flatMap((net) => net.buffers);
  const running = Object.fromEntries(buffers.map(({ name, value }) => [name, twin.summary(value)]));
  twin.assertSummaries(running, oracle.buffers, buffers);
});

testWith(["native"], "choice-adgan: on CIFAR-10 G, f, D and the score give their twin's values", async () => {
  await start();
  const { latent } = ADGAN.cifar10;
  const networks = ganNetworks(twin.COLOUR, latent, seededRng(0, "init"));
  const { generator, features, judge } = networks;
  for (const net of [generator, features, judge]) twin.fill([...net.parameters, ...net.buffers]);
  const [x, z, { cifar10 }] = [twin.images(twin.COLOUR), twin.codes("z", twin.IMAGES, latent), oracle];
  const [made, seen] = [generator(z, INFERENCE), features(x, INFERENCE)];
  twin.assertSummary(twin.summary(made), cifar10.generated, made.size, "G(z)");
  twin.assertSummary(twin.summary(seen), cifar10.features, seen.size, "f(x)");
  twin.assertClose(judge(seen, INFERENCE).dataSync(), cifar10.logits, "logit");
  // A search without steps starts and ends at one code: here each image has its own.
  const left = tf.unstack(x).map((each, i) =>
    inversionScore(tf.expandDims(each), tf.slice(z, [i, 0], [1, latent]), networks, {
      inversionSteps: 0,
      inversionRate: 1,
    }).dataSync()[0]!
  );
  twin.assertClose(left, cifar10.left, "score");
});

Deno.test("adgan-score: nine tenths of the pixels' distance and one of the features', image by image", async () => {
  await startBackend({ only: "cpu" });
  const weight = new Parameter("w", tf.tensor2d([[1, 0], [0, 2], [-1, 0], [0, 0]]));
  const networks = {
    generator: sequence<tf.Tensor4D>(reshape(2, 2, 1)),
    features: sequence<tf.Tensor2D>(reshape(4), dense(weight)),
  };
  const x = tf.tensor4d([[[[1], [2]], [[4], [3]]], [[[0], [0]], [[0], [5]]]]);
  const start = tf.tensor2d([[1, 1, 1, 1]]);
  const scores = inversionScore(x, start, networks, { inversionSteps: 0, inversionRate: 1 });
  // x − G(z) is (0, 1, 3, 2) and (−1, −1, −1, 4); f of it is (−3, 2) and (0, −2).
  scores.dataSync().forEach((score, i) => assertAlmostEquals(score, [0.9 * 6 + 0.1 * 5, 0.9 * 7 + 0.1 * 2][i]!, 1e-5));
});

Deno.test("choice-adgan: the rate on z is a tenth after two fifths of the steps, a twentieth after three", async () => {
  await startBackend({ only: "cpu" });
  // G is the identity, f sees nothing: each step of Adam goes its whole rate towards an image that is far away.
  const blind = dense(new Parameter("w", tf.zeros([4, 1])));
  const networks = {
    generator: sequence<tf.Tensor4D>(reshape(2, 2, 1)),
    features: sequence<tf.Tensor2D>(reshape(4), blind),
  };
  const { inversionSteps, inversionRate } = ADGAN.mnist;
  const scores = inversionScore(tf.fill([1, 2, 2, 1], 10), tf.zeros([1, 4]), networks, {
    inversionSteps,
    inversionRate,
  });
  const moved = 0.01 * (200 + 100 / 10 + 200 / 20);
  // Five hundred steps in float32.
  assertAlmostEquals(scores.dataSync()[0]!, 0.9 * 4 * (10 - moved), 1e-3);
});

testWith(
  ["native"],
  "choice-adgan-rate: on MNIST a step moves weights by 2·10⁻⁴, in the last epoch as in the first",
  async () => {
    await start();
    const train = { role: "normal-train", images: squareImages(4, 5) } as const;
    const moved = async (epochs: number) => {
      const detector = createAdgan({ ...ADGAN.mnist, latent: 6, batch: 4, epochs }, 0, twin.SHAPE);
      const biases = async () => (await detector.save())["discriminator.judge.bias"]!.values[0]!;
      const before = await biases();
      await detector.fit(train);
      return Math.abs(await biases() - before);
    };
    // Adam's steps are a rate long while the gradient keeps its sign and size, as that of the last bias does at first.
    assertAlmostEquals(await moved(1), 2e-4, 1e-6);
    assertAlmostEquals(await moved(3), 6e-4, 2e-4);
  },
);

testWith(["native"], "choice-adgan: a search leaves no tensor behind but the scores", async () => {
  await start();
  const networks = ganNetworks(twin.SHAPE, 6, seededRng(0, "init"));
  const [x, z] = [twin.images(), twin.codes("start", 1, 6)];
  const before = tf.memory().numTensors;
  inversionScore(x, z, networks, SMALL).dispose();
  assertEquals(tf.memory().numTensors, before);
});

/** Images of one bright square each, at one of nine places in `from`. */
function squareImages(count: number, from: number): Images {
  const pixels = new Float32Array(count * 784).fill(-1);
  for (let i = 0; i < count; i++) {
    const [row, column] = [from + i % 3, from + Math.floor(i / 3) % 3];
    for (let a = 0; a < 8; a++) {
      for (let b = 0; b < 8; b++) pixels[i * 784 + 28 * (row + a) + column + b] = 1;
    }
  }
  return { count, ...twin.SHAPE, pixels };
}

testWith(["native"], "baseline-adgan: an image unlike the normal ones is left further from its best code", async () => {
  await start();
  const recipe = { ...ADGAN.mnist, latent: 6, epochs: 8, batch: 9, inversionSteps: 10, inversionRate: 0.2 };
  const detector = createAdgan(recipe, 0, twin.SHAPE);
  await detector.fit({ role: "normal-train", images: squareImages(18, 2) });
  const normal = await detector.score(squareImages(9, 2));
  const anomalous = await detector.score(squareImages(9, 16));
  assert(Math.max(...normal) < Math.min(...anomalous), `${normal} and ${anomalous}`);
});

testWith(["native"], "score-deterministic: AnoGAN's score of an image is its own", async () => {
  await start();
  const detector = createAdgan(SMALL, 0, twin.SHAPE);
  await detector.fit({ role: "normal-train", images: squareImages(4, 5) });
  const all = squareImages(3, 0);
  const together = await detector.score(all);
  const turned = await detector.score(gather(all, [2, 0, 1]));
  assertEquals([...turned], [together[2], together[0], together[1]]);
  // A single row is multiplied by another of TensorFlow's kernels, which rounds differently.
  assertAlmostEquals((await detector.score(gather(all, [1])))[0]!, together[1]!, 1e-3 * together[1]!);
});

testWith(
  ["native"],
  "adgan-score: what was saved scores alike in a detector of another seed, its start included",
  async () => {
    await start();
    const [one, other] = [createAdgan(SMALL, 0, twin.SHAPE), createAdgan(SMALL, 1, twin.SHAPE)];
    await one.fit({ role: "normal-train", images: squareImages(4, 5) });
    other.load(await one.save());
    assertEquals(await other.score(squareImages(3, 0)), await one.score(squareImages(3, 0)));
  },
);

testWith(["native"], "run-resume: AnoGAN's two epochs are one, a checkpoint, and one more, bit for bit", async () => {
  await start();
  const train = { role: "normal-train", images: squareImages(8, 5) } as const;
  const whole = createAdgan(SMALL, 0, twin.SHAPE);
  let checkpoint: Checkpoint | undefined;
  await whole.fit(train, {
    onEpoch: async (report) => {
      if (report.epoch === 1) checkpoint = await report.checkpoint();
    },
  });
  const resumed = createAdgan(SMALL, 0, twin.SHAPE);
  await resumed.fit(train, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
});

Deno.test("api-errors: AnoGAN refuses images that it has no networks for, and too few of them", async () => {
  await startBackend({ only: "cpu" });
  assertThrows(
    () => createAdgan(SMALL, 0, { height: 8, width: 8, channels: 1 }),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 8 × 1",
  );
  await assertRejects(
    () => createAdgan({ ...SMALL, batch: 9 }, 0, twin.SHAPE).fit({ role: "normal-train", images: squareImages(8, 5) }),
    RangeError,
    "Cannot fit adgan: 8 images do not fill one batch of 9",
  );
});
