/** DSEBM: energy, reconstruction, loss and step are those of the twin in PyTorch; both derivatives are those of the tape. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { createDsebm, dsebmStep } from "../src/detectors/dsebm.ts";
import { DSEBM } from "../src/detectors/recipes/baselines.ts";
import { minibatches, toTensor } from "../src/detectors/training/batches.ts";
import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import "../src/engine/gradients.ts";
import { seededRng } from "../src/engine/random.ts";
import type { EnergyNetwork } from "../src/networks/dsebm.ts";
import { energyNetwork } from "../src/networks/dsebm.ts";
import { assertClose, assertStepped, fill, formula, imagesOf, saved, twinAdam } from "./autoencoder_twin.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dsebm.json" with { type: "json" };

const MNIST = { height: 28, width: 28, channels: 1 };
const CIFAR10 = { height: 32, width: 32, channels: 3 };

function filled(shape: typeof MNIST, channels: number): EnergyNetwork {
  const network = energyNetwork(shape, channels, seededRng(0, "init"));
  fill(network.parameters);
  return network;
}

function batch(name: string, count: number, { height, width, channels }: typeof MNIST, scale: number): tf.Tensor4D {
  const shape: [number, number, number, number] = [count, height, width, channels];
  return tf.tensor4d(formula(name, shape, scale), shape);
}

/** Images that are stripes, each shifted against the one before. */
function stripes(count: number): Images {
  const pixels = new Float32Array(count * 784).map((_, i) => Math.sin(i % 28 + Math.floor(i / 784)));
  return { ...MNIST, count, pixels };
}

/** Energies before and after a step, its loss, its gradients and the weights after it. */
function assertTwin(shape: typeof MNIST, channels: number, count: number, wanted: typeof oracle.small): void {
  const network = filled(shape, channels);
  const x = batch("images", count, shape, 1);
  assertClose(network.energy(x).dataSync(), wanted.fresh, "energies before");
  const noisy = tf.add<tf.Tensor4D>(x, batch("noise", count, shape, 0.5));
  const optimiser = twinAdam(network.parameters);
  assertClose(dsebmStep(x, noisy, network, optimiser).dataSync(), [wanted.loss], "the loss");
  assertStepped(optimiser, wanted.weights);
  assertClose(network.energy(x).dataSync(), wanted.trained, "energies after");
}

Deno.test("choice-dsebm: energy, loss and one step of a small network are the twin's", async () => {
  await startBackend({ only: "cpu" });
  assertTwin(MNIST, 2, 3, oracle.small);
});

/** The losses of two steps of a small network, and the scores after them. */
async function trained(only: BackendName): Promise<number[]> {
  await startBackend({ only });
  const images = stripes(4);
  const detector = createDsebm({ ...DSEBM.mnist, channels: 2, batch: 4, epochs: 2 }, 0, MNIST);
  const losses: number[] = [];
  await detector.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void losses.push(...Object.values(report.losses)),
  });
  return [...losses, ...await detector.score(images)];
}

for (const name of ["native", "wasm", "webgpu"] as const) {
  testWith(backendNeeds(name), `dsebm-second-derivative: ${name} trains and scores as cpu does`, async () => {
    const wanted = await trained("cpu");
    // Adam's first step is a learning rate long however small and rounded a gradient is.
    (await trained(name)).forEach((value, i) =>
      assertAlmostEquals(value, wanted[i]!, 1e-4 * Math.abs(wanted[i]!), `value ${i}`)
    );
  });
}

for (const [name, shape] of [["mnist", MNIST], ["cifar10", CIFAR10]] as const) {
  testWith(["native"], `choice-dsebm: with the recipe's network they are the twin's on ${name}`, async () => {
    await startBackend({ only: "native" });
    assertTwin(shape, DSEBM.mnist.channels, 2, oracle[name]);
  });
}

Deno.test("dsebm-second-derivative: x − f(x) is the energy's gradient on the tape", async () => {
  await startBackend({ only: "cpu" });
  const network = filled(MNIST, 2);
  const x = batch("images", 2, MNIST, 1);
  const slope = tf.grad((given) => tf.sum(network.energy(given as tf.Tensor4D)))(x);
  const rebuilt = network.rebuild(x);
  assertClose(tf.sub(x, rebuilt).dataSync(), [...slope.dataSync()], "the gradient", 1e-5);
});

Deno.test("dsebm-second-derivative: along each parameter's gradient the loss changes by finite differences as told", async () => {
  await startBackend({ only: "cpu" });
  const network = energyNetwork(MNIST, 2, seededRng(0, "init"));
  const x = batch("images", 2, MNIST, 1);
  const noisy = tf.add<tf.Tensor4D>(x, batch("noise", 2, MNIST, 0.5));
  const loss = () => tf.mean(tf.squaredDifference(network.rebuild(noisy), x)).dataSync()[0]!;
  let gradients: readonly tf.Tensor[] = [];
  dsebmStep(x, noisy, network, {
    parameters: network.parameters,
    apply: (given) => void (gradients = given.map((gradient) => tf.keep(tf.clone(gradient)))),
  });
  network.parameters.forEach((parameter, i) => {
    const norm = tf.norm(gradients[i]!).dataSync()[0]!;
    const start = tf.clone(parameter.value);
    // Long enough for float32 to see the loss change, short enough for the change to be all but linear.
    const step = 0.1;
    const [above, below] = [1, -1].map((sign) => {
      parameter.set(tf.add(start, tf.mul(gradients[i]!, sign * step / norm)));
      return loss();
    });
    parameter.set(start);
    assertAlmostEquals((above! - below!) / (2 * step), norm, 0.01 * norm, parameter.name);
  });
});

Deno.test("baseline-dsebm: the score is the energy, and a higher one is more anomalous", async () => {
  await startBackend({ only: "cpu" });
  const detector = createDsebm({ ...DSEBM.mnist, channels: 2 }, 0, MNIST);
  detector.load(saved(filled(MNIST, 2).parameters));
  assertClose(await detector.score(imagesOf(batch("images", 3, MNIST, 1))), oracle.small.fresh, "scores");
});

Deno.test("dsebm-noise: its standard deviation is that of the normal training images about their mean image", async () => {
  await startBackend({ only: "cpu" });
  // Faint stripes before a bright ground: about 0, or about the mean of all pixels, the deviation is another.
  const { pixels, ...rest } = stripes(4);
  const images = { ...rest, pixels: pixels.map((value, i) => 0.1 * value + (i % 784 < 392 ? 0.9 : 0.3)) };
  const deviations = Array.from({ length: 784 }, (_, j) => {
    const values = [0, 1, 2, 3].map((i) => images.pixels[i * 784 + j]!);
    return values.map((value) => value - values.reduce((a, b) => a + b) / 4);
  }).flat();
  const sigma = Math.sqrt(deviations.reduce((sum, value) => sum + value ** 2, 0) / deviations.length);
  const network = energyNetwork(MNIST, 2, seededRng(0, "init"));
  // f of fresh weights hardly sees what it is given.
  for (const parameter of network.parameters) parameter.set(tf.mul(parameter.value, 5));
  const detector = createDsebm({ ...DSEBM.mnist, channels: 2, batch: 4, epochs: 1 }, 7, MNIST);
  detector.load(saved(network.parameters));
  let loss = NaN;
  await detector.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void (loss = report.losses["denoising"]!),
  });
  // The same step with that noise.
  const x = toTensor(gather(images, minibatches(seededRng(7, "shuffle", 1), 4, 4).next().value));
  const noise = tf.tensor(seededRng(7, "noise", 1).normals(x.size), x.shape);
  const idle = { parameters: network.parameters, apply() {} };
  const [wanted, half] = [1, 0.5].map((share) =>
    dsebmStep(x, tf.add(x, tf.mul(noise, share * sigma)), network, idle).dataSync()[0]!
  );
  // float32's rounding.
  assertAlmostEquals(loss, wanted!, 1e-6 * wanted!);
  assert(Math.abs(half! - wanted!) > 1e-3 * wanted!, "the noise is large enough to tell");
});

Deno.test("dsebm-softplus: h = log(1 + eᵃ) in every layer, without any normalisation", async () => {
  await startBackend({ only: "cpu" });
  const network = energyNetwork(MNIST, 2, seededRng(0, "init"));
  for (const parameter of network.parameters) {
    const { name, value: { shape, size } } = parameter;
    const values = new Float32Array(size);
    // On an image of one grey all units of a layer then agree: one of the last sees the mean of those below, any other a single one,
    // at a place of the kernel that never lies in the padding: its first, and where 7 rows become 4 its middle.
    if (name === "energy.dense.weight") values.fill(1 / shape[0]!);
    else if (name.endsWith(".weight")) {
      const place = (name === "energy.conv3.weight" ? 4 : 0) * shape[2]! * shape[3]!;
      values.fill(1, place, place + shape[3]!);
    }
    parameter.set(tf.tensor(values, shape));
  }
  const greys = [-3, -0.5, 0, 2];
  const images = tf.tensor4d(greys.flatMap((grey) => Array(784).fill(grey)), [4, 28, 28, 1]);
  const softplus = (a: number) => Math.log(1 + Math.exp(a));
  const wanted = greys.map((grey) => 392 * grey ** 2 - 256 * softplus(softplus(softplus(softplus(grey)))));
  assertClose(network.energy(images).dataSync(), wanted, "energies", 1e-6);
});

Deno.test("choice-dsebm: images of another size are refused", () => {
  assertThrows(
    () => createDsebm(DSEBM.mnist, 0, { ...MNIST, height: 8 }),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 28 × 1",
  );
});

testWith(["native"], "choice-dsebm: it learns, scores one image at a time, and resumes to the same bits", async () => {
  await startBackend({ only: "native" });
  const images = stripes(8);
  const recipe = { ...DSEBM.mnist, epochs: 20, batch: 4, channels: 4, learningRate: 4e-3 };
  const whole = createDsebm(recipe, 0, MNIST);
  const losses: number[] = [];
  const tensors: number[] = [];
  let checkpoint: Checkpoint | undefined;
  await whole.fit({ role: "normal-train", images }, {
    async onEpoch(report) {
      losses.push(report.losses["denoising"]!);
      tensors.push(tf.memory().numTensors);
      if (report.epoch === 12) checkpoint = await report.checkpoint();
    },
  });
  assert(losses.at(-1)! < 0.7 * losses[0]!, `losses ${losses}`);
  assertEquals(new Set(tensors).size, 1, `tensors after each epoch: ${tensors}`);
  const resumed = createDsebm(recipe, 0, MNIST);
  await resumed.fit({ role: "normal-train", images }, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
  const together = await whole.score(images);
  const [alone] = await whole.score(gather(images, [2]));
  assertAlmostEquals(alone!, together[2]!, 1e-4 * Math.abs(together[2]!));
  const noise = { ...images, pixels: seededRng(0, "images").normals(8 * 784) };
  assert(Math.min(...await whole.score(noise)) > Math.max(...together), "noise has more energy than what was learned");
});
