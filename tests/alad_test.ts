/** ALAD and its spectral normalisation against their twin in PyTorch and the tape, and as a detector. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { createAlad, PLAYERS, trainStep } from "../src/detectors/alad.ts";
import type { Checkpoint, NamedArray } from "../src/detectors/detector.ts";
import { snapshot } from "../src/detectors/training/weights.ts";
import { ALAD } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import { aladNetworks } from "../src/networks/alad.ts";
import * as twin from "./torch_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/alad.json" with { type: "json" };

const { latent: LATENT, dropout: RATE } = ALAD.mnist;
const SMALL = { ...ALAD.mnist, epochs: 2, batch: 4 };
const start = () => startBackend({ only: "native", threads: 1 });

function filled() {
  const networks = aladNetworks(twin.SHAPE, LATENT, RATE, seededRng(0, "init"));
  const all = PLAYERS.map((player) => networks[player]);
  const [parameters, buffers] = [all.flatMap((net) => net.parameters), all.flatMap((net) => net.buffers)];
  twin.fill([...parameters, ...buffers]);
  return { networks, parameters, buffers };
}

/** Weights that have always been what they are. */
function averagesToo(arrays: Record<string, NamedArray>): Record<string, NamedArray> {
  const averages = Object.entries(arrays).map(([name, array]) => [`${name}/average`, array] as const);
  const steps = { shape: [], values: Float32Array.of(1) };
  return { ...arrays, ...Object.fromEntries(averages), "averages/steps": steps };
}

testWith(["native"], "baseline-alad: the networks and the score give their twin's values", async () => {
  await start();
  const { networks, parameters, buffers } = filled();
  const [x, z] = [twin.images(), twin.codes("z", twin.IMAGES, LATENT)];
  const codes = networks.encoder(x, INFERENCE);
  const rebuilt = networks.generator(codes, INFERENCE);
  twin.assertSummary(twin.summary(codes), oracle.codes, codes.size, "E(x)");
  twin.assertSummary(twin.summary(rebuilt), oracle.rebuilt, rebuilt.size, "G(E(x))");
  twin.assertClose(networks.Dxz(x, codes, INFERENCE).dataSync(), oracle.logits_xz, "Dxz(x, E(x))");
  twin.assertClose(networks.Dxx(x, rebuilt, INFERENCE).dataSync(), oracle.logits_xx, "Dxx(x, G(E(x)))");
  twin.assertClose(networks.Dzz(z, codes, INFERENCE).dataSync(), oracle.logits_zz, "Dzz(z, E(x))");
  const detector = createAlad(SMALL, 0, twin.SHAPE);
  detector.load(averagesToo(await snapshot([...parameters, ...buffers])));
  const images = { count: twin.IMAGES, ...twin.SHAPE, pixels: x.dataSync<"float32">() };
  twin.assertClose(await detector.score(images), oracle.scores, "score");
});

testWith(["native"], "baseline-alad: a step has the twin's losses, gradients and running statistics", async () => {
  await start();
  const { networks, parameters, buffers } = filled();
  const found: Record<string, twin.Summary> = {};
  const optimiser = (player: typeof PLAYERS[number]) => twin.descent(networks[player].parameters, found);
  const optimisers = {
    encoder: optimiser("encoder"),
    generator: optimiser("generator"),
    Dxz: optimiser("Dxz"),
    Dxx: optimiser("Dxx"),
    Dzz: optimiser("Dzz"),
  };
  const z = twin.codes("z", twin.IMAGES, LATENT);
  const losses = trainStep(twin.images(), z, { ...networks, optimisers }, twin.masks());
  twin.assertClose(losses.dataSync(), oracle.losses, "loss");
  twin.assertSummaries(found, oracle.gradients, parameters);
  // What D sees is no part of a score: the statistics of Dxz are not followed.
  const running = Object.fromEntries(buffers.map(({ name, value }) => [name, twin.summary(value)]));
  twin.assertSummaries(running, oracle.buffers, buffers);
});

testWith(["native"], "choice-alad: a step leaves no tensor behind but its losses", async () => {
  await start();
  const networks = aladNetworks(twin.SHAPE, 4, RATE, seededRng(0, "init"));
  const idle = (player: typeof PLAYERS[number]) => ({ parameters: networks[player].parameters, apply() {} });
  const optimisers = {
    encoder: idle("encoder"),
    generator: idle("generator"),
    Dxz: idle("Dxz"),
    Dxx: idle("Dxx"),
    Dzz: idle("Dzz"),
  };
  const [x, z] = [twin.images(), twin.codes("z", twin.IMAGES, 4)];
  const before = tf.memory().numTensors;
  trainStep(x, z, { ...networks, optimisers }, twin.masks()).dispose();
  assertEquals(tf.memory().numTensors, before);
});

/** Images of noise; it changes no test what they show. */
function noise(count: number): Images {
  return { count, ...twin.SHAPE, pixels: seededRng(0, "images").uniforms(count * 784).map((u) => 2 * u - 1) };
}

testWith(["native"], "score-deterministic: ALAD's score of an image is its own", async () => {
  await start();
  const detector = createAlad(SMALL, 0, twin.SHAPE);
  await detector.fit({ role: "normal-train", images: noise(4) });
  const all = noise(3);
  const together = await detector.score(all);
  const turned = await detector.score(gather(all, [2, 0, 1]));
  assertEquals([...turned], [together[2], together[0], together[1]]);
  // A single row is multiplied by another of TensorFlow's kernels, which rounds differently.
  const [alone] = await detector.score(gather(all, [1]));
  assert(Math.abs(alone! - together[1]!) < 1e-4 * together[1]! && together[1]! > 0);
});

testWith(["native"], "run-resume: ALAD's two epochs are one, a checkpoint, and one more, bit for bit", async () => {
  await start();
  const train = { role: "normal-train", images: noise(8) } as const;
  const whole = createAlad(SMALL, 0, twin.SHAPE);
  let checkpoint: Checkpoint | undefined;
  await whole.fit(train, {
    onEpoch: async (report) => {
      if (report.epoch === 1) checkpoint = await report.checkpoint();
    },
  });
  const resumed = createAlad(SMALL, 0, twin.SHAPE);
  await resumed.fit(train, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
});

testWith(["native"], "choice-alad: on CIFAR-10 the networks and the score give their twin's values", async () => {
  await start();
  const { latent, dropout } = ALAD.cifar10;
  const networks = aladNetworks(twin.COLOUR, latent, dropout, seededRng(0, "init"));
  const all = PLAYERS.flatMap((player) => [...networks[player].parameters, ...networks[player].buffers]);
  twin.fill(all);
  const [x, z, { cifar10 }] = [twin.images(twin.COLOUR), twin.codes("z", twin.IMAGES, latent), oracle];
  const codes = networks.encoder(x, INFERENCE);
  const [rebuilt, made] = [networks.generator(codes, INFERENCE), networks.generator(z, INFERENCE)];
  twin.assertSummary(twin.summary(codes), cifar10.codes, codes.size, "E(x)");
  twin.assertSummary(twin.summary(rebuilt), cifar10.rebuilt, rebuilt.size, "G(E(x))");
  twin.assertSummary(twin.summary(made), cifar10.generated, made.size, "G(z)");
  twin.assertClose(networks.Dxz(x, codes, INFERENCE).dataSync(), cifar10.logits_xz, "Dxz(x, E(x))");
  twin.assertClose(networks.Dxx(x, rebuilt, INFERENCE).dataSync(), cifar10.logits_xx, "Dxx(x, G(E(x)))");
  const detector = createAlad({ ...SMALL, latent }, 0, twin.COLOUR);
  detector.load(averagesToo(await snapshot(all)));
  const images = { count: twin.IMAGES, ...twin.COLOUR, pixels: x.dataSync<"float32">() };
  twin.assertClose(await detector.score(images), cifar10.scores, "score");
});

Deno.test("api-errors: ALAD refuses images that it has no networks for, and too few of them", async () => {
  await startBackend({ only: "cpu" });
  assertThrows(
    () => createAlad(SMALL, 0, { height: 8, width: 8, channels: 1 }),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 8 × 1",
  );
  await assertRejects(
    () => createAlad({ ...SMALL, batch: 9 }, 0, twin.SHAPE).fit({ role: "normal-train", images: noise(8) }),
    RangeError,
    "Cannot fit alad: 8 images do not fill one batch of 9",
  );
});
