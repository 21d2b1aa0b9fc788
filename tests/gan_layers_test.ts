/** What the GAN baselines add to the layers: spectral normalisation, and batch normalisation's derivative while scoring. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../src/engine/backend.ts";
import "../src/engine/gradients.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import * as layers from "../src/networks/layers/layers.ts";
import { spectral } from "../src/networks/layers/spectral.ts";
import { nativeReason } from "./native.ts";

const rng = seededRng(0, "gan-layers");
const normal = (...shape: number[]) => tf.tensor(rng.normals(shape.reduce((a, b) => a * b)), shape);
const parameter = (name: string, ...shape: number[]) => new Parameter(name, normal(...shape));

function check(name: string, got: tf.Tensor, wanted: tf.Tensor) {
  assertEquals(got.shape, wanted.shape, name);
  const [a, b] = [got.dataSync(), wanted.dataSync()];
  // float32 sums of up to 10² terms of order 1, added up in another order.
  a.forEach((each, i) => assertAlmostEquals(each, b[i]!, 2e-5 * Math.max(1, Math.abs(b[i]!)), `${name}, element ${i}`));
}

const LINEAR = {
  dense: {
    shape: [5, 7],
    weight: [7, 3],
    layer: (w: Parameter) => layers.dense(w),
    tape: (x: tf.Tensor, w: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
  },
  convolution: {
    shape: [3, 8, 8, 2],
    weight: [4, 4, 2, 5],
    layer: (w: Parameter) => layers.convolution(w, 2),
    tape: (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"),
  },
};

for (const backend of ["cpu", "native"] as const) {
  const reason = backend === "native" ? nativeReason() : undefined;
  const test = (name: string, fn: () => void) =>
    Deno.test({
      name: `${name} [${backend}]${reason ? ` (ignored: ${reason})` : ""}`,
      ignore: reason !== undefined,
      fn: async () => {
        await startBackend({ only: backend, threads: 1 });
        fn();
      },
    });

  for (const [name, { shape, weight, layer, tape }] of Object.entries(LINEAR)) {
    for (const training of [true, false]) {
      const when = training ? "training" : "scoring";
      test(`choice-spectral: a ${name} in ${when} has the values and gradients of the tape`, () => {
        const w = parameter("w", ...weight);
        const u = parameter("u", 1, weight.at(-1)!);
        const start = tf.clone(u.value) as tf.Tensor2D;
        const x = normal(...shape);
        const subject = spectral(layer(w), u);
        const dy = normal(...subject(x, { training: false }).shape);
        const { value: y, grads: [dx, dw] } = tf.valueAndGrads((given: tf.Tensor) => subject(given, { training }))(
          [x, w.value],
          dy,
        );
        // With v held fixed σ = |Wᵀv|, with u held fixed σ = |Wu|: these have v·uᵀ for their gradient.
        const flat = (of: tf.Tensor) => tf.reshape<tf.Rank.R2>(of, [-1, weight.at(-1)!]);
        const product = tf.matMul(start, flat(w.value), false, true);
        const v = tf.div<tf.Tensor2D>(product, tf.norm(product));
        const direction = tf.div<tf.Tensor2D>(start, tf.norm(start));
        const sigma = (of: tf.Tensor) =>
          tf.norm(training ? tf.matMul(v, flat(of)) : tf.matMul(direction, flat(of), false, true));
        const function_ = (a: tf.Tensor, b: tf.Tensor) => tf.div(tape(a, b), sigma(b));
        check("the value", y, function_(x, w.value));
        const [wantedX, wantedW] = tf.grads((a: tf.Tensor, b: tf.Tensor) => function_(a, b))([x, w.value], dy);
        check("the input's gradient", dx!, wantedX!);
        check("the weights' gradient", dw!, wantedW!);
      });
    }
  }

  test("choice-spectral: training finds the largest singular value, scoring leaves the estimate as it is", () => {
    const w = new Parameter("w", tf.tensor2d([[3, 0], [0, 1], [0, 0]]));
    const u = new Parameter("u", tf.tensor2d([[0.6, 0.8]]));
    const layer = spectral(layers.dense(w), u);
    for (let i = 0; i < 10; i++) layer(tf.zeros([1, 3]), { training: true });
    const found = [...u.value.dataSync()];
    check("the vector", u.value, tf.tensor2d([[1, 0]]));
    check("the value", layer(tf.tensor2d([[1, 1, 1]]), INFERENCE), tf.tensor2d([[1, 1 / 3]]));
    assertEquals([...u.value.dataSync()], found);
  });

  test("layers-pullback: batch normalisation in scoring has the input's gradient of the tape", () => {
    const [gamma, beta, mean] = [parameter("gamma", 6), parameter("beta", 6), parameter("mean", 6)];
    const variance = new Parameter("variance", tf.abs(normal(6)));
    const x = normal(4, 3, 3, 6);
    const norm = (a: tf.Tensor) => layers.normalisation({ gamma, beta, mean, variance })(a, INFERENCE);
    const dy = normal(4, 3, 3, 6);
    const tape = (a: tf.Tensor) =>
      tf.add(
        tf.mul(tf.div(tf.sub(a, mean.value), tf.sqrt(tf.add(variance.value, 1e-5))), gamma.value),
        beta.value,
      );
    check("the value", norm(x), tape(x));
    check("the gradient", tf.grad(norm)(x, dy), tf.grad(tape)(x, dy));
  });
}
