/** Cases of Eq. 1 to 9, through `src/`. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import "../src/engine/gradients.ts";
import { aliObjective, ganObjective } from "../src/paper/s3_problem.ts";
import { combine, sampleConvexCombination } from "../src/paper/s4_1_memory.ts";
import { attend, cycleLoss, project } from "../src/paper/s4_2_cycle.ts";
import { projectionLoss } from "../src/paper/s4_3_projection.ts";
import { mutualInformationLoss } from "../src/paper/s4_4_mutual_information.ts";
import { distanceToHull } from "../src/paper/s5_2_polytope.ts";
import { propositionObjective } from "../src/paper/s5_2_topology.ts";
import { anomalyScore } from "../src/paper/s5_3_detection.ts";
import type { Arrays, Case, Found, Nested } from "../tools/conformance/cases.ts";

type Tensors = Record<string, tf.Tensor>;

/** The named tensors, each as what the function that gets it expects. */
// deno-lint-ignore no-explicit-any
type Given = Record<string, any>;

const encode = (t: Given, x: tf.Tensor): tf.Tensor2D =>
  tf.add(tf.matMul(tf.reshape<tf.Rank.R2>(x, [x.shape[0]!, -1]), t["encoder.w"]), t["encoder.b"]);

const generate = (t: Given, code: tf.Tensor2D): tf.Tensor4D =>
  tf.reshape(tf.tanh(tf.add(tf.matMul(code, t["generator.w"]), t["generator.b"])), [-1, 2, 2, 1]);

const rebuild = (t: Given): tf.Tensor => t.reconstruction ?? generate(t, project(t.memory, encode(t, t.x)));

/** The bilinear D of the cases: xᵀAz + a·x + b·z + c. */
function judge(t: Given, x: tf.Tensor, code: tf.Tensor2D): tf.Tensor1D {
  const flat = tf.reshape<tf.Rank.R2>(x, [x.shape[0]!, -1]);
  const dot = (v: tf.Tensor, w: tf.Tensor) => tf.sum<tf.Tensor1D>(tf.mul(v, w), 1);
  return tf.add(tf.add(dot(tf.matMul(flat, t.A), code), dot(flat, t.a)), tf.add(dot(code, t.b), t.c));
}

function mem(t: Given): Tensors {
  const { alpha, z: code } = sampleConvexCombination(t.M, t.r);
  const [real, fake] = [judge(t, t.x, t.zx), judge(t, generate(t, code), code)];
  return { alpha, z: code, real, fake, value: aliObjective(real, fake) };
}

function ali(t: Given): Tensors {
  if (!t.A) return { value: aliObjective(t.real, t.fake) };
  const [real, fake] = [judge(t, t.x, t.zx), judge(t, t.xz, t.z)];
  return { real, fake, value: aliObjective(real, fake) };
}

function mi(t: Given): Tensors {
  if (!t.r) return { value: mutualInformationLoss(t.M, t.alpha, t.z_prime) };
  const { alpha, z: code } = sampleConvexCombination(t.memory, t.r);
  const zPrime = encode(t, generate(t, code));
  return { alpha, z: code, z_prime: zPrime, value: mutualInformationLoss(t.memory, alpha, zPrime) };
}

/** Eq. 1 to Eq. 8, by clause. */
export const EQUATIONS: Record<string, (t: Given) => Tensors> = {
  "gan-objective": (t) => ({ value: ganObjective(t.real, t.fake) }),
  "ali-objective": ali,
  "mem-objective": mem,
  "cycle-loss": (t) => ({ value: cycleLoss(t.x, rebuild(t)) }),
  "mem-projection-convex": (t) => {
    const alpha = attend(t.M, t.z);
    assertEquals(project(t.M, t.z).arraySync(), combine(t.M, alpha).arraySync());
    return { alpha, p: project(t.M, t.z) };
  },
  "projection-loss": (t) => ({ value: projectionLoss(t.M, t.zx) }),
  "mi-loss": mi,
  "anomaly-score": (t) => ({ score: anomalyScore(t.x, rebuild(t)) }),
};

export const readAll = (tensors: Tensors): Arrays =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.arraySync() as Nested]));

export function runEquation({ clause, inputs, cotangents, gradients = {} }: Case): Found {
  return tf.tidy(() => {
    const equation = EQUATIONS[clause]!;
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, tf.tensor(value)]));
    const names = Object.keys(gradients);
    const scalar = (...values: tf.Tensor[]) => {
      const outputs = equation({ ...given, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) });
      if (!cotangents) return outputs.value!;
      return tf.addN(Object.entries(cotangents).map(([name, c]) => tf.sum(tf.mul(outputs[name]!, tf.tensor(c)))));
    };
    const found = tf.grads(scalar)(names.map((name) => given[name]!));
    return {
      outputs: readAll(equation(given)),
      gradients: readAll(Object.fromEntries(names.map((name, i) => [name, found[i]!]))),
    };
  });
}

/** Eq. 9, whose derivative `src/` does not export: by central differences, exact to about 1e-9 in float64. */
export function runHull({ inputs, gradients = {} }: Case): Found {
  const given = inputs as Record<"units" | "points", number[][]>;
  const { units, points } = given;
  const distance = (at: typeof given) => at.points.reduce((sum, point) => sum + distanceToHull(at.units, point), 0);
  const h = 1e-6;
  const differences = (name: "units" | "points") =>
    given[name].map((row, i) =>
      row.map((value, k) => {
        const at = (moved: number) => distance({ ...given, [name]: given[name].with(i, row.with(k, moved)) });
        return (at(value + h) - at(value - h)) / (2 * h);
      })
    );
  const objective = propositionObjective(units, points);
  assertEquals(objective.distance, distance(given));
  return {
    outputs: { ...objective },
    gradients: Object.fromEntries(
      Object.keys(gradients).map((name) => [name, differences(name as "units" | "points")]),
    ),
  };
}
