/** DSEBM: energy, its gradient and the derivative of that are those of the twin in PyTorch. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { EnergyModel } from "../src/detectors/dsebm.ts";
import { createDsebm, DSEBM_RECIPE, dsebmStep, energies } from "../src/detectors/dsebm.ts";
import { startBackend } from "../src/engine/backend.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { stream } from "../src/engine/random.ts";
import type { Potential } from "../src/networks/energy.ts";
import { energyFor, potential } from "../src/networks/energy.ts";
import { bias, convolution, dense, reshape, sequence } from "../src/networks/layers.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { assertClose, assertSummary, batch, formula } from "./autoencoder_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dsebm.json" with { type: "json" };

const SHAPES = { mnist: { side: 28, channels: 1, count: 3 }, cifar10: { side: 32, channels: 3, count: 2 } } as const;

/** A model with the twin's weights. */
function filled(side: number, channels: number): EnergyModel {
  const shape = { height: side, width: side, channels };
  const phi = energyFor(shape, stream(0, "init"));
  const mean = new Parameter("mean", tf.zeros([1, side, side, channels]));
  for (const parameter of [...phi.parameters, mean]) {
    parameter.set(tf.tensor(formula(parameter.name, parameter.value.shape, 0.05), parameter.value.shape));
  }
  return { phi, mean };
}

for (const name of ["mnist", "cifar10"] as const) {
  // Plain JavaScript takes half a minute for each.
  testWith(["native"], `baseline-dsebm: on ${name} energies, loss and gradients are the twin's`, async () => {
    await startBackend({ only: "native", setUp: false });
    const { side, channels, count } = SHAPES[name];
    const { energies: wanted, slope, loss, gradients } = oracle[name];
    const model = filled(side, channels);
    const x = batch(count, side, channels);
    const noise = tf.tensor4d(formula("noise", x.shape, 0.3), x.shape);
    assertClose(energies(x, model).dataSync(), wanted, "energies");
    const noisy = tf.add<tf.Tensor4D>(x, noise);
    assertSummary(tf.sub(tf.sub(noisy, model.mean.value), model.phi.apply(noisy).gradient), slope, "∇E", 1e-4);
    let applied: readonly tf.Tensor[] = [];
    const value = dsebmStep(x, noise, model, {
      apply(given) {
        applied = given.map((gradient) => tf.keep(tf.clone(gradient)));
      },
    });
    assertClose(value.dataSync(), [loss], "the loss");
    const parameters = [...model.phi.parameters, model.mean];
    assertEquals(applied.length, parameters.length);
    parameters.forEach(({ name }, i) =>
      assertSummary(applied[i]!, gradients[name as keyof typeof gradients], `the gradient of ${name}`, 5e-4)
    );
  });
}

/** A potential of a convolution and a dense layer over 4 × 4 images, small enough for any backend. */
function tinyPotential(): { phi: Potential; weights: Parameter[] } {
  const make = (name: string, ...shape: number[]) => new Parameter(name, tf.tensor(formula(name, shape, 0.5), shape));
  const weights = [make("conv", 3, 3, 1, 2), make("conv.b", 2), make("dense", 8, 3), make("dense.b", 3)];
  const [conv, convBias, last, lastBias] = weights as [Parameter, Parameter, Parameter, Parameter];
  const phi = potential([
    { linear: convolution(conv, 2), shift: bias(convBias) },
    { linear: sequence(reshape(8), dense(last)), shift: bias(lastBias) },
  ]);
  return { phi, weights };
}

for (const backend of ["cpu", "native", "wasm", "webgpu"] as const) {
  testWith(
    backend === "cpu" ? [] : backend === "native" ? ["native"] : ["read"],
    `choice-dsebm: second derivatives are central differences of first ones [${backend}]`,
    async () => {
      if (backend === "webgpu" && !await navigator.gpu?.requestAdapter()) {
        return console.log("not tested: there is no graphics adapter");
      }
      await startBackend({ only: backend, setUp: false });
      const { phi, weights } = tinyPotential();
      const x = batch(2, 4, 1);
      const v = tf.tensor4d(formula("v", x.shape, 1), x.shape);
      const along = async () => (await tf.tidy(() => tf.sum(tf.mul(v, phi.apply(x).gradient))).data())[0]!;
      const gradients = tf.tidy(() => phi.apply(x).pullback(v));
      for (const [i, weight] of weights.entries()) {
        const direction = tf.tensor(formula(`${weight.name} direction`, weight.value.shape, 1), weight.value.shape);
        const old = tf.clone(weight.value);
        const at = async (step: number) => {
          weight.set(tf.add(old, tf.mul(direction, step)));
          return await along();
        };
        const difference = (await at(1e-2) - await at(-1e-2)) / 2e-2;
        weight.set(old);
        const wanted = (await tf.sum(tf.mul(gradients[i]!, direction)).data())[0]!;
        // The error of a central difference is of the order of its step squared, float32's over it 10⁻⁵.
        assert(
          Math.abs(difference - wanted) < 2e-3 * Math.max(1, Math.abs(wanted)),
          `${weight.name}: ${difference}, ${wanted}`,
        );
      }
    },
  );
}

testWith(
  ["native"],
  "choice-dsebm: after some epochs what looks otherwise has the higher energy; a seed counts",
  async () => {
    await startBackend({ only: "native", setUp: false });
    const images = (count: number, name: string, pattern: number) => {
      const draws = stream(0, name);
      const pixels = Float32Array.from(
        { length: count * 784 },
        (_, i) => Math.sin(pattern * (i % 28)) + 0.2 * draws.normal(),
      );
      return { count, height: 28, width: 28, channels: 1, pixels };
    };
    const scores = async (seed: number) => {
      const detector = createDsebm({ ...DSEBM_RECIPE, epochs: 3, batch: 16 }, seed, images(1, "", 0));
      await detector.fit({ role: "normal-train", images: images(64, "train", 0.5) });
      return [await detector.score(images(20, "normal", 0.5)), await detector.score(images(20, "other", 0.8))] as const;
    };
    const [normal, other] = await scores(0);
    assert(auroc([...normal, ...other], [...normal.map(() => 0), ...other.map(() => 1)]) > 0.95);
    assertNotEquals([...(await scores(1))[0]], [...normal]);
  },
);
