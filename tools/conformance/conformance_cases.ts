/** Which part of `src/` each expression of the specification is held against, and how closely. */

import "../../src/engine/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import { seededRng } from "../../src/engine/random.ts";
import { aliObjective, ganObjective } from "../../src/paper/s3_problem.ts";
import { sampleConvexCombination } from "../../src/paper/s4_1_memory.ts";
import { attend, cycleLoss, project } from "../../src/paper/s4_2_cycle.ts";
import { projectionLoss } from "../../src/paper/s4_3_projection.ts";
import { mutualInformationLoss } from "../../src/paper/s4_4_mutual_information.ts";
import type { Removable } from "../../src/paper/terms.ts";
import { trainStep } from "../../src/paper/s4_5_training.ts";
import { LOSS_TERMS } from "../../src/paper/terms.ts";
import { nearestInHull } from "../../src/paper/s5_2_polytope.ts";
import { propositionObjective } from "../../src/paper/s5_2_topology.ts";
import { anomalyScore } from "../../src/paper/s5_3_detection.ts";
import { mean } from "../../src/experiments/statistics.ts";
import type { Player } from "./small_memgan.ts";
import { BATCH, float64, noMask, smallMemgan, TERMS, withOptimisers } from "./small_memgan.ts";
import type { Inputs, Sizes, TensorInputs } from "./expression_scope.ts";
import { dot, drawInputs, evaluator, scopeOf, tensorInputs, VARIABLES } from "./expression_scope.ts";

/** The largest differences from the clause's own text: as a share of the largest magnitude, or of 1 if that is more. */
export interface Differences {
  value: number;
  gradient: number;
}

/** A clause that is held to its expression. */
export interface Conformance {
  readonly clause: string;
  /** What differences are allowed. */
  readonly tolerance: Differences;
  readonly because: string;
  /** Compares on the backend that is current. */
  run(seed: number, sizes: Sizes): Promise<Differences>;
}

/** The step of the central differences; their own error is its square, 10⁻¹⁰. */
const H = 1e-5;

function largest(got: ArrayLike<number>, wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity;
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return wanted.reduce((most, value, i) => {
    const off = Math.abs(got[i]! - value) / scale;
    return Math.max(most, Number.isNaN(off) ? Infinity : off);
  }, 0);
}

/** The central difference of a function in one number of a list, which is put back. */
export function difference(holder: number[], key: number, f: () => number): number {
  const old = holder[key]!;
  holder[key] = old + H;
  const up = f();
  holder[key] = old - H;
  const down = f();
  holder[key] = old;
  return (up - down) / (2 * H);
}

/** An equation: `code` gives a scalar, the mean over examples, or one row per example. */
function equation(clause: string, code: (inputs: TensorInputs) => tf.Tensor): Conformance {
  return {
    clause,
    tolerance: { value: 1e-5, gradient: 1e-4 },
    because: "float32 has 6e-8 a rounding; sums of up to 6 products, an exponential and a norm make some 10 of it",
    async run(seed, sizes) {
      const inputs = drawInputs(seed, sizes);
      const evaluate = evaluator(clause);
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, values]) => [name, tf.tensor2d(values)]),
      ) as Record<keyof Inputs, tf.Tensor2D>;
      const y = tf.tidy(() => code(tensorInputs(tensors)));
      const rows = () => inputs.x.map((_, i) => evaluate(scopeOf(inputs, i)));
      const values = y.rank === 0 ? [mean(rows().map(([value]) => value!))] : rows().flat();
      // Any weights but equal ones: of a softmax, equal ones would see nothing.
      const weights = y.rank === 0 ? [1] : [...seededRng(seed, "weights").normals(y.size)];
      const scalar = () => {
        const all = rows();
        return y.rank === 0 ? mean(all.map(([value]) => value!)) : dot(all.flat(), weights);
      };
      const wanted = VARIABLES.flatMap((name) =>
        inputs[name].flatMap((row) => row.map((_, j) => difference(row, j, scalar)))
      );
      const gradients = tf.tidy(() =>
        tf.grads((...variables: tf.Tensor[]) => {
          const given = Object.fromEntries(VARIABLES.map((name, i) => [name, variables[i] as tf.Tensor2D]));
          const value = code(tensorInputs({ ...tensors, ...given }));
          const weighted = tf.sum(tf.mul(value, tf.tensor(weights, y.shape)));
          // The tape refuses a variable that the value does not depend on.
          return variables.reduce((sum, variable) => tf.add(sum, tf.mul(tf.sum(variable), 0)), weighted);
        })(VARIABLES.map((name) => tensors[name]))
      );
      const got = (await Promise.all(gradients.map((each) => each.data()))).flatMap((each) => [...each]);
      const differences = { value: largest(await y.data(), values), gradient: largest(got, wanted) };
      tf.dispose([y, gradients, tensors]);
      return differences;
    },
  };
}

/** The symbols of the terms that can be left out. */
const SYMBOLS: Readonly<Record<Removable, string>> = {
  cycle: "l_cyc",
  projection: "l_proj",
  mutual_information: "l_mi",
};

/** A player's update in Algorithm 1: the gradient that its optimiser is given; `without` a term, against the text without it. */
export function update(player: Player, without?: Removable): Conformance {
  const clause = `algorithm-1-${player}`;
  return {
    clause,
    tolerance: { value: 2e-5, gradient: 1e-4 },
    because: "float32 through up to five layers of up to 512 products each",
    async run(seed) {
      const model = smallMemgan(seed);
      const evaluate = evaluator(clause, without && SYMBOLS[without]);
      const { theta, scope } = await float64(model);
      const objective = () => mean(Array.from({ length: BATCH }, (_, i) => evaluate(scope(i))[0]!));
      let captured: tf.Tensor[] = [];
      const spy = {
        apply: (gradients: readonly tf.Tensor[]) => void (captured = gradients.map((g) => tf.keep(tf.clone(g)))),
      };
      const losses = trainStep(model.x, model.random, withOptimisers(model, { [player]: spy }), noMask, without);
      const terms = await losses.data();
      const [got, wanted]: [number[], number[]] = [[], []];
      for (const [k, tensor] of captured.entries()) {
        const gradient = await tensor.data();
        const parameter = theta[player][k]!;
        // D has 10⁵ weights, so a few of each matrix.
        const every = Math.max(1, Math.floor(parameter.length / 4));
        for (let i = 0; i < Math.max(parameter.length, gradient.length); i += every) {
          got.push(gradient[i]!);
          wanted.push(difference(parameter, i, objective));
        }
      }
      tf.dispose([losses, captured]);
      const value = TERMS[player].filter((i) => LOSS_TERMS[i] !== without).reduce((sum, i) => sum + terms[i]!, 0);
      return { value: largest([value], [objective()]), gradient: largest(got, wanted) };
    },
  };
}

const CLAUSE_9 = "prop-1-objective";

/** Eq. 9's second term: the code's minimum over α is the expression's at the code's α, and no other α gives less. */
const EQUATION_9: Conformance = {
  clause: CLAUSE_9,
  tolerance: { value: 1e-9, gradient: 1e-6 },
  because: "both sides are float64; the nearest point is exact but for rounding, and α is off by its square root",
  run(seed, { m, n, d }) {
    const rng = seededRng(seed, CLAUSE_9);
    const points = (count: number) => Array.from({ length: count }, () => [...rng.normals(d)]);
    const [units, data] = [points(n), points(m)];
    const evaluate = evaluator(CLAUSE_9);
    const at = (alpha: readonly number[], z: readonly number[]) =>
      evaluate({ rows: { alpha, z }, matrices: { m: units }, functions: {} })[0]!;
    let [total, gradient] = [0, 0];
    for (const z of data) {
      const { alpha, distance } = nearestInHull(units, z);
      total += at([...alpha], z);
      for (let k = 0; k < 50; k++) {
        const raw = [...rng.uniforms(n)].map((u) => -Math.log(u + 1e-12));
        const sum = raw.reduce((a, b) => a + b);
        // A little of another α: less than the minimum only if that is none.
        const other = [...alpha].map((a, i) => 0.99 * a + 0.01 * raw[i]! / sum);
        gradient = Math.max(gradient, distance - at(other, z));
      }
    }
    const { distance } = propositionObjective(units, data);
    return Promise.resolve({ value: largest([distance], [total]), gradient });
  },
};

/** Every clause that has an expression. */
export const CONFORMANCE: readonly Conformance[] = [
  equation("gan-objective", ({ x, z, judge, generate }) => ganObjective(judge(x), judge(generate(z)))),
  equation(
    "ali-objective",
    ({ x, z, judge, encode, generate }) => aliObjective(judge(x, encode(x)), judge(generate(z), z)),
  ),
  equation("mem-objective", ({ x, r, M, judge, encode, generate }) => {
    const { z } = sampleConvexCombination(M, r);
    return aliObjective(judge(x, encode(x)), judge(generate(z), z));
  }),
  equation("mem-sampling-convex", ({ r, M }) => sampleConvexCombination(M, r).z),
  equation("cycle-loss", ({ x, M, encode, generate }) => cycleLoss(x, generate(project(M, encode(x))))),
  equation("mem-attention-softmax", ({ z, M }) => attend(M, z)),
  equation("mem-projection-convex", ({ z, M }) => project(M, z)),
  equation("projection-loss", ({ x, M, encode }) => projectionLoss(M, encode(x))),
  equation("mi-loss", ({ r, M, encode, generate }) => {
    const { alpha, z } = sampleConvexCombination(M, r);
    return mutualInformationLoss(M, alpha, encode(generate(z)));
  }),
  update("discriminator"),
  update("encoder"),
  update("generator"),
  update("memory"),
  EQUATION_9,
  equation("anomaly-score", ({ x, M, encode, generate }) => anomalyScore(x, generate(project(M, encode(x))))),
];
