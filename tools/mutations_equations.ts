/**
 * Ways to break the equations, each of which the conformance tests must notice under the clause that it breaks.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Those of the equations and the tables. */
export const OF_EQUATIONS: readonly Mutation[] = [
  ...mutations("src/paper/s3_problem.ts", [
    [
      "Eq. 1: the second term is subtracted",
      "gan-objective",
      "tf.add(tf.mean(logSigmoid(real))",
      "tf.sub(tf.mean(logSigmoid(real))",
    ],
    ["Eq. 1: log D for log(1 − D)", "ali-objective", "logSigmoid(tf.neg(fake))", "logSigmoid(fake)"],
    ["log σ without its sign", "gan-objective", "tf.neg(tf.softplus(tf.neg(logits)))", "tf.softplus(tf.neg(logits))"],
  ]),
  ...mutations("src/paper/s4_1_memory.ts", [
    [
      "α: softmax over the examples",
      "mem-sampling-convex",
      "const alpha = tf.softmax(random);",
      "const alpha = tf.transpose(tf.softmax(tf.transpose(random))) as tf.Tensor2D;",
    ],
    ["α: not normalised", "mem-objective", "const alpha = tf.softmax(random);", "const alpha = tf.sigmoid(random);"],
    [
      "z: reshaped M for Mᵀ",
      "mem-projection-convex",
      "return tf.matMul(alpha, M);",
      "return tf.matMul(alpha, tf.transpose(tf.reshape(M, [M.shape[1], M.shape[0]]))) as tf.Tensor2D;",
    ],
  ]),
  ...mutations("src/paper/s4_2_cycle.ts", [
    [
      "Eq. 4: the square of the norm",
      "cycle-loss",
      "tf.sqrt(tf.add(tf.sum<tf.Tensor1D>(",
      "(tf.add(tf.sum<tf.Tensor1D>(",
    ],
    ["Eq. 4: the sum of absolute values", "cycle-loss", "tf.square(flat)", "tf.square(tf.sqrt(tf.abs(flat)))"],
    [
      "Eq. 4: the sum over examples",
      "cycle-loss",
      "return tf.mean(norms(tf.sub(x, reconstruction)));",
      "return tf.sum(norms(tf.sub(x, reconstruction)));",
    ],
    [
      "Eq. 5: softmax over the examples",
      "mem-attention-softmax",
      "return tf.softmax(tf.matMul(z, M, false, true));",
      "return tf.transpose(tf.softmax(tf.matMul(M, z, false, true))) as tf.Tensor2D;",
    ],
    [
      "Eq. 5: M reshaped, not transposed",
      "mem-attention-softmax",
      "tf.softmax(tf.matMul(z, M, false, true))",
      "tf.softmax(tf.matMul(z, tf.reshape(M, [M.shape[1], M.shape[0]]) as tf.Tensor2D))",
    ],
    [
      "Eq. 5: a temperature of 1/√d",
      "mem-attention-softmax",
      "tf.softmax(tf.matMul(z, M, false, true))",
      "tf.softmax(tf.div(tf.matMul(z, M, false, true), Math.sqrt(M.shape[1])))",
    ],
    [
      "Eq. 5: attention held fixed",
      "mem-projection-convex",
      "return combine(M, attend(M, z));",
      "return combine(M, tf.customGrad((a: tf.Tensor) => ({ value: tf.clone(a), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }))(attend(M, z)) as tf.Tensor2D);",
    ],
  ]),
  ...mutations("src/paper/s4_3_projection.ts", [
    [
      "Eq. 6: the distance of P(P(E(x))) from P(E(x))",
      "projection-loss",
      "tf.sub(zx, project(M, zx))",
      "tf.sub(project(M, zx), project(M, project(M, zx)))",
    ],
    [
      "Eq. 6: E(x) held fixed outside P",
      "projection-loss",
      "tf.sub(zx, project(M, zx))",
      "tf.sub(tf.customGrad((a: tf.Tensor) => ({ value: tf.clone(a), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }))(zx), project(M, zx))",
    ],
  ]),
  ...mutations("src/paper/s4_4_mutual_information.ts", [
    ["Eq. 7: the sign", "mi-loss", "tf.mean(tf.neg(tf.sum(", "tf.mean((tf.sum("],
    [
      "Eq. 7: α and α′ exchanged",
      "mi-loss",
      "tf.mul(alpha, logAlphaPrime)",
      "tf.mul(tf.exp(logAlphaPrime), tf.log(alpha))",
    ],
    [
      "Eq. 7: softmax over the examples",
      "mi-loss",
      "tf.logSoftmax(tf.matMul(zPrime, M, false, true))",
      "tf.transpose(tf.logSoftmax(tf.matMul(M, zPrime, false, true)))",
    ],
  ]),
  ...mutations("src/paper/s4_5_training.ts", [
    [
      "D: the generated pairs are left out",
      "algorithm-1-discriminator",
      "tf.neg(aliObjective(D(x, zxFixed, tracked), D(xzFixed, zFixed, untracked)))",
      "tf.neg(tf.mean<tf.Scalar>(logSigmoid(D(x, zxFixed, tracked))))",
    ],
    [
      "E: −log D(x, E(x))",
      "algorithm-1-encoder",
      "tf.mean<tf.Scalar>(logSigmoid(D(x, zx, untracked)))",
      "tf.neg<tf.Scalar>(tf.mean(logSigmoid(D(x, zx, untracked))))",
    ],
    [
      "E: without l_mi",
      "algorithm-1-encoder",
      "E(G(z, untracked), untracked)",
      "stopGradient(E(G(z, untracked), untracked))",
    ],
    ["E: without the adversarial term", "algorithm-1-encoder", "D(x, zx, untracked)", "D(x, zxFixed, untracked)"],
    [
      "G: log(1 − D(G(z), z))",
      "algorithm-1-generator",
      "tf.neg<tf.Scalar>(tf.mean(logSigmoid(D(xz, zFixed, untracked))))",
      "tf.mean<tf.Scalar>(logSigmoid(tf.neg(D(xz, zFixed, untracked))))",
    ],
    [
      "G: without the adversarial term",
      "algorithm-1-generator",
      "D(xz, zFixed, untracked)",
      "D(xzFixed, zFixed, untracked)",
    ],
    [
      "G: without l_cyc",
      "algorithm-1-generator",
      "cycleLoss(x, G(project(M, zx), tracked))",
      "cycleLoss(x, stopGradient(G(project(M, zx), tracked)))",
    ],
    ["M: the adversarial term leaks in through G", "algorithm-1-memory", "const xz = G(zFixed,", "const xz = G(z,"],
    [
      "M: the adversarial term leaks in through D",
      "algorithm-1-memory",
      "logSigmoid(D(xz, zFixed, untracked))",
      "logSigmoid(D(xz, z, untracked))",
    ],
    [
      "M: z held fixed in l_mi",
      "algorithm-1-memory",
      "E(G(z, untracked), untracked)",
      "E(G(zFixed, untracked), untracked)",
    ],
    [
      "M: held fixed in l_proj",
      "algorithm-1-memory",
      "projection: projectionLoss(M, zx)",
      "projection: projectionLoss(stopGradient(M), zx)",
    ],
    [
      "M: held fixed in l_cyc",
      "algorithm-1-memory",
      "G(project(M, zx), tracked)",
      "G(project(stopGradient(M), zx), tracked)",
    ],
    [
      "E and G are judged by D before its update",
      "algorithm-1-simultaneous",
      "optimisers.discriminator,\n    );",
      "{ ...optimisers.discriminator, apply: (g) => void queueMicrotask(optimisers.discriminator.apply.bind(optimisers.discriminator, g.map((each) => tf.keep(each)))) },\n    );",
    ],
    [
      "a term that is left out still moves E and M",
      "ablation-terms",
      "term !== without",
      "true",
    ],
  ]),
  ...mutations("src/paper/s5_2_topology.ts", [
    [
      "Eq. 9: the squared distance",
      "prop-1-objective",
      "sum + nearestUnchecked(units, z).distance, 0)",
      "sum + nearestUnchecked(units, z).distance ** 2, 0)",
    ],
    [
      "Eq. 9: the share inside",
      "prop-1-objective",
      "const outside = strays / SAMPLES;",
      "const outside = 1 - strays / SAMPLES;",
    ],
  ]),
  ...mutations("src/paper/s5_3_detection.ts", [
    [
      "Eq. 8: the mean over pixels",
      "anomaly-score",
      "return norms(tf.sub(x, reconstruction));",
      "return tf.div(norms(tf.sub(x, reconstruction)), Math.sqrt(x.size / x.shape[0]!));",
    ],
  ]),
  ...mutations("spec/s4_3_projection.md", [
    ["the clause of Eq. 6 itself", "projection-loss", "l_proj = norm(E(x) - P(E(x)))", "l_proj = norm(E(x) + P(E(x)))"],
  ]),
  ...mutations("spec/tables.json", [
    ["a digit of Table 1", "table-1", '"ocsvm": { "mean": 98.6', '"ocsvm": { "mean": 98.5'],
  ]),
];
