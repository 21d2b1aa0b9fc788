/** DAGMM: its networks, mixture, loss and gradients are those of the twin in PyTorch. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { createDagmm, DAGMM_RECIPE, dagmmStep } from "../src/detectors/dagmm.ts";
import { energyUnder, mixtureOf } from "../src/detectors/mixture.ts";
import { startBackend } from "../src/engine/backend.ts";
import { stream } from "../src/engine/random.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { dagmmNetworks } from "../src/networks/dagmm.ts";
import { assertClose, assertSummary, batch, formula } from "./autoencoder_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dagmm.json" with { type: "json" };

const SHAPES = { mnist: { side: 28, channels: 1 }, cifar10: { side: 32, channels: 3 } } as const;

for (const name of ["mnist", "cifar10"] as const) {
  testWith(["native"], `baseline-dagmm: on ${name} losses and gradients of a step are the twin's`, async () => {
    await startBackend({ only: "native", setUp: false });
    const { side, channels } = SHAPES[name];
    const networks = dagmmNetworks({ height: side, width: side, channels }, 3, 0.5, stream(0, "init"));
    const parameters = [networks.encoder, networks.decoder, networks.estimation].flatMap((net) => net.parameters);
    for (const parameter of parameters) {
      const { name, value: { shape } } = parameter;
      const values = formula(name, shape, name.startsWith("estimation") ? 0.5 : 0.05, name.endsWith("gamma") ? 1 : 0);
      parameter.set(tf.tensor(values, shape));
    }
    let masks = 0;
    let applied: readonly tf.Tensor[] = [];
    const losses = dagmmStep(
      batch(12, side, channels),
      networks,
      { apply: (given) => void (applied = given.map((gradient) => tf.keep(tf.clone(gradient)))) },
      { ...DAGMM_RECIPE, energyWeight: 0.1, spreadWeight: 0.005 },
      (shape) => tf.tensor(formula(`mask${masks++}`, shape, 0.5, 1), shape),
    );
    const { losses: wanted, gradients } = oracle[name];
    assertClose(losses.dataSync(), wanted, "losses", 1e-3);
    assertEquals(applied.length, Object.keys(gradients).length);
    // Twelve images leave Σ nearly singular: a thousandfold of float32's rounding.
    parameters.forEach(({ name }, i) =>
      assertSummary(applied[i]!, gradients[name as keyof typeof gradients], `the gradient of ${name}`, 1e-2)
    );
  });
}

Deno.test("baseline-dagmm: the energy under one component is that of its normal law, by the inverse of Σ", async () => {
  await tf.setBackend("cpu");
  // Σ = [[2, 1], [1, 2]]: its inverse is [[2, −1], [−1, 2]]/3, its determinant 3.
  const mixture = { phi: tf.tensor1d([1]), mu: tf.tensor2d([[1, 0]]), sigma: tf.tensor3d([[[2, 1], [1, 2]]]) };
  const [energy] = energyUnder(tf.tensor2d([[2, 3]]), mixture).dataSync();
  const square = (2 * 1 - 2 * 1 * 3 + 2 * 9) / 3;
  assertAlmostEquals(energy!, 0.5 * square + 0.5 * Math.log(3) + Math.log(2 * Math.PI), 1e-5);
});

Deno.test("choice-dagmm: a component of one point has a finite energy and finite gradients", async () => {
  await tf.setBackend("cpu");
  const z = tf.tensor2d([[0, 0], [1, 1], [2, 0.5]]);
  const gamma = tf.tensor2d([[1, 0], [0, 1], [0, 1]]);
  const mixture = mixtureOf(z, gamma);
  assertClose(mixture.mu.dataSync(), [0, 0, 1.5, 0.75], "μ");
  assertClose(mixture.phi.dataSync(), [1 / 3, 2 / 3], "φ");
  assert(energyUnder(z, mixture).dataSync().every(Number.isFinite));
  const [dz] = tf.grads((p: tf.Tensor) => tf.mean(energyUnder(p as tf.Tensor2D, mixtureOf(p as tf.Tensor2D, gamma))))([
    z,
  ]);
  assert(dz!.dataSync().every(Number.isFinite));
});

testWith(
  ["native"],
  "choice-dagmm: unlikely images have the higher energy, under the mixture of all normal ones",
  async () => {
    await startBackend({ only: "native", setUp: false });
    const images = (count: number, name: string, pattern: number) => {
      const draws = stream(0, name);
      const pixels = Float32Array.from(
        { length: count * 784 },
        (_, i) => Math.sin(pattern * (i % 28)) + 0.1 * draws.normal(),
      );
      return { count, height: 28, width: 28, channels: 1, pixels };
    };
    const detector = createDagmm({ ...DAGMM_RECIPE, epochs: 6, batch: 32 }, 0, images(1, "", 0));
    await detector.fit({ role: "normal-train", images: images(128, "train", 0.5) });
    const [normal, other] = [
      await detector.score(images(30, "normal", 0.5)),
      await detector.score(images(30, "other", 0.8)),
    ];
    assert(auroc([...normal, ...other], [...normal.map(() => 0), ...other.map(() => 1)]) > 0.9);
    assertEquals((await detector.save())["mixture.phi"]!.values.length, 3);
    assertEquals([...await detector.score(images(30, "normal", 0.5))].length, 30);
  },
);
