import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ABOUT } from "../src/data/dataset.ts";
import { Adam } from "../src/engine/adam.ts";
import { startBackend } from "../src/engine/backend.ts";
import { descend } from "../src/engine/descend.ts";
import { Graph } from "../src/engine/graph.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { given } from "../src/engine/recording.ts";
import { repeated } from "../src/engine/repeat.ts";
import type { Method } from "../src/experiments/method_names.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import { testWith } from "./needs.ts";

const NATIVE = ["native"] as const;

/** As on a GPU, where every step is done as it is written. */
async function asWritten<T>(work: () => Promise<T>): Promise<T> {
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  backend.isUsingGpuDevice = true;
  try {
    return await work();
  } finally {
    backend.isUsingGpuDevice = false;
  }
}

/** Trains a method on noise, two epochs of three steps, and gives what came of each: losses, then the sum of all weights' sizes. */
async function trained(method: Method, changed: Record<string, unknown>): Promise<number[][]> {
  const { recipes, create } = REGISTRY[method];
  const recipe = { ...recipes.mnist, epochs: 2, batch: 8, ...changed };
  const { shape } = ABOUT.mnist;
  const detector = await create(recipe, 0, shape);
  const images = { ...shape, count: 24, pixels: seededRng(0, "noise").uniforms(24 * 784).map((u) => 2 * u - 1) };
  const epochs: number[][] = [];
  await detector.fit({ role: "normal-train", images }, {
    async onEpoch({ losses }) {
      const weights = Object.values(await detector.save());
      const size = weights.reduce((sum, { values }) => values.reduce((s, value) => s + Math.abs(value), sum), 0);
      epochs.push([...Object.values(losses), size]);
    },
  });
  return epochs;
}

/**
 * Every trained method, and how far apart numbers may be, as a share of themselves. For a softmax or softplus TensorFlow has other
 * kernels in a graph, with other last bits, and Adam's first steps are as long where a gradient is nothing but rounding; DAGMM
 * divides by variances of three images that are nearly zero. By AVX2 MEMGAN's numbers are 1.4·10⁻⁴ apart. (Deep SVDD's radius follows from the second epoch of its second phase
 * on.)
 */
const METHODS: readonly (readonly [Method, Record<string, unknown>, apart?: number])[] = [
  ["dcae", { dropAfter: 1 }],
  ["dsvdd", { pretrainEpochs: 1, pretrainDropAfter: 1, dropAfter: 1, objective: "soft-boundary", warmUp: 1 }],
  ["adgan", {}],
  ["alad", {}],
  ["dsebm", {}, 1e-6],
  ["memgan", { k: 3 }, 1e-3],
  ["memae", {}, 1e-6],
  ["dagmm", {}, 1e-2],
];

for (const [method, changed, apart = 0] of METHODS) {
  const how = apart === 0 ? "to the last bit" : `to ${apart} of each number`;
  testWith(NATIVE, `repeated-step: ${method} repeated is ${method} as it is written, ${how}`, async () => {
    await startBackend({ only: "native" });
    const written = await asWritten(() => trained(method, changed));
    const repeatedly = await trained(method, changed);
    if (apart === 0) return assertEquals(repeatedly, written);
    written.flat().forEach((value, i) => assertAlmostEquals(repeatedly.flat()[i]!, value, apart * Math.abs(value)));
  });
}

Deno.test("repeated-step: what sets a variable waits for all that reads it before, used by then or not", () => {
  const graph = new Graph();
  const theta = graph.variable([]);
  const before = graph.read(theta);
  graph.assign(theta, graph.placeholder([], 1));
  const { op, inputs } = graph.operations.at(-1)!;
  assertEquals([op, inputs.includes(`^${before}`)], ["AssignVariableOp", true]);
});

/** θ down the parabola (θ − x)², x drawn anew each time. */
function parabola() {
  const theta = new Parameter("theta", tf.scalar(0));
  const adam = new Adam([theta], { learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8 });
  let x = 0;
  const step = repeated(() => {
    const [drawn] = given(() => [tf.scalar(++x)]);
    const loss = descend(() => tf.square(tf.sub(theta.value, drawn)), adam);
    drawn.dispose();
    return loss;
  }, [theta]);
  return { theta, adam, step };
}

testWith(NATIVE, "repeated-step: each step has its own rng, and the rate that holds then", async () => {
  await startBackend({ only: "native" });
  const { theta, adam, step } = parabola();
  const losses: number[] = [];
  for (const rate of [0.1, 0.1, 0.5]) {
    adam.learningRate = rate;
    const loss = step();
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
  }
  step.settle();
  // Towards a growing x Adam's first steps are close to the rate: θ is 0, 0.1, 0.2, and 0.7 at the end; all of it in two digits.
  assertEquals(losses.map((loss) => Math.sqrt(loss).toFixed(1)), ["1.0", "1.9", "2.8"]);
  assertAlmostEquals(theta.value.dataSync()[0]!, 0.7, 0.05);
  assertEquals(adam.steps, 3);
});

testWith(
  NATIVE,
  "repeated-step: after it has settled others may change a parameter, and it goes on from there",
  async () => {
    await startBackend({ only: "native" });
    const { theta, adam, step } = parabola();
    step().dispose();
    step.settle();
    theta.set(tf.scalar(-4));
    adam.restore(1, adam.moments());
    const loss = step();
    assertAlmostEquals(loss.dataSync()[0]!, 36, 1e-4);
    loss.dispose();
    step.dispose();
  },
);

testWith(
  NATIVE,
  "repeated-step: a hundred steps leave as many tensors as one, and none of the graph's when it is freed",
  async () => {
    await startBackend({ only: "native" });
    const before = tf.memory().numTensors;
    const { theta, adam, step } = parabola();
    step().dispose();
    const within = tf.memory().numTensors;
    for (let i = 0; i < 100; i++) step().dispose();
    step.settle();
    assertEquals(tf.memory().numTensors, within);
    step.dispose();
    adam.dispose();
    theta.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
);

testWith(NATIVE, "repeated-step: a step that decides by a value that it has computed is refused", async () => {
  await startBackend({ only: "native" });
  const theta = new Parameter("theta", tf.scalar(1));
  const step = repeated(() => {
    const twice = tf.mul(theta.value, 2);
    return tf.scalar(twice.dataSync()[0]!);
  }, [theta]);
  assertThrows(() => step(), Error, "Cannot repeat a step: it reads a value that it has computed");
  assert(tf.add(1, 1).dataSync()[0] === 2, "and the backend is as it was");
});
