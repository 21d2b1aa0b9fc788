/** Algorithm 1: gradients go where the paper sends them, and are those of the objectives that it states. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "../src/engine/adam.ts";
import type { Parameter } from "../src/engine/parameter.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import type { Player } from "./tiny.ts";
import { BATCH, D_CODE, noMask, PIXELS, PLAYERS, tiny, UNITS, withOptimisers } from "./tiny.ts";

const ADAM = { learningRate: 1e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

function values(parameters: readonly Parameter[]): number[][] {
  return parameters.map((p) => [...p.value.dataSync()]);
}

for (const player of PLAYERS) {
  Deno.test(`algorithm-1-routing: a step on the ${player} leaves the other players bit-identical`, async () => {
    await tf.setBackend("cpu");
    const model = tiny(0);
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

/** Everything in float64, written from the paper and not from `src/`: rows are examples. */
function reference(model: ReturnType<typeof tiny>) {
  const theta: Record<Player, number[][]> = {
    encoder: values(model.parameters.encoder),
    generator: values(model.parameters.generator),
    discriminator: values(model.parameters.discriminator),
    memory: values(model.parameters.memory),
  };
  const rows = (flat: ArrayLike<number>, width: number) =>
    Array.from(
      { length: flat.length / width },
      (_, i) => Array.from({ length: width }, (_, j) => flat[i * width + j]!),
    );
  const x = rows(model.x.dataSync(), PIXELS);
  const linear = (v: number[], w: number[], b?: number[]) =>
    Array.from(
      { length: w.length / v.length },
      (_, j) => v.reduce((sum, value, i) => sum + value * w[i * (w.length / v.length) + j]!, b?.[j] ?? 0),
    );
  const leaky = (v: number[]) => v.map((value) => value > 0 ? value : 0.1 * value);
  const softmax = (v: number[]) => {
    const e = v.map(Math.exp);
    const sum = e.reduce((a, b) => a + b);
    return e.map((value) => value / sum);
  };
  const norm = (v: number[]) => Math.hypot(...v);
  const minus = (a: number[], b: number[]) => a.map((value, i) => value - b[i]!);
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const alpha = rows(model.random.dataSync(), UNITS).map(softmax);

  const E = (image: number[]) => linear(image, theta.encoder[0]!, theta.encoder[1]!);
  const G = (code: number[]) => linear(code, theta.generator[0]!, theta.generator[1]!).map(Math.tanh);
  const D = (image: number[], code: number[]) => {
    const [wx, w1, b1, w2, b2, w3, b3, w4, b4] = theta.discriminator as [
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
    ];
    const hx = leaky(linear(image, wx));
    const hz = leaky(linear(leaky(linear(code, w1, b1)), w2, b2));
    return 1 / (1 + Math.exp(-linear(leaky(linear([...hx, ...hz], w3, b3)), w4, b4)[0]!));
  };
  const units = () => rows(theta.memory[0]!, D_CODE);
  const combine = (a: number[]) =>
    units().reduce((sum, unit, i) => sum.map((s, j) => s + a[i]! * unit[j]!), Array(D_CODE).fill(0));
  const attend = (code: number[]) =>
    softmax(units().map((unit) => unit.reduce((s, value, i) => s + value * code[i]!, 0)));
  const P = (code: number[]) => combine(attend(code));

  const cyc = () => mean(x.map((image) => norm(minus(image, G(P(E(image)))))));
  const proj = () => mean(x.map((image) => norm(minus(E(image), P(E(image))))));
  const mi = () =>
    mean(alpha.map((a) => {
      const back = attend(E(G(combine(a))));
      return -a.reduce((sum, value, i) => sum + value * Math.log(back[i]!), 0);
    }));
  const logReal = () => mean(x.map((image) => Math.log(D(image, E(image)))));
  const logFake = () => mean(alpha.map((a) => Math.log(D(G(combine(a)), combine(a)))));
  const logNotFake = () => mean(alpha.map((a) => Math.log(1 - D(G(combine(a)), combine(a)))));

  const objective: Record<Player, () => number> = {
    discriminator: () => -logReal() - logNotFake(),
    encoder: () => logReal() + cyc() + proj() + mi(),
    generator: () => -logFake() + cyc() + mi(),
    memory: () => cyc() + proj() + mi(),
  };
  return { theta, objective, terms: () => [objective.discriminator(), logReal(), -logFake(), cyc(), proj(), mi()] };
}

for (const player of PLAYERS) {
  Deno.test(`algorithm-1-gradients: the ${player}'s gradient is that of its objective, by float64 differences`, async () => {
    await tf.setBackend("cpu");
    const model = tiny(1);
    const { theta, objective } = reference(model);
    const captured: number[][] = [];
    const spy = { apply: (g: readonly tf.Tensor[]) => captured.push(...g.map((each) => [...each.dataSync()])) };
    trainStep(model.x, model.random, withOptimisers(model, { [player]: spy }), noMask);
    assertEquals(captured.map((g) => g.length), theta[player].map((p) => p.length));
    const h = 1e-5;
    captured.forEach((gradient, k) => {
      const parameter = theta[player][k]!;
      // D has 10^5 weights, so a few of each matrix.
      const every = Math.max(1, Math.floor(parameter.length / 6));
      for (let i = 0; i < parameter.length; i += every) {
        const old = parameter[i]!;
        parameter[i] = old + h;
        const up = objective[player]();
        parameter[i] = old - h;
        const down = objective[player]();
        parameter[i] = old;
        // float32 through five layers: 1e-4 of gradients of order 1.
        assertAlmostEquals(gradient[i]!, (up - down) / (2 * h), 1e-4, `${player} parameter ${k}, element ${i}`);
      }
    });
  });
}

Deno.test("algorithm-1-losses: the six terms are those of the paper, by float64", async () => {
  await tf.setBackend("cpu");
  const model = tiny(2);
  const losses = trainStep(model.x, model.random, withOptimisers(model, {}), noMask).dataSync();
  reference(model).terms().forEach((wanted, i) => assertAlmostEquals(losses[i]!, wanted, 1e-5, `term ${i}`));
});

Deno.test("algorithm-1-order: the encoder and the generator are judged by the discriminator after its update", async () => {
  await tf.setBackend("cpu");
  const model = tiny(3);
  const { terms } = reference(model);
  const before = terms();
  const losses = trainStep(
    model.x,
    model.random,
    withOptimisers(model, { discriminator: new Adam(model.parameters.discriminator, { ...ADAM, learningRate: 0.01 }) }),
    noMask,
  ).dataSync();
  const after = reference(model).terms();
  assertAlmostEquals(losses[0]!, before[0]!, 1e-5, "D's own loss is from before");
  assertAlmostEquals(losses[1]!, after[1]!, 1e-5, "E's adversarial term is from after");
  assertAlmostEquals(losses[2]!, after[2]!, 1e-5, "G's adversarial term is from after");
  assert(Math.abs(after[1]! - before[1]!) > 1e-3, "the update is large enough to tell");
});

Deno.test("algorithm-1-no-leak: a step leaves as many tensors as it found, but its losses", async () => {
  await tf.setBackend("cpu");
  const model = tiny(4);
  const optimisers = Object.fromEntries(PLAYERS.map((each) => [each, new Adam(model.parameters[each], ADAM)]));
  const players = withOptimisers(model, optimisers);
  const counts = Array.from({ length: 4 }, () => {
    trainStep(model.x, model.random, players, noMask).dispose();
    return tf.memory().numTensors;
  });
  assertEquals(new Set(counts).size, 1, `tensors after each step: ${counts}`);
});

Deno.test("algorithm-1-shapes: random vectors that do not fit the memory are refused", async () => {
  await tf.setBackend("cpu");
  const model = tiny(5);
  assertThrows(
    () => trainStep(model.x, tf.zeros([BATCH, UNITS + 1]), withOptimisers(model, {}), noMask),
    RangeError,
    "the random vectors must have the shape [5, 4]: its shape is [5, 5]",
  );
});
