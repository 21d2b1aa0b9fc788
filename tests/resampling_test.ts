/** The autoencoders' layers: their derivatives are those of TensorFlow.js's tape, on the plain backend and on the native one. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../src/engine/backend.ts";
import "../src/engine/gradients.ts";
import type { Layer } from "../src/engine/pullback.ts";
import { stream } from "../src/engine/random.ts";
import { address, entropy } from "../src/networks/addressing.ts";
import { crop, maxPool, sigmoid, standardisation, upsample } from "../src/networks/resampling.ts";
import { nativeReason } from "./native.ts";

type Tape = (x: tf.Tensor4D) => tf.Tensor;

const CASES: Record<string, { layer: () => Layer; tape: Tape }> = {
  "greatest of 2 × 2": { layer: maxPool, tape: (x) => tf.maxPool(x, 2, 2, "valid") },
  "up-sampling": {
    layer: upsample,
    tape: (x) => {
      const [m, h, w, c] = x.shape;
      return tf.reshape(tf.mul(tf.reshape(x, [m * h, 1, w, 1, c]), tf.ones([1, 2, 1, 2, 1])), [m, 2 * h, 2 * w, c]);
    },
  },
  "crop": { layer: () => crop(1), tape: (x) => tf.slice(x, [0, 1, 1, 0], [x.shape[0], 2, 4, x.shape[3]]) },
  "logistic function": { layer: sigmoid, tape: (x) => tf.sigmoid(x) },
  "normalisation without weights": {
    layer: () => standardisation("norm", 3, 0.01),
    tape: (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.01)));
    },
  },
};

function check(what: string, got: tf.Tensor, wanted: tf.Tensor, tolerance = 2e-5): void {
  assertEquals(got.shape, wanted.shape, what);
  const values = wanted.dataSync();
  // float32 sums of some dozens of terms of order 1.
  got.dataSync().forEach((value, i) => assertAlmostEquals(value, values[i]!, tolerance, `${what}, element ${i}`));
}

for (const backend of ["cpu", "native"] as const) {
  const reason = backend === "native" ? nativeReason() : undefined;
  const test = (name: string, fn: () => void) =>
    Deno.test({
      name: `${name} [${backend}]${reason ? ` (ignored: ${reason})` : ""}`,
      ignore: reason !== undefined,
      fn: async () => {
        await startBackend({ only: backend, setUp: false });
        fn();
      },
    });
  const draws = stream(0, "resampling");
  const normal = (...shape: number[]) => tf.tensor(draws.normals(shape.reduce((a, b) => a * b)), shape);

  for (const [name, { layer, tape }] of Object.entries(CASES)) {
    test(`autoencoder-layers: ${name} has the values and gradients of the tape`, () => {
      const x = normal(2, 4, 6, 3) as tf.Tensor4D;
      const { y, pullback } = layer().apply(x, { training: true });
      const dy = normal(...y.shape);
      check("the value", y, tape(x));
      check(
        "the gradient",
        pullback(dy, { input: true }).input!,
        tf.grad((v: tf.Tensor) => tape(v as tf.Tensor4D))(x, dy),
      );
      assertEquals(pullback(dy, { weights: true }), { weights: [] }, "what is not wanted is not computed");
    });
  }

  test("autoencoder-layers: of equal greatest values the first takes the gradient", () => {
    const x = tf.tensor4d([1, 1, 0, 2, 1, 1, 2, 2], [1, 2, 4, 1]);
    const { pullback } = maxPool().apply(x, { training: true });
    const { input } = pullback(tf.tensor4d([5, 7], [1, 1, 2, 1]), { input: true });
    assertEquals([...input!.dataSync()], [5, 0, 0, 7, 0, 0, 0, 0]);
  });

  test("autoencoder-layers: normalisation without weights scores by running statistics that start as PyTorch's", () => {
    const layer = standardisation("norm", 3, 0.01);
    const x = normal(4, 4, 6, 3) as tf.Tensor4D;
    check("mean 0 and variance 1", layer.apply(x, { training: false }).y, tf.div(x, Math.sqrt(1.01)));
    layer.apply(x, { training: true, track: 1 });
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const wanted = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(tf.mul(variance, 96 / 95), 0.01)));
    check("the batch's", layer.apply(x, { training: false }).y, wanted);
  });

  test("choice-memae: the gradients of sparse addressing and of its entropy are those of the tape", () => {
    const [z, M] = [normal(5, 3) as tf.Tensor2D, normal(7, 3) as tf.Tensor2D];
    const read = (code: tf.Tensor, memory: tf.Tensor) => {
      const w = tf.softmax(tf.matMul(code as tf.Tensor2D, memory as tf.Tensor2D, false, true));
      const over = tf.sub(w, 0.1);
      const s = tf.div(tf.mul(tf.relu(over), w), tf.add(tf.abs(over), 1e-12));
      return tf.div(s, tf.sum(s, 1, true)) as tf.Tensor2D;
    };
    const spread = (w: tf.Tensor) => tf.neg(tf.mean(tf.sum(tf.mul(w, tf.log(tf.add(w, 1e-12))), 1))) as tf.Scalar;
    const dvalue = normal(5, 3) as tf.Tensor2D;
    const reading = address(z, M, 0.1);
    check("ŵ", reading.weights, read(z, M));
    check("ẑ", reading.value, tf.matMul(read(z, M), M));
    const { value, gradient } = entropy(reading.weights);
    check("H", value, tf.reshape(spread(reading.weights), [1]));
    const [dz, dM] = reading.pullback(dvalue, tf.mul(gradient, 0.5));
    const wanted = tf.grads((code: tf.Tensor, memory: tf.Tensor) => {
      const w = read(code, memory);
      return tf.add(tf.sum(tf.mul(tf.matMul(w, memory as tf.Tensor2D), dvalue)), tf.mul(spread(w), 0.5));
    })([z, M]);
    check("dL/dz", dz, wanted[0]!, 1e-4);
    check("dL/dM", dM, wanted[1]!, 1e-4);
  });

  test("choice-memae: where no share exceeds the threshold nothing is read, and nothing is not a number", () => {
    const reading = address(tf.zeros([1, 2]), tf.ones([4, 2]), 0.3);
    const [dz, dM] = reading.pullback(tf.ones([1, 2]), entropy(reading.weights).gradient);
    for (const each of [reading.value, dz, dM]) assertEquals(new Set(each.dataSync().map(Math.abs)), new Set([0]));
  });
}
