/** MEMAE: its networks, memory, loss, step and score are those of the twin in PyTorch. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { createMemae, memaeNetworks, memaeStep } from "../src/detectors/memae.ts";
import { MEMAE } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allOf } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import { assertClose, assertStepped, batch, fill, imagesOf, saved, twinAdam } from "./autoencoder_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/memae.json" with { type: "json" };

const MNIST = { height: 28, width: 28, channels: 1 };
const CIFAR10 = { height: 32, width: 32, channels: 3 };

function filled(shape: typeof MNIST, units: number) {
  const networks = memaeNetworks(shape, units, seededRng(0, "init"));
  const { encoder, decoder, memory } = networks;
  const parameters = [...encoder.parameters, ...decoder.parameters, memory];
  fill(parameters);
  return { networks, parameters, all: [...allOf(encoder, decoder), memory] };
}

Deno.test("choice-memae: loss and one step are the twin's", async () => {
  await tf.setBackend("cpu");
  const { networks, parameters } = filled(MNIST, 100);
  const optimiser = twinAdam(parameters);
  const { mse, entropy, weights } = oracle.mnist;
  // The twin's weight of the entropy, large enough for its gradient to show.
  const [gotMse, gotEntropy] = memaeStep(batch(3, 28, 1), networks, optimiser, { ...MEMAE.mnist, entropyWeight: 0.2 })
    .dataSync();
  assertClose([gotMse!], [mse], "MSE");
  assertClose([gotEntropy!], [entropy], "H");
  assertStepped(optimiser, weights);
});

Deno.test("choice-memae: the score is the squared error, on MNIST and on CIFAR-10 the twin's", async () => {
  await tf.setBackend("cpu");
  // What the threshold takes away is 10⁻⁵ of these scores; float32 gives them to 10⁻⁶.
  const tolerance = 2e-6;
  const mnist = createMemae(MEMAE.mnist, 0, MNIST);
  mnist.load(saved(filled(MNIST, 100).all));
  assertClose(await mnist.score(imagesOf(batch(3, 28, 1))), oracle.mnist.fresh, "MNIST", tolerance);
  const cifar10 = createMemae(MEMAE.cifar10, 0, CIFAR10);
  cifar10.load(saved(filled(CIFAR10, 500).all));
  assertClose(await cifar10.score(imagesOf(batch(1, 32, 3))), oracle.cifar10.fresh, "CIFAR-10", tolerance);
});

Deno.test("baseline-memae: what is decoded is made of memory vectors: of a single one, the same for all images", async () => {
  await tf.setBackend("cpu");
  const detector = createMemae({ ...MEMAE.mnist, units: 1, threshold: 0.5 }, 0, MNIST);
  detector.load(saved(filled(MNIST, 1).all));
  const [a, b] = tf.split(batch(2, 28, 1), 2) as [tf.Tensor4D, tf.Tensor4D];
  const between = tf.div<tf.Tensor4D>(tf.add(a, b), 2);
  const [ofA, ofB, ofBetween] = await detector.score(imagesOf(tf.concat([a, b, between])));
  // Distances to one point: the parallelogram law.
  const [difference] = tf.sum(tf.squaredDifference(a, b)).dataSync();
  assert(difference! > 10, "the images differ");
  assertAlmostEquals(ofA! + ofB! - 2 * ofBetween!, difference! / 2, 1e-3 * difference!);
});

Deno.test("choice-memae: at first the memory is uniform in ±1/√d, d = 1024, weights are N(0, 0.02²), and γ is 1", async () => {
  await tf.setBackend("cpu");
  const { encoder, decoder, memory } = memaeNetworks(CIFAR10, 500, seededRng(0, "init"));
  const spread = (value: tf.Tensor) => tf.sqrt(tf.mean(tf.square(value))).dataSync()[0]!;
  assertEquals(memory.value.shape, [500, 1024]);
  const greatest = Math.max(...[tf.max(memory.value), tf.min(memory.value)].map((end) => Math.abs(end.dataSync()[0]!)));
  // Of half a million draws one comes within a thousandth of the end, and their deviation within a thousandth of 1/√3.
  assert(greatest <= 1 / 32 && greatest > 0.999 / 32, `${greatest}`);
  assertAlmostEquals(spread(memory.value), 1 / 32 / Math.sqrt(3), 2e-3 / 32);
  assertAlmostEquals(tf.mean(memory.value).dataSync()[0]!, 0, 5e-3 / 32);
  const weights = [...encoder.parameters, ...decoder.parameters].filter(({ name }) => name.endsWith(".weight"));
  assertEquals(weights.length, 8);
  const gammas = [...encoder.parameters, ...decoder.parameters].filter(({ name }) => name.endsWith(".gamma"));
  assertEquals(new Set(gammas.flatMap(({ value }) => [...value.dataSync()])), new Set([1]));
  for (const { name, value } of weights) {
    // Some thousand draws and more: a deviation within a twentieth, a few beyond three deviations.
    assertAlmostEquals(spread(value), 0.02, 1e-3, name);
    assertAlmostEquals(tf.mean(value).dataSync()[0]!, 0, 2e-3, name);
    assert(tf.max(tf.abs(value)).dataSync()[0]! > 0.06, name);
  }
});

testWith(["native"], "choice-memae: it learns, scores one image at a time, and resumes to the same bits", async () => {
  await startBackend({ only: "native" });
  const pixels = new Float32Array(8 * 784).map((_, i) => Math.floor(i / 784) % 2 === 0 ? Math.sin(i % 28) : -1);
  const images: Images = { ...MNIST, count: 8, pixels };
  const recipe = { ...MEMAE.mnist, units: 10, epochs: 4, batch: 4, learningRate: 1e-3 };
  const whole = createMemae(recipe, 0, MNIST);
  const losses: number[] = [];
  let checkpoint: Checkpoint | undefined;
  await whole.fit({ role: "normal-train", images }, {
    async onEpoch(report) {
      losses.push(report.losses["mse"]!);
      if (report.epoch === 2) checkpoint = await report.checkpoint();
    },
  });
  assert(losses[3]! < losses[0]!, `losses ${losses}`);
  const resumed = createMemae(recipe, 0, MNIST);
  await resumed.fit({ role: "normal-train", images }, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
  const together = await whole.score(images);
  const [alone] = await whole.score(gather(images, [2]));
  assertAlmostEquals(alone!, together[2]!, 1e-4 * together[2]!);
});
