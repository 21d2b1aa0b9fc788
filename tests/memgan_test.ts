/** MEMGAN as a detector: what a score depends on, and that training goes on from a checkpoint to the same bits. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { NonFiniteLossError } from "../src/detectors/detector.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { toTensor } from "../src/detectors/training/batches.ts";
import { restore } from "../src/detectors/training/weights.ts";
import { startBackend } from "../src/engine/backend.ts";
import { INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";

import { memganNetworks } from "../src/networks/memgan.ts";
import { project } from "../src/paper/s4_2_cycle.ts";
import { anomalyScore } from "../src/paper/s5_3_detection.ts";
import { testWith } from "./needs.ts";

const SMALL = { ...MNIST_RECIPE, units: 4, width: 8, batch: 2, k: 1, epochs: 2 };

function images(count: number): Images {
  const pixels = seededRng(0, "images").uniforms(count * 784).map((u) => 2 * u - 1);
  return { count, height: 28, width: 28, channels: 1, pixels };
}

testWith(
  ["native"],
  "score-deterministic: an image scores the same alone, in company, and in another order",
  async () => {
    await startBackend({ only: "native" });
    const memgan = createMemgan(SMALL, 0);
    await memgan.fit({ role: "normal-train", images: images(4) });
    const all = images(3);
    const together = [...await memgan.score(all)];
    assertEquals([...await memgan.score(gather(all, [2, 0, 1]))], [together[2], together[0], together[1]]);
    assertEquals([...await memgan.score(gather(all, [1]))], [together[1]]);
    assert(together.every((score) => score > 0), "a norm");
  },
);

testWith(
  ["native"],
  "anomaly-score: the detector's score is Eq. 8 of its own networks, the memory between",
  async () => {
    await startBackend({ only: "native" });
    const memgan = createMemgan(SMALL, 0);
    await memgan.fit({ role: "normal-train", images: images(4) });
    const saved = await memgan.save();
    const { encoder: E, generator: G } = memganNetworks(
      { height: 28, width: 28, channels: 1 },
      SMALL.width,
      0,
      seededRng(1, "init"),
    );
    restore("memgan", [E, G].flatMap((net) => [...net.parameters, ...net.buffers]), saved);
    const M = tf.tensor2d(saved["memory"]!.values, [SMALL.units, SMALL.width]);
    const x = toTensor(images(3));
    const zx = E(x, INFERENCE) as tf.Tensor2D;
    const wanted = [...anomalyScore(x, G(project(M, zx), INFERENCE)).dataSync()];
    assertEquals([...await memgan.score(images(3))], wanted);
    assert(wanted.some((score, i) => score !== anomalyScore(x, G(zx, INFERENCE)).dataSync()[i]), "P matters");
    assertEquals([...await memgan.encode(images(3))], [...zx.dataSync()]);
  },
);

testWith(["native"], "algorithm-1-loop: epochs of k steps, each of which moves all four players", async () => {
  await startBackend({ only: "native" });
  const memgan = createMemgan({ ...SMALL, k: 3 }, 0);
  const before = await memgan.save();
  const [steps, epochs]: [number[], number[]] = [[], []];
  await memgan.fit({ role: "normal-train", images: images(4) }, {
    onStep: (done, of) => void steps.push(done, of),
    onEpoch: ({ epoch }) => void epochs.push(epoch),
  });
  assertEquals([steps, epochs], [[1, 3, 2, 3, 3, 3, 1, 3, 2, 3, 3, 3], [1, 2]]);
  const after = await memgan.save();
  for (const player of ["encoder.", "generator.", "discriminator.", "memory"]) {
    const names = Object.keys(before).filter((name) => name.startsWith(player));
    assert(
      names.length > 0 && names.every((name) => String(before[name]!.values) !== String(after[name]!.values)),
      player,
    );
  }
});

testWith(["native"], "run-resume: two epochs are one epoch, a checkpoint, and one more, bit for bit", async () => {
  await startBackend({ only: "native" });
  const train = { role: "normal-train", images: images(4) } as const;
  const whole = createMemgan(SMALL, 0);
  await whole.fit(train);
  let checkpoint: Checkpoint | undefined;
  await createMemgan(SMALL, 0).fit(train, {
    async onEpoch(report) {
      if (report.epoch === 1) checkpoint = await report.checkpoint();
    },
  });
  const resumed = createMemgan(SMALL, 0);
  await resumed.fit(train, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
});

testWith(["native"], "run-deterministic: another seed gives other weights", async () => {
  await startBackend({ only: "native" });
  const memory = async (seed: number) => (await createMemgan(SMALL, seed).save())["memory"]!.values;
  assertEquals(await memory(0), await memory(0));
  assert(String(await memory(0)) !== String(await memory(1)));
});

testWith(
  ["native"],
  "run-non-finite: training stops at the first loss that is not a number, with its term and step",
  async () => {
    await startBackend({ only: "native" });
    // Finite, but their sums are not.
    const broken = { ...images(4), pixels: images(4).pixels.map(() => 3e38) };
    const error = await assertRejects(
      () => createMemgan(SMALL, 0).fit({ role: "normal-train", images: broken }),
      NonFiniteLossError,
      'the loss term "discriminator" is NaN at step 1',
    );
    assertEquals(error.step, 1);
  },
);
