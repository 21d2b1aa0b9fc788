/** Algorithm 1 as a step: who moves, in which order, and what is left behind; its gradients are in `conformance_test.ts`. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "../src/engine/adam.ts";
import type { Parameter } from "../src/engine/parameter.ts";
import { sampleConvexCombination } from "../src/paper/s4_1_memory.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import { REMOVABLE } from "../src/paper/terms.ts";
import { update } from "../tools/conformance/conformance_cases.ts";
import {
  BATCH,
  float64,
  noMask,
  PLAYERS,
  smallMemgan,
  UNITS,
  withOptimisers,
} from "../tools/conformance/small_memgan.ts";
import { evaluator } from "../tools/conformance/expression_scope.ts";

const ADAM = { learningRate: 1e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

function values(parameters: readonly Parameter[]): number[][] {
  return parameters.map((p) => [...p.value.dataSync()]);
}

for (const player of PLAYERS) {
  Deno.test(`algorithm-1-routing: a step on the ${player} leaves the other players bit-identical`, async () => {
    await tf.setBackend("cpu");
    const model = smallMemgan(0);
    const before = PLAYERS.map((each) => values(model.parameters[each]));
    trainStep(
      model.x,
      model.random,
      withOptimisers(model, { [player]: new Adam(model.parameters[player], ADAM) }),
      noMask,
    );
    PLAYERS.forEach((each, i) => {
      const after = values(model.parameters[each]);
      if (each === player) assert(String(after) !== String(before[i]), `${each} must move`);
      else assertEquals(after, before[i]!, `${each} must not move`);
    });
  });
}

Deno.test("algorithm-1-simultaneous: the encoder and the generator are judged by the discriminator after its update", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(3);
  const [encoder, discriminator] = [evaluator("algorithm-1-encoder"), evaluator("algorithm-1-discriminator")];
  const objectives = async () => {
    const { scope } = await float64(model);
    const mean = (of: typeof encoder) =>
      Array.from({ length: BATCH }, (_, i) => of(scope(i))[0]! / BATCH).reduce((a, b) => a + b);
    return { encoder: mean(encoder), discriminator: mean(discriminator) };
  };
  const before = await objectives();
  const losses = trainStep(
    model.x,
    model.random,
    withOptimisers(model, { discriminator: new Adam(model.parameters.discriminator, { ...ADAM, learningRate: 0.01 }) }),
    noMask,
  ).dataSync();
  const after = await objectives();
  assertAlmostEquals(losses[0]!, before.discriminator, 1e-5, "D's own loss is from before");
  assertAlmostEquals(
    losses[1]! + losses[3]! + losses[4]! + losses[5]!,
    after.encoder,
    2e-5,
    "E's objective is from after",
  );
  assert(Math.abs(after.encoder - before.encoder) > 1e-3, "the update is large enough to tell");
});

Deno.test("generator-non-saturating: G's adversarial term is −log D(G(z), z), E's is log D(x, E(x))", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(6);
  const [, ofE, ofG] = trainStep(model.x, model.random, withOptimisers(model, {}), noMask).dataSync();
  const { scope } = await float64(model);
  const z = sampleConvexCombination(model.memory.value as tf.Tensor2D, model.random).z.arraySync();
  const logs = z.map((code, i) => {
    const { rows, functions: { D, E, G } } = scope(i);
    const judge = (image: readonly number[], of: readonly number[]) => Math.log(D!(image, of) as number);
    return [judge(rows["x"]!, E!(rows["x"]!) as number[]), judge(G!(code) as number[], code)] as const;
  });
  const mean = (k: 0 | 1) => logs.reduce((sum, each) => sum + each[k], 0) / BATCH;
  assertAlmostEquals(ofE!, mean(0), 1e-5);
  assertAlmostEquals(ofG!, -mean(1), 1e-5);
});

Deno.test("discriminator-probability: D learns to give pairs (x, E(x)) a higher probability than (G(z), z)", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(7);
  const players = withOptimisers(model, {
    discriminator: new Adam(model.parameters.discriminator, { ...ADAM, learningRate: 0.01 }),
  });
  for (let step = 0; step < 200; step++) trainStep(model.x, model.random, players, noMask).dispose();
  const [, logReal, minusLogFake] = trainStep(model.x, model.random, players, noMask).dataSync();
  assert(logReal! > Math.log(0.9) && minusLogFake! > -Math.log(0.1), `log D is ${logReal} and ${-minusLogFake!}`);
});

for (const term of REMOVABLE) {
  Deno.test(`ablation-terms: without ${term} each player goes down its clause with the term struck out`, async () => {
    await tf.setBackend("cpu");
    for (const player of PLAYERS) {
      const { tolerance, run } = update(player, term);
      const { value, gradient } = await run(8, { m: 1, n: 1, d: 1, p: 1 });
      assert(value <= tolerance.value, `${player}: the value is off by ${value}`);
      assert(gradient <= tolerance.gradient, `${player}: the gradient is off by ${gradient}`);
    }
  });
}

Deno.test("algorithm-1-no-leak: a step leaves as many tensors as it found, but its losses", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(4);
  const optimisers = Object.fromEntries(PLAYERS.map((each) => [each, new Adam(model.parameters[each], ADAM)]));
  const players = withOptimisers(model, optimisers);
  const counts = Array.from({ length: 4 }, () => {
    trainStep(model.x, model.random, players, noMask).dispose();
    return tf.memory().numTensors;
  });
  assertEquals(new Set(counts).size, 1, `tensors after each step: ${counts}`);
});

Deno.test("api-errors: random vectors that do not fit the memory are refused", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(5);
  assertThrows(
    () => trainStep(model.x, tf.zeros([BATCH, UNITS + 1]), withOptimisers(model, {}), noMask),
    RangeError,
    "the random vectors must have the shape [5, 4]: its shape is [5, 5]",
  );
});
