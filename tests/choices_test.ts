/** The choices of MEMGAN's recipe: how they were made, what stands beside them, and what a run does of them. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import ablation from "../spec/ablation-mnist.json" with { type: "json" };
import searchCifar10 from "../spec/search-cifar10.json" with { type: "json" };
import searchCifar102 from "../spec/search-cifar10-2.json" with { type: "json" };
import searchMnist2 from "../spec/search-mnist-2.json" with { type: "json" };
import searchMnist from "../spec/search-mnist.json" with { type: "json" };
import { ABOUT } from "../src/data/dataset.ts";
import { initialMemory } from "../src/detectors/memgan.ts";
import { CIFAR10_RECIPE, MNIST_RECIPE, PREPROCESSING } from "../src/detectors/recipes/memgan.ts";
import { allOf } from "../src/engine/layer.ts";
import type { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { memganNetworks } from "../src/networks/memgan.ts";
import { sampleConvexCombination } from "../src/paper/s4_1_memory.ts";
import { cycleLoss, project } from "../src/paper/s4_2_cycle.ts";
import { projectionLoss } from "../src/paper/s4_3_projection.ts";
import { mutualInformationLoss } from "../src/paper/s4_4_mutual_information.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import type { Removable } from "../src/paper/terms.ts";
import { mean } from "../src/experiments/statistics.ts";
import { VARIANTS, variantSpecs } from "../src/report/tables/variants.ts";
import { noMask, smallMemgan, withOptimisers } from "../tools/conformance/small_memgan.ts";

const RECIPES = [["mnist", MNIST_RECIPE], ["cifar10", CIFAR10_RECIPE]] as const;

Deno.test("choice-rule: a search's runs are judged by validation images", () => {
  const specs = [searchMnist, searchCifar10, searchMnist2, searchCifar102].flatMap((file) =>
    Object.values(VARIANTS.parse(file)).flatMap((variant) => variantSpecs(variant, [3, 8], [0, 1]).flat())
  );
  assertEquals(new Set(specs.map(({ evaluate }) => evaluate)), new Set(["validation"]));
});

Deno.test("choice-effects: each variant is the recipe in a schedule of two epochs, and one change of it", () => {
  const { "the recipe": base, ...others } = VARIANTS.parse(ablation);
  assertEquals(base, { method: "memgan", epochs: 2 });
  const whole: Record<string, unknown> = { ...MNIST_RECIPE, preprocessing: PREPROCESSING, method: "memgan", epochs: 2 };
  for (const [name, variant] of Object.entries(others)) {
    const changed = Object.entries(variant).filter(([key, value]) => whole[key] !== value);
    assertEquals(changed.length, 1, name);
  }
});

/** Mean and standard deviation. */
function moments(values: ArrayLike<number>): [mean: number, deviation: number] {
  const all = Array.from(values);
  const middle = mean(all);
  return [middle, Math.sqrt(mean(all.map((value) => (value - middle) ** 2)))];
}

for (const [dataset, recipe] of RECIPES) {
  Deno.test(`choice-initialisation: weights, biases, normalisations and memory as they start, ${dataset}`, async () => {
    await tf.setBackend("cpu");
    const { encoder, generator, discriminator } = memganNetworks(
      ABOUT[dataset].shape,
      recipe.width,
      0,
      seededRng(0, "init"),
    );
    const normal = (name: string, values: Float32Array, scale: number) => {
      const [middle, deviation] = moments(values);
      // Five standard errors of a mean and of a deviation of normal numbers.
      const bound = 5 * scale / Math.sqrt(values.length);
      assertAlmostEquals(middle, 0, bound, `the mean of ${name}`);
      assertAlmostEquals(deviation, scale, bound, `the deviation of ${name}`);
    };
    const STARTS: Readonly<Record<string, number>> = { bias: 0, beta: 0, mean: 0, gamma: 1, variance: 1 };
    for (const { name, value } of allOf(encoder, generator, discriminator)) {
      const [part, values] = [name.split(".").at(-1)!, value.dataSync<"float32">()];
      if (part === "weight") normal(name, values, 0.02);
      else assert(values.every((each) => each === STARTS[part]), `${name} starts at ${STARTS[part]}`);
    }
    normal("M", initialMemory(recipe, 0), 1);
  });
}

Deno.test("choice-dropout: D drops whole channels and hidden units at the recipe's rate, E and G nothing", async () => {
  await tf.setBackend("cpu");
  for (const [dataset, { width, dropout }] of RECIPES) {
    const { height, channels } = ABOUT[dataset].shape;
    const networks = memganNetworks(ABOUT[dataset].shape, width, dropout, seededRng(0, "init"));
    const drawn: [shape: number[], rate: number][] = [];
    const mask = (shape: number[], rate: number) => {
      drawn.push([shape, rate]);
      return tf.ones(shape);
    };
    const mode = { training: true, mask };
    const x = networks.generator(tf.zeros([2, width]), mode);
    assertEquals([x.shape, networks.encoder(x, mode).shape], [[2, height, height, channels], [2, width]]);
    assertEquals(drawn, [], "E and G");
    networks.discriminator(x, tf.zeros<tf.Rank.R2>([2, width]), mode);
    const shapes = [[2, 1, 1, 32], [2, 1, 1, 64], [2, 1, 1, 128], [2, 256], [2, 256], [2, 256], [2, 512]];
    assertEquals(drawn, shapes.map((shape) => [shape, dataset === "mnist" ? 0.3 : 0.5]));
  }
});

Deno.test("choice-loss-weights: what a term adds to M's gradient is its own gradient, unweighed", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(0);
  const memoryGradient = (without?: Removable) => {
    let found: Float32Array | undefined;
    const memory = { apply: ([gradient]: readonly tf.Tensor[]) => void (found = gradient!.dataSync<"float32">()) };
    trainStep(model.x, model.random, withOptimisers(model, { memory }), noMask, without);
    return found!;
  };
  const all = memoryGradient();
  const M = model.memory.value as tf.Tensor2D;
  const mode = { training: true };
  const zx = model.encoder(model.x, mode);
  const alone = {
    cycle: (m: tf.Tensor2D) => cycleLoss(model.x, model.generator(project(m, zx), mode)),
    projection: (m: tf.Tensor2D) => projectionLoss(m, zx),
    mutual_information: (m: tf.Tensor2D) => {
      const { alpha, z } = sampleConvexCombination(m, model.random);
      return mutualInformationLoss(m, alpha, model.encoder(model.generator(z, mode), mode));
    },
  };
  for (const [term, loss] of Object.entries(alone)) {
    const rest = memoryGradient(term as Removable);
    const own = tf.grad((m: tf.Tensor) => loss(m as tf.Tensor2D))(M).dataSync();
    // Differences of float32 gradients of order 1.
    own.forEach((each, i) => assertAlmostEquals(all[i]! - rest[i]!, each, 2e-6, `${term}, entry ${i}`));
  }
});

/** The names of what has a bias, and of what batch normalisation follows. */
function layersOf(parameters: readonly Parameter[], part: string): string[] {
  return parameters.filter(({ name }) => name.endsWith(`.${part}`)).map(({ name }) => name.replace(`.${part}`, ""));
}

for (const dataset of ["mnist", "cifar10"] as const) {
  Deno.test(`networks-biases: a layer has a bias where no batch normalisation follows, ${dataset}`, async () => {
    await tf.setBackend("cpu");
    const { encoder, generator, discriminator } = memganNetworks(ABOUT[dataset].shape, 64, 0.3, seededRng(0, "init"));
    const parameters = [encoder, generator, discriminator].flatMap((network) => network.parameters);
    assertEquals(layersOf(parameters, "bias"), [
      "encoder.linear",
      "generator.conv4",
      "discriminator.x.conv1",
      "discriminator.z.linear1",
      "discriminator.z.linear2",
      "discriminator.joint.linear1",
      "discriminator.joint.linear2",
    ]);
    const [weights, norms] = [layersOf(parameters, "weight"), layersOf(parameters, "gamma")];
    assertEquals(norms.length + 7, weights.length, "every layer has the one or the other");
  });
}
