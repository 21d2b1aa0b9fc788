/** The order of images, the masks and the rate of steps, as a run of MEMGAN has them. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { maskFrom, minibatches } from "../src/detectors/training/batches.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { testWith } from "./needs.ts";

Deno.test("step-schedule: a pass visits each image once, in an order of its own, and leaves out what fills no batch", () => {
  const batches = minibatches(seededRng(0, "shuffle"), 7, 3);
  const passes = Array.from({ length: 20 }, () => [batches.next(), batches.next()].map(({ value }) => [...value]));
  for (const pass of passes) assertEquals(new Set(pass.flat()).size, 6);
  assertEquals(new Set(passes.flat(2)), new Set([0, 1, 2, 3, 4, 5, 6]), "another image is left out of each pass");
  assert(new Set(passes.map(String)).size > 10);
});

Deno.test("layers-dropout: a mask is 0 as often as its rate says, and keeps the mean", async () => {
  await startBackend({ only: "cpu" });
  const mask = maskFrom(seededRng(0, "dropout"))([100, 1, 1, 100], 0.3).dataSync();
  const dropped = mask.filter((each) => each === 0).length;
  // Five standard errors of a share of 10⁴.
  assertAlmostEquals(dropped / 1e4, 0.3, 5 * Math.sqrt(0.3 * 0.7 / 1e4));
  assert(mask.every((each) => each === 0 || Math.abs(each - 1 / 0.7) < 1e-6));
});

/** MEMGAN as small as its networks allow, with `change`. */
function small(change: Partial<typeof MNIST_RECIPE>) {
  return createMemgan({ ...MNIST_RECIPE, units: 4, width: 8, batch: 2, k: 1, epochs: 2, ...change }, 0);
}

const NOISE = {
  count: 7,
  height: 28,
  width: 28,
  channels: 1,
  pixels: seededRng(0, "images").uniforms(7 * 784).map((u) => 2 * u - 1),
};

/** M after each epoch. */
async function memories(change: Partial<typeof MNIST_RECIPE>): Promise<Float32Array[]> {
  const memgan = small(change);
  const found = [(await memgan.save())["memory"]!.values as Float32Array];
  await memgan.fit({ role: "normal-train", images: NOISE }, {
    onEpoch: async () => void found.push((await memgan.save())["memory"]!.values as Float32Array),
  });
  return found;
}

testWith(["native"], "step-schedule: the rate falls along a line whose end is a step after the last", async () => {
  await startBackend({ only: "native", threads: 1 });
  // A second Adam step is its rate times what both runs have alike: of two steps from η to 0 the second has half the rate.
  const [constant, falling] = [await memories({ finalRate: 1e-4 }), await memories({ finalRate: 0 })];
  assertEquals(falling[1], constant[1], "the first step has the rate's start");
  const moved = (all: Float32Array[]) => all[2]!.map((value, i) => value - all[1]![i]!);
  const [whole, half] = [moved(constant), moved(falling)];
  // float32 numbers of order 1 that move by 10⁻⁴: three digits are left.
  whole.forEach((each, i) => assertAlmostEquals(half[i]!, each / 2, 2e-7));
});

testWith(["native"], "step-schedule: images are shuffled anew at each epoch's start", async () => {
  await startBackend({ only: "native", threads: 1 });
  const cycles: number[] = [];
  // Without a rate nothing moves, and l_cyc depends on the minibatch alone.
  await small({ learningRate: 0, finalRate: 0, epochs: 6 }).fit({ role: "normal-train", images: NOISE }, {
    onEpoch: ({ losses }) => void cycles.push(losses["cycle"]!),
  });
  assert(new Set(cycles).size >= 4, `the first minibatch of each of six epochs has l_cyc ${cycles}`);
});
