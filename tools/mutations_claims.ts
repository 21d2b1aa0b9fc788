/**
 * Ways to break what the specification states beside the equations: guards against overflow, numbers and rules of recipes.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Of the guards: values and gradients where float32 ends. */
const OF_GUARDS = [
  ...mutations("src/paper/s3_problem.ts", [
    [
      "log σ as the logarithm of σ",
      "gan-objective",
      "return tf.neg(tf.softplus(tf.neg(logits)));",
      "return tf.log(tf.sigmoid(logits));",
    ],
  ], ["tests/guards_test.ts"]),
  ...mutations("src/paper/s4_1_memory.ts", [
    [
      "α: exponentials without the greatest taken out",
      "mem-sampling-convex",
      "const alpha = tf.softmax(random);",
      "const alpha = tf.div<tf.Tensor2D>(tf.exp(random), tf.sum(tf.exp(random), 1, true));",
    ],
  ], ["tests/guards_test.ts"]),
  ...mutations("src/paper/s4_2_cycle.ts", [
    [
      "Eq. 5: exponentials without the greatest taken out",
      "mem-attention-softmax",
      "return tf.softmax(tf.matMul(z, M, false, true));",
      "const e = tf.exp(tf.matMul(z, M, false, true));\n  return tf.div(e, tf.sum(e, 1, true));",
    ],
    ["a norm with nothing under its root", "choice-norm", "const TINY = 1e-12;", "const TINY = 0;"],
    ["a norm of 10⁻³ where nothing differs", "choice-norm", "const TINY = 1e-12;", "const TINY = 1e-6;"],
  ], ["tests/guards_test.ts"]),
  ...mutations("src/paper/s4_4_mutual_information.ts", [
    [
      "Eq. 7: the logarithm of the softmax",
      "mi-loss",
      "tf.logSoftmax(tf.matMul(zPrime, M, false, true))",
      "tf.log(tf.softmax(tf.matMul(zPrime, M, false, true)))",
    ],
  ], ["tests/guards_test.ts"]),
];

/** Of Proposition 1's search. */
const OF_PROPOSITION = mutations("src/paper/s5_2_topology.ts", [
  ["one start and no other", "prop-1-vertices", "const STARTS = 12;", "const STARTS = 1;"],
  ["eleven starts", "prop-1-too-few", "const STARTS = 12;", "const STARTS = 11;"],
  [
    "a point that is covered exactly is divided by its distance",
    "prop-1-vertices",
    "if (distance > 0) {",
    "if (distance >= 0) {",
  ],
  [
    "α crowded towards the first unit",
    "prop-1-measure",
    "(k * Math.sqrt(p)) % 1)",
    "((k * Math.sqrt(p)) % 1) ** 2)",
  ],
  [
    "a measure with the mass 1/2",
    "prop-1-measure",
    "const outside = strays / SAMPLES;",
    "const outside = strays / SAMPLES / 2;",
  ],
  [
    "units leave S",
    "prop-1-surrogate",
    "units = units.map((unit) => nearestUnchecked(points, unit).point);",
    "units = units.map((unit) => unit);",
  ],
], ["tests/topology_test.ts"]);

/** Those of the claims. */
export const OF_CLAIMS: readonly Mutation[] = [...OF_GUARDS, ...OF_PROPOSITION];
