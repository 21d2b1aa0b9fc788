/**
 * MEMGAN's own networks, its step with the shipped recipe and its weights, against a twin in PyTorch and float64 that was written
 * from `spec/` alone: `tests/oracle/memgan_twin.py`. What is compared with is written by hand, by
 * `python -B tests/oracle/memgan_comparison.py`.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import * as tf from "@tensorflow/tfjs-core";
import { ABOUT } from "../src/data/dataset.ts";
import type { ImageShape } from "../src/data/images.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import type { MemganRecipe } from "../src/detectors/recipes/memgan.ts";
import { adamSettings, CIFAR10_RECIPE, MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { snapshot } from "../src/detectors/training/weights.ts";
import { Adam } from "../src/engine/adam.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { Optimiser } from "../src/engine/descend.ts";
import { allOf, INFERENCE } from "../src/engine/layer.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { encodeSafetensors } from "../src/experiments/safetensors.ts";
import { memganNetworks } from "../src/networks/memgan.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import * as twin from "./torch_twin.ts";
import type { Need } from "./needs.ts";
import { testWith, withFolder } from "./needs.ts";
import oracle from "./oracle/memgan.json" with { type: "json" };

type DatasetName = keyof typeof oracle;

const SETTINGS: Readonly<Record<DatasetName, readonly [MemganRecipe, ImageShape]>> = {
  mnist: [MNIST_RECIPE, ABOUT.mnist.shape],
  cifar10: [CIFAR10_RECIPE, ABOUT.cifar10.shape],
};

/** Images that the twin names one by one. */
const NAMED = 8;

/** The value that an array of the weights file starts with in both languages. */
function start(name: string, shape: number[]): tf.Tensor {
  const [kind, raw] = [name.split(".").at(-1)!, twin.value(name, ...shape)];
  if (kind === "weight") return tf.mul(raw, Math.sqrt(3 / shape.slice(0, -1).reduce((a, b) => a * b)));
  if (kind === "memory") return tf.mul(raw, Math.sqrt(3));
  return kind === "gamma" || kind === "variance" ? tf.add(1, tf.div(raw, 10)) : tf.div(raw, 10);
}

/** The networks of a data set with the twin's values, its batch, and a detector that has loaded them. */
async function filled(dataset: DatasetName) {
  await startBackend({ only: "native", threads: 1 });
  const [recipe, shape] = SETTINGS[dataset];
  const { batch, units, width } = recipe;
  const networks = memganNetworks(shape, width, recipe.dropout, seededRng(0, "init"));
  const memory = new Parameter("memory", tf.zeros([units, width]));
  const { encoder, generator, discriminator } = networks;
  const all = [...allOf(encoder, generator, discriminator), memory];
  for (const each of all) each.set(start(each.name, each.value.shape));
  const size = [batch, shape.height, shape.width, shape.channels] as const;
  const x = tf.reshape<tf.Rank.R4>(twin.value("x", size.reduce((a, b) => a * b)), [...size]);
  const detector = createMemgan(recipe, 0, shape);
  detector.load(await snapshot(all));
  const images = { count: batch, ...shape, pixels: x.dataSync<"float32">() };
  return { recipe, networks, memory, all, x, detector, images };
}

/** Values in a list that are compared as a summary. */
const summaryOf = (values: Float32Array) => twin.summary(tf.tensor1d(values));

async function checkForward(dataset: DatasetName): Promise<void> {
  const { networks: { encoder, discriminator }, x, detector, images } = await filled(dataset);
  const wanted = oracle[dataset];
  const codes = await detector.encode(images);
  twin.assertSummary(summaryOf(codes), wanted.codes, codes.length, "E(x)");
  const { pixels } = await detector.reconstruct(images);
  twin.assertSummary(summaryOf(pixels), wanted.rebuilt, pixels.length, "G(P(E(x)))");
  const logits = discriminator(x, encoder(x, INFERENCE), INFERENCE).dataSync();
  twin.assertClose(logits.slice(0, NAMED), wanted.logits, "D(x, E(x))");
}

testWith(
  ["native"],
  "choice-architecture: E, G and D for MNIST have the values of their twin's",
  () => checkForward("mnist"),
);
testWith(
  ["native"],
  "choice-cifar-architecture: E, G and D for CIFAR-10 have the values of their twin's",
  () => checkForward("cifar10"),
);

for (const dataset of ["mnist", "cifar10"] as const) {
  testWith(
    ["native"],
    `choice-inference-mode: by running statistics the scores are the twin's, ${dataset}`,
    async () => {
      const { detector, images } = await filled(dataset);
      twin.assertClose((await detector.score(images)).slice(0, NAMED), oracle[dataset].scores, "A(x)");
    },
  );

  testWith(["native"], `weights-names: arrays have the names and shapes of the twin's file, ${dataset}`, async () => {
    await startBackend({ only: "native", threads: 1 });
    const saved = await createMemgan(SETTINGS[dataset][0], 0, SETTINGS[dataset][1]).save();
    assertEquals(
      Object.fromEntries(Object.entries(saved).map(([name, { shape }]) => [name, shape])),
      oracle[dataset].shapes,
    );
  });
}

/** Adam with a recipe's settings, which keeps what it is first given, and how far it moves in all. */
function watched(parameters: readonly Parameter[], recipe: MemganRecipe) {
  const adam = new Adam(parameters, adamSettings(recipe));
  const before = parameters.map(({ value }) => value.dataSync<"float32">());
  const gradients: Record<string, twin.Summary> = {};
  const optimiser: Optimiser = {
    parameters,
    apply(given) {
      parameters.forEach(({ name }, i) => gradients[name] ??= twin.summary(given[i]!));
      adam.apply(given);
    },
  };
  const moves = () =>
    parameters.map(({ name, value }, i) =>
      [name, value.dataSync<"float32">().map((each, j) => each - before[i]![j]!)] as const
    );
  return { optimiser, gradients, moves };
}

/** Two steps with the shipped recipe from the twin's values, on the same batch with new masks. */
async function twoSteps(dataset: DatasetName) {
  const { recipe, networks, memory, x } = await filled(dataset);
  const { encoder, generator, discriminator } = networks;
  const players = [encoder, generator, discriminator, { parameters: [memory] }];
  const watchers = players.map(({ parameters }) => watched(parameters, recipe));
  const [e, g, d, m] = watchers.map(({ optimiser }) => optimiser) as [Optimiser, Optimiser, Optimiser, Optimiser];
  const optimisers = { encoder: e, generator: g, discriminator: d, memory: m };
  const random = tf.mul<tf.Tensor2D>(twin.value("r", recipe.batch, recipe.units), Math.sqrt(3));
  const mask = twin.masks();
  const step = () => [...trainStep(x, random, { ...networks, memory, optimisers }, mask).dataSync()];
  const first = step();
  const buffers = [encoder, generator, discriminator].flatMap((network) => network.buffers)
    .map(({ name, value }) => ({ name, value: tf.clone(value) }));
  return {
    rate: recipe.learningRate,
    buffers,
    losses: [...first, ...step()],
    gradients: Object.assign({}, ...watchers.map(({ gradients }) => gradients)) as Record<string, twin.Summary>,
    moves: watchers.flatMap(({ moves }) => moves()),
    trained: players.flatMap(({ parameters }) => parameters),
  };
}

const stepped = new Map<DatasetName, ReturnType<typeof twoSteps>>();

/**
 * What gradients may differ by, as a share of the typical entry. Of two million values that a step puts through ReLUs one or
 * two are so near 0 that float32 has another sign than float64; each turns up to a two-hundredth of a gradient.
 */
const TURNED = 2e-2;

/** The steps of a data set, made once. */
function steps(dataset: DatasetName): ReturnType<typeof twoSteps> {
  if (!stepped.has(dataset)) stepped.set(dataset, twoSteps(dataset));
  return stepped.get(dataset)!;
}

for (const dataset of ["mnist", "cifar10"] as const) {
  testWith(["native"], `step-applications: losses and gradients of a step are the twin's, ${dataset}`, async () => {
    const { losses, gradients, trained } = await steps(dataset);
    const wanted = oracle[dataset].losses;
    twin.assertClose(losses.slice(0, 6), wanted.slice(0, 6), "loss");
    // Before the second step Adam has moved by the sign of gradients whose sign is rounding.
    wanted.slice(6).forEach((each, i) => assertAlmostEquals(losses[6 + i]!, each, 1e-4 * Math.max(1, Math.abs(each))));
    twin.assertSummaries(gradients, oracle[dataset].gradients, trained, TURNED);
  });

  testWith(["native"], `choice-running-statistics: those of a step are the twin's, ${dataset}`, async () => {
    const { buffers } = await steps(dataset);
    const found = Object.fromEntries(buffers.map(({ name, value }) => [name, twin.summary(value)]));
    twin.assertSummaries(found, oracle[dataset].buffers, buffers);
  });

  testWith(
    ["native"],
    `algorithm-1-optimiser: two steps move all four as the twin's Adam does, ${dataset}`,
    async () => {
      const { moves, rate } = await steps(dataset);
      const wanted: Readonly<Record<string, number[]>> = oracle[dataset].moves;
      assertEquals(moves.map(([name]) => name).sort(), Object.keys(wanted).sort());
      for (const [name, found] of moves) {
        const [index, move, distance, sum, size] = wanted[name] as [number, number, number, number, number];
        assertEquals(found.length, size, name);
        assertAlmostEquals(found[index]!, move, 2 * TURNED * rate, `${name}, entry ${index}`);
        const total = (of: (value: number) => number) => found.reduce((all, value) => all + of(value), 0);
        // Adam's first move is the rate whatever the gradient's size: where that is rounding, so is the sign.
        const bound = rate * (2 + 3e-3 * size);
        assertAlmostEquals(total(Math.abs), distance, bound, `${name}, distance`);
        assertAlmostEquals(total((value) => value), sum, bound, `${name}, sum of moves`);
      }
    },
  );
}

/** What keeps Python's twin from being run here, if anything does. */
function torchReason(): Need[] {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return ["run"];
  try {
    const { success } = new Deno.Command("python3", { args: ["-c", "import torch"], stderr: "null" }).outputSync();
    return success ? [] : [{ absent: "python3 has no PyTorch" }];
  } catch {
    return [{ absent: "there is no python3" }];
  }
}

testWith(
  ["read", "write", "native", ...torchReason()],
  "weights-names: the twin loads the file of a trained MEMGAN and gives its scores",
  async () => {
    await startBackend({ only: "native", threads: 1 });
    for (const [dataset, [recipe, shape]] of Object.entries(SETTINGS)) {
      const pixels = seededRng(0, "images").uniforms(64 * shape.height * shape.width * shape.channels);
      const images = { count: 64, ...shape, pixels: pixels.map((u) => 2 * u - 1) };
      const detector = createMemgan({ ...recipe, epochs: 1, k: 3 }, 0, shape);
      await detector.fit({ role: "normal-train", images });
      await withFolder(async (folder) => {
        const [weights, file] = [join(folder, "weights.safetensors"), join(folder, "pixels.f32")];
        await Deno.writeFile(weights, encodeSafetensors(await detector.save()));
        await Deno.writeFile(file, new Uint8Array(images.pixels.buffer));
        const script = fromFileUrl(new URL("oracle/memgan_twin.py", import.meta.url));
        const args = ["-B", script, weights, file, dataset];
        const { success, stdout, stderr } = await new Deno.Command("python3", { args }).output();
        assert(success, new TextDecoder().decode(stderr));
        twin.assertClose(await detector.score(images), JSON.parse(new TextDecoder().decode(stdout)), dataset);
      });
    }
  },
);
