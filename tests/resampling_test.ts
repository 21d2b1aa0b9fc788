/** The autoencoders' layers: values and derivatives are those of TensorFlow.js's own operations, on the plain backend and on the native one. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../src/engine/backend.ts";
import "../src/engine/gradients.ts";
import type { Layer } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import { address, entropy } from "../src/networks/layers/sparse_addressing.ts";
import { crop, maxPool, sigmoid, standardisation, upsample } from "../src/networks/layers/layers.ts";
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
        await startBackend({ only: backend });
        fn();
      },
    });
  const rng = seededRng(0, "resampling");
  const normal = (...shape: number[]) => tf.tensor(rng.normals(shape.reduce((a, b) => a * b)), shape);

  for (const [name, { layer, tape }] of Object.entries(CASES)) {
    test(`autoencoder-layers: ${name} has the values and gradients of the tape`, () => {
      const x = normal(2, 4, 6, 3) as tf.Tensor4D;
      const subject = layer();
      const y = tape(x);
      check("the value", subject(x, { training: true }), y);
      const dy = normal(...y.shape);
      const [got, wanted] = [(v: tf.Tensor) => subject(v, { training: true }), (v: tf.Tensor) => tape(v as tf.Tensor4D)]
        .map((f) => tf.grad(f)(x, dy));
      check("the gradient", got!, wanted!);
    });
  }

  test("autoencoder-layers: of equal greatest values the first takes the gradient", () => {
    const x = tf.tensor4d([1, 1, 0, 2, 1, 1, 2, 2], [1, 2, 4, 1]);
    const gradient = tf.grad((v: tf.Tensor) => maxPool()(v, { training: true }))(x, tf.tensor4d([5, 7], [1, 1, 2, 1]));
    assertEquals([...gradient.dataSync()], [5, 0, 0, 7, 0, 0, 0, 0]);
  });

  test("autoencoder-layers: normalisation without weights scores by running statistics that start as PyTorch's", () => {
    const layer = standardisation("norm", 3, 0.01);
    const x = normal(4, 4, 6, 3) as tf.Tensor4D;
    check("mean 0 and variance 1", layer(x, { training: false }), tf.div(x, Math.sqrt(1.01)));
    layer(x, { training: true, momentum: 1 });
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const wanted = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(tf.mul(variance, 96 / 95), 0.01)));
    check("the batch's", layer(x, { training: false }), wanted);
  });

  test("choice-memae: sparse addressing and its entropy have the values and gradients of the public code's form", () => {
    const [z, M] = [normal(5, 3) as tf.Tensor2D, normal(7, 3) as tf.Tensor2D];
    const publicForm = (code: tf.Tensor, memory: tf.Tensor) => {
      const w = tf.softmax(tf.matMul(code as tf.Tensor2D, memory as tf.Tensor2D, false, true));
      const over = tf.sub(w, 0.1);
      const s = tf.div(tf.mul(tf.relu(over), w), tf.add(tf.abs(over), 1e-12));
      return tf.div(s, tf.sum(s, 1, true)) as tf.Tensor2D;
    };
    const spread = (w: tf.Tensor) => tf.neg(tf.mean(tf.sum(tf.mul(w, tf.log(tf.add(w, 1e-12))), 1))) as tf.Scalar;
    const dvalue = normal(5, 3) as tf.Tensor2D;
    const reading = address(z, M, 0.1);
    check("ŵ", reading.weights, publicForm(z, M));
    check("ẑ", reading.value, tf.matMul(publicForm(z, M), M));
    check("H", entropy(reading.weights), spread(reading.weights));
    const got = tf.grads((code: tf.Tensor, memory: tf.Tensor) => {
      const { value, weights } = address(code as tf.Tensor2D, memory as tf.Tensor2D, 0.1);
      return tf.add(tf.sum(tf.mul(value, dvalue)), tf.mul(entropy(weights), 0.5));
    })([z, M]);
    const wanted = tf.grads((code: tf.Tensor, memory: tf.Tensor) => {
      const w = publicForm(code, memory);
      return tf.add(tf.sum(tf.mul(tf.matMul(w, memory as tf.Tensor2D), dvalue)), tf.mul(spread(w), 0.5));
    })([z, M]);
    check("dL/dz", got[0]!, wanted[0]!, 1e-4);
    check("dL/dM", got[1]!, wanted[1]!, 1e-4);
  });

  test("choice-memae: where no share exceeds the threshold nothing is read, and nothing is not a number", () => {
    const [z, M] = [tf.zeros<tf.Rank.R2>([1, 2]), tf.ones<tf.Rank.R2>([4, 2])];
    const read = (code: tf.Tensor, memory: tf.Tensor) => {
      const { value, weights } = address(code as tf.Tensor2D, memory as tf.Tensor2D, 0.3);
      return tf.add(tf.sum(value), entropy(weights));
    };
    for (const each of [address(z, M, 0.3).value, ...tf.grads(read)([z, M])]) {
      assertEquals(new Set(each.dataSync().map(Math.abs)), new Set([0]));
    }
  });
}
