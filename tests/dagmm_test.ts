/** DAGMM: its mixture, loss, step and score are those of the twin in PyTorch. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { DagmmNetworks } from "../src/detectors/dagmm.ts";
import { createDagmm, dagmmNetworks, dagmmStep } from "../src/detectors/dagmm.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { inverseVariances, mixtureEnergy, mixtureOf } from "../src/networks/gaussian_mixture.ts";
import { DAGMM } from "../src/detectors/recipes/baselines.ts";
import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allOf } from "../src/engine/layer.ts";
import "../src/engine/gradients.ts";
import { seededRng } from "../src/engine/random.ts";
import { assertClose, assertStepped, fill, formula, imagesOf, saved, twinAdam } from "./autoencoder_twin.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dagmm.json" with { type: "json" };

const MNIST = { height: 28, width: 28, channels: 1 };
const CIFAR10 = { height: 32, width: 32, channels: 3 };
const SMALL = { ...DAGMM.mnist, channels: 2 };
const COUNT = 12;

function filled(shape: typeof MNIST, recipe: typeof SMALL): DagmmNetworks {
  const networks = dagmmNetworks(recipe, shape, seededRng(0, "init"));
  const layers = [networks.encoder, networks.decoder, networks.estimator];
  fill(layers.flatMap(({ parameters }) => parameters));
  // As in the twin: gradients through a weaker estimator would cancel below float32's rounding.
  for (const parameter of networks.estimator.parameters) parameter.set(tf.mul(parameter.value, 5));
  // As in the twin: images of little contrast then have codes that differ.
  for (const buffer of layers.flatMap(({ buffers }) => buffers)) {
    if (buffer.name.endsWith(".variance")) buffer.set(tf.fill(buffer.value.shape, 0.01));
  }
  return networks;
}

function batch({ height, width, channels }: typeof MNIST): tf.Tensor4D {
  const shape: [number, number, number, number] = [COUNT, height, width, channels];
  return tf.tensor4d(formula("images", shape, 1), shape);
}

function adamOf({ encoder, decoder, estimator }: DagmmNetworks) {
  return twinAdam([encoder, decoder, estimator].flatMap(({ parameters }) => parameters));
}

/** The twin's masks: the sign of a formula. */
function mask(shape: number[]): tf.Tensor {
  return tf.tensor(formula(`mask${shape[1]}`, shape, 1).map((value) => value < 0 ? 0 : 2), shape);
}

function assertTwin(shape: typeof MNIST, recipe: typeof SMALL, { losses, weights }: typeof oracle.small): void {
  const networks = filled(shape, recipe);
  const optimiser = adamOf(networks);
  const got = dagmmStep(batch(shape), networks, optimiser, { energyWeight: 1, varianceWeight: 0.0005 }, mask);
  assertClose(got.dataSync(), losses, "the losses");
  assertStepped(optimiser, weights);
}

Deno.test("choice-dagmm: losses and one step of small networks are the twin's", async () => {
  await startBackend({ only: "cpu" });
  assertTwin(MNIST, SMALL, oracle.small);
});

for (const [name, shape] of [["mnist", MNIST], ["cifar10", CIFAR10]] as const) {
  testWith(["native"], `choice-dagmm: with the recipe's networks they are the twin's on ${name}`, async () => {
    await startBackend({ only: "native" });
    assertTwin(shape, DAGMM.mnist, oracle[name]);
  });
}

Deno.test("dagmm-mixture: shares, means and covariances are those written out in float64", async () => {
  await startBackend({ only: "cpu" });
  const rng = seededRng(0, "mixture");
  const z = Array.from({ length: 20 }, () => Array.from(rng.normals(3)));
  const gamma = z.map(() => rng.uniform()).map((share) => [share, 1 - share]);
  const { shares, means, covariances } = mixtureOf(tf.tensor2d(z), tf.tensor2d(gamma));
  for (const k of [0, 1]) {
    const members = gamma.reduce((sum, row) => sum + row[k]!, 0);
    const mean = [0, 1, 2].map((a) => z.reduce((sum, row, i) => sum + gamma[i]![k]! * row[a]!, 0) / members);
    assertAlmostEquals(shares.dataSync()[k]!, members / 20, 1e-6);
    mean.forEach((value, a) => {
      assertAlmostEquals(means.dataSync()[3 * k + a]!, value, 1e-6);
      mean.forEach((other, b) => {
        const sum = z.reduce((s, row, i) => s + gamma[i]![k]! * (row[a]! - value) * (row[b]! - other), 0);
        const wanted = sum / members + (a === b ? 1e-3 : 0);
        assertAlmostEquals(covariances.dataSync()[9 * k + 3 * a + b]!, wanted, 1e-6);
      });
    });
  }
});

/** Vectors and logits of memberships whose mixture is in general position. */
function head(): [z: tf.Tensor2D, logits: tf.Tensor2D] {
  const rng = seededRng(1, "mixture");
  return [tf.tensor2d(rng.normals(30 * 7), [30, 7]), tf.tensor2d(rng.normals(30 * 3), [30, 3])];
}

function headLoss(z: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  const mixture = mixtureOf(z as tf.Tensor2D, tf.softmax(logits as tf.Tensor2D));
  const energy = tf.mean(mixtureEnergy(z as tf.Tensor2D, mixture));
  return tf.add(energy, tf.mul(inverseVariances(mixture), 0.01));
}

for (const name of ["cpu", "native", "wasm", "webgpu"] as const satisfies readonly BackendName[]) {
  testWith(backendNeeds(name), `dagmm-mixture: its gradients are those of finite differences [${name}]`, async () => {
    await startBackend({ only: name });
    const given = head();
    const { grads } = tf.valueAndGrads(headLoss)(given);
    for (const i of [0, 1]) {
      const gradient = grads[i]!;
      const norm = (await tf.norm(gradient).data())[0]!;
      assert(norm > 1e-2, "there is something to compare");
      // In the gradient's direction, and in one that has nothing to do with it.
      for (
        const [length, along] of [[norm, gradient], [
          undefined,
          tf.tensor(seededRng(2, "along").normals(gradient.size), gradient.shape),
        ]] as const
      ) {
        const unit = tf.div(along, tf.norm(along));
        const wanted = length ?? (await tf.sum(tf.mul(unit, gradient)).data())[0]!;
        const [above, below] = await Promise.all([0.05, -0.05].map(async (step) => {
          const [z, logits] = given.map((each, k) => k === i ? tf.add(each, tf.mul(unit, step)) : each);
          return (await headLoss(z!, logits!).data())[0]!;
        }));
        assertAlmostEquals((above! - below!) / 0.1, wanted, 2e-4, `argument ${i}`);
      }
    }
  });
}

Deno.test("dagmm-singular: vectors in one point, a line, or far away have finite energies and gradients", async () => {
  await startBackend({ only: "cpu" });
  const line = Array.from({ length: 30 }, (_, i) => Array(7).fill(1000 * i));
  for (const vectors of [Array(30).fill(Array(7).fill(3)), line]) {
    const z = tf.tensor2d(vectors as number[][]);
    const logits = tf.tensor2d(Array(30).fill([200, 0, -200]) as number[][]);
    const { value, grads } = tf.valueAndGrads(headLoss)([z, logits]);
    for (const tensor of [value, ...grads]) assert(tensor.dataSync().every(Number.isFinite), "finite");
    const energies = mixtureEnergy(tf.fill([1, 7], -1e6), mixtureOf(z, tf.softmax(logits))).dataSync();
    assert(
      Number.isFinite(energies[0]) && energies[0]! > mixtureEnergy(z, mixtureOf(z, tf.softmax(logits))).dataSync()[0]!,
    );
  }
});

Deno.test("dagmm-singular: an empty component has the share 10⁻¹²/m, and no variance is below 10⁻³", async () => {
  await startBackend({ only: "cpu" });
  const z = tf.tensor2d([[1, 2], [1, 2], [1, 2], [1, 2]]);
  const { shares, covariances } = mixtureOf(z, tf.tensor2d([[1, 0], [1, 0], [1, 0], [1, 0]]));
  assertAlmostEquals(shares.dataSync()[1]! * 1e12, 1 / 4, 1e-6);
  const alone = [1e-3, 0, 0, 1e-3].map(Math.fround);
  assertEquals([...covariances.dataSync()].slice(0, 4), alone);
  // Below the floor by rounding, as a variance given the coordinates before it can be: it counts as 10⁻³.
  const rounded = { shares: tf.ones([1]), means: tf.zeros([1, 1]), covariances: tf.fill([1, 1, 1], -1e-9) };
  const [energy] = mixtureEnergy(tf.tensor2d([[1]]), rounded).dataSync();
  assertAlmostEquals(energy!, 1 / 2e-3 + Math.log(2 * Math.PI * 1e-3) / 2, 1e-3);
});

Deno.test("dagmm-mixture: energies of images far from all normal ones are as large as they are, and have gradients", async () => {
  await startBackend({ only: "cpu" });
  const standard = { shares: tf.ones([1]), means: tf.zeros([1, 1]), covariances: tf.ones([1, 1, 1]) };
  const far = tf.tensor2d([[10], [100], [1000]]);
  const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => mixtureEnergy(z as tf.Tensor2D, standard))(far);
  [10, 100, 1000].forEach((z, i) => {
    assertAlmostEquals(value.dataSync()[i]!, z ** 2 / 2 + Math.log(2 * Math.PI) / 2, 1e-6 * z ** 2);
    assertAlmostEquals(grad.dataSync()[i]!, z, 1e-6 * z);
  });
});

Deno.test("choice-dagmm: an image of zeros has finite losses and gradients, its norm counts as 10⁻⁶", async () => {
  await startBackend({ only: "cpu" });
  const networks = filled(MNIST, SMALL);
  const optimiser = adamOf(networks);
  const x = tf.concat([tf.zeros<tf.Rank.R4>([1, 28, 28, 1]), batch(MNIST)]);
  const losses = dagmmStep(x, networks, optimiser, SMALL, mask);
  for (const each of [losses, ...Object.values(optimiser.moments())]) assert(each.dataSync().every(Number.isFinite));
});

testWith(["native"], "baseline-dagmm: the score is the energy in the mixture of the whole training set", async () => {
  await startBackend({ only: "native" });
  const detector = createDagmm({ ...SMALL, epochs: 0, batch: COUNT }, 0, MNIST);
  const { encoder, decoder, estimator } = filled(MNIST, SMALL);
  const images = imagesOf(batch(MNIST));
  const fresh = await detector.save();
  detector.load({ ...fresh, ...saved(allOf(encoder, decoder, estimator)) });
  await detector.fit({ role: "normal-train", images });
  assertClose(await detector.score(images), oracle.small.fresh, "scores");
  const mixture = await detector.save();
  const other = createDagmm(SMALL, 1, MNIST);
  other.load(mixture);
  assertEquals(await other.score(images), await detector.score(images));
});

Deno.test("choice-dagmm: images of another size are refused", () => {
  assertThrows(
    () => createDagmm(DAGMM.mnist, 0, { ...MNIST, width: 8 }),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 28 × 8 × 1",
  );
});

testWith(["native"], "choice-dagmm: it learns, scores one image at a time, and resumes to the same bits", async () => {
  await startBackend({ only: "native" });
  const pixels = new Float32Array(32 * 784).map((_, i) => Math.sin(i % 28 + Math.floor(i / 784)));
  const images: Images = { ...MNIST, count: 32, pixels };
  const recipe = { ...DAGMM.mnist, epochs: 8, batch: 16, channels: 4, learningRate: 1e-2 };
  const whole = createDagmm(recipe, 0, MNIST);
  const losses: number[] = [];
  const tensors: number[] = [];
  let checkpoint: Checkpoint | undefined;
  let early: Float32Array | undefined;
  await whole.fit({ role: "normal-train", images }, {
    async onEpoch(report) {
      losses.push(report.losses["reconstruction"]! + report.losses["mixture"]!);
      tensors.push(tf.memory().numTensors);
      if (report.epoch !== 4) return;
      early = await whole.score(images);
      checkpoint = await report.checkpoint();
    },
  });
  assert(losses.at(-1)! < 0.8 * losses[0]!, `losses ${losses}`);
  assertEquals(new Set(tensors).size, 1, `tensors after each epoch: ${tensors}`);
  const resumed = createDagmm(recipe, 0, MNIST);
  await resumed.fit({ role: "normal-train", images }, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
  const together = await whole.score(images);
  const short = createDagmm({ ...recipe, epochs: 4 }, 0, MNIST);
  await short.fit({ role: "normal-train", images });
  assertEquals(early, await short.score(images), "the mixture is that of the weights at the time");
  const [alone] = await whole.score(gather(images, [2]));
  assertAlmostEquals(alone!, together[2]!, 1e-3);
});
