/** What a search may change of MEMGAN's recipe: each change does what `search-variants` says, and nothing else. */

import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import type { Memgan } from "../src/detectors/memgan.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { withFadingNoise } from "../src/detectors/training/instance_noise.ts";
import { toTensor } from "../src/detectors/training/batches.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allOf, INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import { sha256Of } from "../src/experiments/run_files.ts";
import { encodeSafetensors } from "../src/experiments/safetensors.ts";
import { deviation, mean } from "../src/experiments/statistics.ts";
import { memganNetworks } from "../src/networks/memgan.ts";
import { testWith } from "./needs.ts";

const MNIST = { height: 28, width: 28, channels: 1 };

const SMALL = { ...MNIST_RECIPE, units: 3, width: 8, batch: 2, k: 1, epochs: 1, channels: 4 };

function images(count: number): Images {
  const pixels = seededRng(0, "images").uniforms(count * 784).map((u) => 2 * u - 1);
  return { count, ...MNIST, pixels };
}

/** All that a detector learned, as a short text: the difference of two long ones takes gigabytes to write. */
async function digest(memgan: Memgan): Promise<string> {
  return sha256Of(encodeSafetensors(await memgan.save()));
}

const networks = (choices: Parameters<typeof memganNetworks>[4]) =>
  memganNetworks(MNIST, 8, 0, seededRng(0, "init"), choices);

Deno.test("search-variants: D's images have new noise in each application, which fades to 0 over the run", async () => {
  await tf.setBackend("cpu");
  const seen: Float32Array[] = [];
  const D = Object.assign((x: tf.Tensor) => {
    seen.push(x.dataSync<"float32">());
    return tf.zeros<tf.Rank.R1>([1]);
  }, { parameters: [], buffers: [] });
  const { discriminator, at } = withFadingNoise(D, 0, 0.5, { epochs: 2, k: 4 });
  const [x, z] = [tf.ones<tf.Rank.R4>([1, 50, 50, 1]), tf.zeros<tf.Rank.R2>([1, 3])];
  const spread = () => {
    discriminator(x, z, { training: true });
    assertAlmostEquals(mean([...seen.at(-1)!]), 1, 0.05);
    return deviation([...seen.at(-1)!])!;
  };
  // Five standard errors of a deviation are 7 % of it.
  at(1, 0);
  assertAlmostEquals(spread(), 0.5, 0.035);
  assertAlmostEquals(spread(), 0.5, 0.035);
  assertNotEquals(String(seen[0]!.slice(0, 9)), String(seen[1]!.slice(0, 9)));
  at(1, 2);
  assertAlmostEquals(spread(), 0.5 * 3 / 4, 0.03);
  at(2, 3);
  assertAlmostEquals(spread(), 0.5 / 8, 0.005);
  at(1, 0);
  spread();
  assertEquals(
    String(seen.at(-1)!.slice(0, 9)),
    String(seen[0]!.slice(0, 9)),
    "an epoch's noise does not depend on what was drawn before it",
  );
  discriminator(x, z, INFERENCE);
  assert(seen.at(-1)!.every((value) => value === 1), "none in scoring");
});

Deno.test("search-variants: a spectrally normalised D has no batch normalisation, and does not see a weight's scale", async () => {
  await tf.setBackend("cpu");
  const plain = networks({});
  const { encoder, discriminator: D } = networks({ discriminatorNorm: "spectral" });
  const names = D.parameters.map(({ name }) => name.replace("discriminator.", ""));
  const [layers, last] = [
    ["x.conv1", "x.conv2", "x.conv3", "x.conv4", "z.linear1", "z.linear2", "joint.linear1"],
    "joint.linear2",
  ];
  assertEquals(names, [...layers, last].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  assertEquals(D.buffers.map(({ name }) => name), layers.map((layer) => `discriminator.${layer}.u`));
  assertEquals(allOf(encoder).map(({ name }) => name), allOf(plain.encoder).map(({ name }) => name));
  const [x, z] = [toTensor(images(2)), tf.tensor2d(seededRng(0, "z").normals(16), [2, 8])];
  const logits = () => D(x, z, INFERENCE).dataSync();
  const before = logits();
  for (const parameter of D.parameters) {
    if (!parameter.name.endsWith(".weight")) continue;
    parameter.set(tf.mul(parameter.value, 7));
    const factor = parameter.name.includes(last) ? 7 : 1;
    logits().forEach((logit, i) =>
      assertAlmostEquals(logit, factor * before[i]!, 1e-4 * Math.abs(before[i]!), parameter.name)
    );
  }
});

Deno.test("search-variants: channels are those of E, G and D, unless D has its own", async () => {
  await tf.setBackend("cpu");
  const channelsOf = (choices: Parameters<typeof memganNetworks>[4]) => {
    const { encoder: E, generator: G, discriminator: D } = networks(choices);
    return [E, G, D].map(({ parameters }) =>
      parameters.filter(({ name, value }) => /conv.\.weight/.test(name) && value.rank === 4)
        .map(({ value: { shape } }) => shape.slice(-2))
    );
  };
  const down = (c: number) => [[1, c], [c, 2 * c], [2 * c, 4 * c]];
  const up = (c: number) => [[2 * c, 4 * c], [c, 2 * c], [1, c]];
  assertEquals(channelsOf({}), [down(32), up(32), down(32)]);
  assertEquals(channelsOf({ channels: 8 }), [down(8), up(8), down(8)]);
  assertEquals(channelsOf({ discriminatorChannels: 16 }), [down(32), up(32), down(16)]);
  assertEquals(channelsOf({ channels: 8, discriminatorChannels: 4 }), [down(8), up(8), down(4)]);
});

Deno.test("search-variants: M starts at E(x) of different training images, by their own statistics", async () => {
  await tf.setBackend("cpu");
  const recipe = { ...SMALL, epochs: 0, memoryStart: "codes" } as const;
  const memgan = createMemgan(recipe, 0);
  await memgan.fit({ role: "normal-train", images: images(5) });
  const which = seededRng(0, "memory images").permutation(5).subarray(0, 3);
  assertEquals(new Set(which).size, 3);
  const { encoder } = memganNetworks(MNIST, 8, 0, seededRng(0, "init"), recipe);
  const codes = encoder(toTensor(gather(images(5), which)), { training: true }).dataSync();
  assertEquals([...(await memgan.save())["memory"]!.values], [...codes]);
  assertEquals(await memgan.memoryMoved(), 0);
  await assertRejects(
    () => createMemgan(recipe, 0).fit({ role: "normal-train", images: images(2) }),
    RangeError,
    "2 images do not give 3 units their start",
  );
  const loaded = createMemgan(recipe, 0);
  loaded.load(await memgan.save());
  await assertRejects(() => loaded.memoryMoved(), TypeError, "without the codes that it started from");
  // What it once started from is not where a model that is loaded later did.
  memgan.load(await loaded.save());
  await assertRejects(() => memgan.memoryMoved(), TypeError, "without the codes that it started from");
});

Deno.test("search-variants: D moves by its own rate, the others by the recipe's", async () => {
  await tf.setBackend("cpu");
  const memgan = createMemgan({ ...SMALL, learningRate: 1e-3, discriminatorRate: 1e-4 }, 0);
  const before = await memgan.save();
  await memgan.fit({ role: "normal-train", images: images(4) });
  const after = await memgan.save();
  const greatest = (player: string) => {
    const moves = Object.keys(before).filter((name) => name.startsWith(player) && /weight$|memory$/.test(name))
      .flatMap((name) => [...before[name]!.values].map((value, i) => Math.abs(after[name]!.values[i]! - value)));
    return moves.reduce((a, b) => Math.max(a, b));
  };
  // Adam's first move is the rate, up to the sign.
  for (
    const [player, rate] of [["encoder", 1e-3], ["generator", 1e-3], ["memory", 1e-3], ["discriminator", 1e-4]] as const
  ) {
    assertAlmostEquals(greatest(player), rate, 0.01 * rate, player);
  }
});

testWith(
  ["native"],
  "search-variants: with everything changed a resumed run has the same bits, and others than without noise",
  async () => {
    await startBackend({ only: "native" });
    const train = { role: "normal-train", images: images(4) } as const;
    const recipe = {
      ...SMALL,
      epochs: 2,
      k: 2,
      memoryStart: "codes",
      discriminatorNoise: 0.3,
      discriminatorRate: 1e-5,
      discriminatorNorm: "spectral",
    } as const;
    const whole = createMemgan(recipe, 0);
    await whole.fit(train);
    let checkpoint: Checkpoint | undefined;
    await createMemgan(recipe, 0).fit(train, {
      async onEpoch(report) {
        if (report.epoch === 1) checkpoint = await report.checkpoint();
      },
    });
    const resumed = createMemgan(recipe, 0);
    await resumed.fit(train, { resume: checkpoint });
    assertEquals(await digest(resumed), await digest(whole));
    assertEquals(await resumed.memoryMoved(), await whole.memoryMoved());
    assert(await whole.memoryMoved() > 0);
    const { discriminatorNoise: _noise, ...quiet } = recipe;
    const other = createMemgan(quiet, 0);
    await other.fit(train);
    assertNotEquals(await digest(other), await digest(whole));
  },
);
