/** Layers: values and derivatives are those of TensorFlow.js's own operations, on the plain backend and on the native one. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "../src/engine/adam.ts";
import { startBackend } from "../src/engine/backend.ts";
import "../src/engine/gradients.ts";
import { Parameter } from "../src/engine/parameter.ts";
import type { Layer } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import * as layers from "../src/networks/layers/layers.ts";

import { memganNetworks } from "../src/networks/memgan.ts";
import { nativeReason } from "./native.ts";

const rng = seededRng(0, "layers");
const normal = (...shape: number[]) => tf.tensor(rng.normals(shape.reduce((a, b) => a * b)), shape);

/** A layer, its input's shape, and the same function in TensorFlow.js's differentiable operations. */
interface Case {
  shape: number[];
  layer: () => Layer;
  tape: (x: tf.Tensor, weights: tf.Tensor[]) => tf.Tensor;
}

const parameter = (name: string, ...shape: number[]) => new Parameter(name, normal(...shape));

const CASES: Record<string, Case> = {
  "dense": {
    shape: [5, 7],
    layer: () => layers.dense(parameter("w", 7, 3), parameter("b", 3)),
    tape: (x, [w, b]) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b!),
  },
  "convolution, kernel 4 at stride 2, padding 1": {
    shape: [3, 8, 8, 2],
    layer: () => layers.convolution(parameter("w", 4, 4, 2, 5), 2),
    tape: (x, [w]) =>
      tf.conv2d(tf.pad(x as tf.Tensor4D, [[0, 0], [1, 1], [1, 1], [0, 0]]), w as tf.Tensor4D, 2, "valid"),
  },
  "convolution, kernel 3 at stride 2, padding 1, from 7 to 4": {
    shape: [3, 7, 7, 2],
    layer: () => layers.convolution(parameter("w", 3, 3, 2, 5), 2),
    tape: (x, [w]) =>
      tf.conv2d(tf.pad(x as tf.Tensor4D, [[0, 0], [1, 1], [1, 1], [0, 0]]), w as tf.Tensor4D, 2, "valid"),
  },
  "transposed convolution, kernel 4 at stride 2, to twice the size": {
    shape: [3, 4, 4, 5],
    layer: () => layers.transposedConvolution(parameter("w", 4, 4, 2, 5), 2, 8, 8),
    tape: (x, [w]) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [3, 8, 8, 2], 2, "same"),
  },
  "transposed convolution, kernel 3 at stride 2, from 4 to 7": {
    shape: [3, 4, 4, 5],
    layer: () => layers.transposedConvolution(parameter("w", 3, 3, 2, 5), 2, 7, 7),
    tape: (x, [w]) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [3, 7, 7, 2], 2, "same"),
  },
  "bias": {
    shape: [2, 3, 3, 4],
    layer: () => layers.bias(parameter("b", 4)),
    tape: (x, [b]) => tf.add(x, b!),
  },
  "batch normalisation": {
    shape: [4, 3, 3, 6],
    layer: () =>
      layers.normalisation({
        gamma: parameter("gamma", 6),
        beta: parameter("beta", 6),
        mean: new Parameter("mean", tf.zeros([6])),
        variance: new Parameter("variance", tf.ones([6])),
      }),
    tape: (x, [gamma, beta]) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), gamma!), beta!);
    },
  },
  "leaky ReLU": { shape: [5, 7], layer: () => layers.leakyRelu(0.1), tape: (x) => tf.leakyRelu(x, 0.1) },
  "ReLU": { shape: [5, 7], layer: () => layers.relu(), tape: (x) => tf.relu(x) },
  "hyperbolic tangent": { shape: [5, 7], layer: () => layers.tanh(), tape: (x) => tf.tanh(x) },
  "a sequence": {
    shape: [5, 2, 2, 3],
    layer: () => layers.sequence(layers.reshape(12), layers.dense(parameter("w", 12, 4)), layers.tanh()),
    tape: (x, [w]) => tf.tanh(tf.matMul(tf.reshape(x, [5, 12]), w as tf.Tensor2D)),
  },
};

function check(name: string, got: tf.Tensor, wanted: tf.Tensor) {
  assertEquals(got.shape, wanted.shape, name);
  const [a, b] = [got.dataSync(), wanted.dataSync()];
  // float32 sums of up to 10^3 terms of order 1, added up in another order.
  a.forEach((value, i) =>
    assertAlmostEquals(value, b[i]!, 2e-5 * Math.max(1, Math.abs(b[i]!)), `${name}, element ${i}`)
  );
}

for (const backend of ["cpu", "native"] as const) {
  const reason = backend === "native" ? nativeReason() : undefined;
  const start = () => startBackend({ only: backend });
  const test = (name: string, fn: () => void | Promise<void>) =>
    Deno.test({
      name: `${name} [${backend}]${reason ? ` (ignored: ${reason})` : ""}`,
      ignore: reason !== undefined,
      fn: async () => {
        await start();
        await fn();
      },
    });

  for (const [name, { shape, layer, tape }] of Object.entries(CASES)) {
    test(`layers-pullback: ${name} has the values and gradients of the tape`, () => {
      const x = normal(...shape);
      const subject = layer();
      const all = [x, ...subject.parameters.map((p) => p.value)];
      const y = tape(x, all.slice(1));
      check("the value", subject(x, { training: true }), y);
      const dy = normal(...y.shape);
      const got = tf.grads((first: tf.Tensor) => subject(first, { training: true }))(all, dy);
      const wanted = tf.grads((first: tf.Tensor, ...rest: tf.Tensor[]) => tape(first, rest))(all, dy);
      wanted.forEach((each, i) =>
        check(i === 0 ? "the input's gradient" : `gradient ${i} of the weights`, got[i]!, each)
      );
    });
  }

  test("layers-batch-norm: scoring uses the running statistics, so an image's value is its own", () => {
    const layer = CASES["batch normalisation"]!.layer();
    layer(normal(64, 3, 3, 6), { training: true, momentum: 1 });
    const x = normal(4, 3, 3, 6) as tf.Tensor4D;
    const together = layer(x, { training: false });
    const alone = layer(tf.slice(x, [2, 0, 0, 0], [1, 3, 3, 6]), { training: false });
    check("the third image", alone, tf.slice(together, [2, 0, 0, 0], [1, 3, 3, 6]));
  });

  test("layers-batch-norm: the running statistics are the batch's mean and unbiased variance", () => {
    const layer = CASES["batch normalisation"]!.layer();
    const x = normal(4, 3, 3, 6);
    layer(x, { training: true, momentum: 1 });
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    check("mean", layer.buffers[0]!.value, mean);
    check("variance", layer.buffers[1]!.value, tf.mul(variance, 36 / 35));
  });

  test("layers-dropout: whole channels are dropped in training, nothing in scoring", () => {
    const layer = layers.dropout(0.5);
    const x = tf.ones([2, 3, 3, 4]);
    const half = seededRng(1, "mask");
    const mask = (shape: number[]) => {
      assertEquals(shape, [2, 1, 1, 4]);
      return tf.tensor(half.uniforms(8).map((u) => u < 0.5 ? 0 : 2), shape);
    };
    const { value: y, grad } = tf.valueAndGrad((given: tf.Tensor) => layer(given, { training: true, mask }))(x, x);
    const channels = new Set(tf.sum(y, [1, 2]).dataSync());
    assertEquals([...channels].sort(), [0, 18]);
    check("the gradient passes where the value does", grad, y);
    assert(layer(x, { training: false }) === x);
  });

  test("adam: three steps are those of its authors' Algorithm 1 in float64", () => {
    const p = new Parameter("p", tf.tensor1d([1, -2]));
    const adam = new Adam([p], { learningRate: 0.1, beta1: 0.5, beta2: 0.999, epsilon: 1e-3 });
    const [theta, m, v] = [[1, -2], [0, 0], [0, 0]];
    const gradients = [[0.5, -1], [0.25, 3], [-2, 1e-4]];
    // 1 − β₂ in float32 is off by a part in 10⁵.
    gradients.forEach((g, step) => {
      adam.apply([tf.tensor1d(g)]);
      g.forEach((value, i) => {
        m[i] = 0.5 * m[i]! + 0.5 * value;
        v[i] = 0.999 * v[i]! + 0.001 * value * value;
        const [mHat, vHat] = [m[i]! / (1 - 0.5 ** (step + 1)), v[i]! / (1 - 0.999 ** (step + 1))];
        theta[i] = theta[i]! - 0.1 * mHat / (Math.sqrt(vHat) + 1e-3);
      });
      p.value.dataSync().forEach((value, i) =>
        assertAlmostEquals(value, theta[i]!, 5e-6, `step ${step}, element ${i}`)
      );
    });
    const moments = adam.moments();
    moments["p/m"]!.dataSync().forEach((value, i) => assertAlmostEquals(value, m[i]!, 1e-6));
    moments["p/v"]!.dataSync().forEach((value, i) => assertAlmostEquals(value, v[i]!, 1e-6));
  });

  test("adam: restored moments go on to the same bits", () => {
    const settings = { learningRate: 0.1, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
    const g = (seed: number) => tf.tensor1d(seededRng(seed, "g").normals(3));
    const p = new Parameter("p", tf.tensor1d([1, 2, 3]));
    const first = new Adam([p], settings);
    first.apply([g(0)]);
    const q = new Parameter("p", tf.clone(p.value));
    const second = new Adam([q], settings);
    second.restore(1, first.moments());
    first.apply([g(1)]);
    second.apply([g(1)]);
    assertEquals([...q.value.dataSync()], [...p.value.dataSync()]);
  });
}

const MNIST = { height: 28, width: 28, channels: 1 };

Deno.test("networks-mnist: shapes are the paper's n = 50 and d = 64, and one seed gives one network", async () => {
  await startBackend({ only: "cpu" });
  const { encoder, generator, discriminator } = memganNetworks(MNIST, 64, 0.3, seededRng(0, "init"));
  const z = encoder(tf.zeros([2, 28, 28, 1]), { training: false });
  assertEquals(z.shape, [2, 64]);
  const x = generator(z, { training: false });
  assertEquals(x.shape, [2, 28, 28, 1]);
  assertEquals(discriminator(x, z, { training: false }).shape, [2]);
  const again = memganNetworks(MNIST, 64, 0.3, seededRng(0, "init"));
  assertEquals(
    [...again.generator.parameters[0]!.value.dataSync()],
    [...generator.parameters[0]!.value.dataSync()],
  );
});

Deno.test("networks-cifar10: shapes are the paper's d = 256, and the images' size finds them", async () => {
  await startBackend({ only: "cpu" });
  const shape = { height: 32, width: 32, channels: 3 };
  const { encoder, generator, discriminator } = memganNetworks(shape, 256, 0.3, seededRng(0, "init"));
  const z = encoder(tf.zeros([1, 32, 32, 3]), { training: false });
  assertEquals(z.shape, [1, 256]);
  const x = generator(z, { training: false });
  assertEquals(x.shape, [1, 32, 32, 3]);
  assertEquals(discriminator(x, z, { training: false }).shape, [1]);
  const sizes = (layer: Layer) => layer.parameters.filter(({ name }) => /conv/.test(name)).map((p) => p.value.shape);
  assertEquals(sizes(encoder), [[4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 128], [2048, 256]]);
  assertEquals(sizes(generator), [[256, 2048], [4, 4, 64, 128], [4, 4, 32, 64], [4, 4, 3, 32], [3]]);
  assertThrows(
    () => memganNetworks({ ...shape, height: 8 }, 256, 0.3, seededRng(0, "init")),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 32 × 3",
  );
});
