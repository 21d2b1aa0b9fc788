/** Cases of Algorithm 1, through `src/`. */

import * as tf from "@tensorflow/tfjs-core";
import { Adam } from "../src/engine/adam.ts";
import { Parameter } from "../src/engine/parameter.ts";
import type { Optimiser } from "../src/engine/descend.ts";
import type { Discriminator } from "../src/engine/layer.ts";
import { dense, leakyRelu, reshape, sequence } from "../src/networks/layers/layers.ts";
import { pair } from "../src/networks/layers/pair.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import { LOSS_TERMS } from "../src/paper/terms.ts";
import { readAll } from "./case_equations.ts";
import type { Arrays, Case, Found } from "../tools/conformance/cases.ts";
import type { Player, SmallMemgan } from "../tools/conformance/small_memgan.ts";
import { noMask, PIXELS, PLAYERS, smallMemgan, TERMS, withOptimisers } from "../tools/conformance/small_memgan.ts";

/** The joint D of the cases: an image and a code side by side, one hidden layer, a logit. */
function smallJudge(parameters: readonly [Parameter, Parameter, Parameter, Parameter]): Discriminator {
  const [w1, b1, w2, b2] = parameters;
  const layers = sequence(dense(w1, b1), leakyRelu(0.1), dense(w2, b2));
  return pair(reshape(PIXELS), sequence(), layers);
}

/** The networks of `small_memgan.ts` with a case's weights. */
function playersOf(inputs: Arrays): SmallMemgan {
  const given = (name: string) => new Parameter(name, tf.tensor(inputs[name]!));
  const discriminator = smallJudge([
    given("discriminator.w1"),
    given("discriminator.b1"),
    given("discriminator.w2"),
    given("discriminator.b2"),
  ]);
  const model = smallMemgan(0);
  const parameters = { ...model.parameters, discriminator: discriminator.parameters };
  for (const player of ["encoder", "generator", "memory"] as const) {
    for (const parameter of parameters[player]) parameter.set(tf.tensor(inputs[parameter.name]!));
  }
  return { ...model, discriminator, parameters };
}

const named = (parameters: readonly Parameter[], tensors: readonly tf.Tensor[]): Arrays =>
  readAll(Object.fromEntries(parameters.map(({ name }, i) => [name, tensors[i]!])));

export function runPlayer({ clause, inputs }: Case): Found {
  const player = clause.slice("algorithm-1-".length) as Player;
  const model = playersOf(inputs);
  const gradients: Arrays = {};
  const recording = (each: Player): Pick<Optimiser, "apply"> => ({
    apply(found) {
      if (each === player) Object.assign(gradients, named(model.parameters[each], found));
      if (each !== "discriminator") return;
      const rate = inputs.discriminator_learning_rate as number;
      model.parameters[each].forEach((p, i) => p.set(tf.sub(p.value, tf.mul(found[i]!, rate))));
    },
  });
  const optimisers = Object.fromEntries(PLAYERS.map((each) => [each, recording(each)]));
  const losses = trainStep(
    tf.tensor(inputs.x!) as tf.Tensor4D,
    tf.tensor(inputs.r!) as tf.Tensor2D,
    withOptimisers(model, optimisers),
    noMask,
  ).dataSync();
  const outputs = Object.fromEntries(LOSS_TERMS.map((term, i) => [term, losses[i]!]));
  return { outputs: { ...outputs, value: TERMS[player].reduce((sum, term) => sum + losses[term]!, 0) }, gradients };
}

export function runLoop({ inputs }: Case): Found {
  const model = playersOf(inputs);
  const settings = { learningRate: 1e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
  const players = withOptimisers(
    model,
    Object.fromEntries(PLAYERS.map((each) => [each, new Adam(model.parameters[each], settings)])),
  );
  const xs = tf.unstack(tf.tensor(inputs.x!)) as tf.Tensor4D[];
  const rs = tf.unstack(tf.tensor(inputs.r!)) as tf.Tensor2D[];
  const losses = xs.map((x, i) => trainStep(x, rs[i]!, players, noMask).arraySync());
  const parameters = Object.values(model.parameters).flat();
  return { outputs: { losses, ...named(parameters, parameters.map(({ value }) => value)) }, gradients: {} };
}
