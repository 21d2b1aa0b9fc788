/**
 * Ways to break MEMGAN's networks and recipe, what is applied to what in a step, and the order and rate of steps.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

const TWIN = ["tests/memgan_twin_test.ts"];
const CHOICES = ["tests/choices_test.ts"];
const SCHEDULE = ["tests/schedule_test.ts"];
const TEXTS = ["spec/choices.md", "spec/networks.md"];

/** Those of the networks, the step and the recipe. */
export const OF_NETWORKS: readonly Mutation[] = [
  ...mutations("src/networks/memgan.ts", [
    ["E, D: a steeper leaky ReLU", "choice-architecture", "const SLOPE = 0.1;", "const SLOPE = 0.2;"],
    [
      "G: leaky ReLUs",
      "choice-architecture",
      "relu(), transposedConvolution(",
      "leakyRelu(SLOPE), transposedConvolution(",
    ],
    ["G: no bound on pixels", "choice-architecture", "shape.channels)),\n    tanh(),", "shape.channels)),"],
    [
      "D: dropout before batch normalisation too",
      "step-applications",
      "      hasNorm ? make.norm(",
      "      dropout(dropoutRate),\n      hasNorm ? make.norm(",
    ],
  ], TWIN),
  ...mutations("src/networks/memgan.ts", [
    [
      "D: a batch normalisation after its first convolution",
      "networks-biases",
      'norm ?? "batch, not the first"',
      'norm ?? "batch"',
    ],
    [
      "D: no bias in its first convolution",
      "networks-biases",
      ": bias(make.bias(name, width)),",
      ": leakyRelu(1),",
    ],
    ["E: dropout", "choice-dropout", 'downwards(shape, e, "batch", 0,', 'downwards(shape, e, "batch", 0.3,'],
  ], CHOICES),
  ...mutations("src/networks/memgan.ts", [
    [
      "D: dropout of the image alone",
      "choice-dropout",
      "leakyRelu(SLOPE), dropout(dropoutRate)],",
      "leakyRelu(SLOPE)],",
    ],
  ], CHOICES),
  ...mutations("src/networks/halvings.ts", [
    ["kernels of 4 throughout", "weights-names", "side % 2 === 0 ? 4 : 3", "side % 2 === 0 ? 4 : 4"],
  ], TWIN),
  ...mutations("src/networks/layers/pair.ts", [
    [
      "D: the code before the image",
      "choice-architecture",
      "[ofX(x, mode), ofZ(z, mode)], 1)",
      "[ofZ(z, mode), ofX(x, mode)], 1)",
    ],
  ], TWIN),
  ...mutations("src/networks/layers/init.ts", [
    ["weights of another size", "choice-initialisation", "WEIGHT_SCALE = 0.02", "WEIGHT_SCALE = 0.021"],
    ["γ = 0", "choice-initialisation", "gamma`, tf.ones(", "gamma`, tf.zeros("],
  ], CHOICES),
  ...mutations("src/engine/derivatives.ts", [
    [
      "another ε of batch normalisation",
      "choice-architecture",
      "BATCH_NORM_EPSILON = 1e-5",
      "BATCH_NORM_EPSILON = 1e-3",
    ],
  ], TWIN),
  ...mutations("src/detectors/memgan.ts", [
    ["M of another size", "choice-initialisation", "value * recipe.memoryScale", "value * recipe.memoryScale * 0.9"],
  ], CHOICES),
  ...mutations("src/detectors/memgan.ts", [
    [
      "scores by the batch's own statistics",
      "choice-inference-mode",
      "E(x, INFERENCE)), INFERENCE)",
      "E(x, { training: true })), { training: true })",
    ],
  ], TWIN),
  ...mutations("src/detectors/memgan.ts", [
    [
      "one order of images for all epochs",
      "step-schedule",
      'seededRng(seed, "shuffle", epoch)',
      'seededRng(seed, "shuffle", 1)',
    ],
  ], SCHEDULE),
  ...mutations("src/detectors/training/train.ts", [
    [
      "the last step has the rate's end",
      "step-schedule",
      "phase.learningRate(done / (epochs * steps), each)",
      "phase.learningRate(done / (epochs * steps - 1), each)",
    ],
  ], SCHEDULE),
  ...mutations("src/detectors/training/batches.ts", [
    ["an incomplete last batch", "step-schedule", "from + batch <= count;", "from + 1 <= count;"],
    [
      "passes in one order",
      "step-schedule",
      "  while (true) {\n    const order = rng.permutation(count);",
      "  const order = rng.permutation(count);\n  while (true) {",
    ],
    ["masks that do not keep the mean", "layers-dropout", "const kept = 1 / (1 - rate);", "const kept = 1;"],
  ], SCHEDULE),
  ...mutations("src/paper/s4_5_training.ts", [
    [
      "D: real and generated pairs as one batch",
      "step-applications",
      "aliObjective(D(x, zxFixed, tracked), D(xzFixed, zFixed, untracked))",
      "((both) => aliObjective(...tf.split(both, 2) as [tf.Tensor1D, tf.Tensor1D]))(D(tf.concat([x, xzFixed]), tf.concat([zxFixed, zFixed]), tracked))",
    ],
    [
      "D: judges E's pairs again without dropout",
      "step-applications",
      "logSigmoid(D(x, zx, untracked))",
      "logSigmoid(D(x, zx, { training: true, mask: tf.ones }))",
    ],
    [
      "D: statistics follow generated pairs too",
      "choice-running-statistics",
      "D(xzFixed, zFixed, untracked)",
      "D(xzFixed, zFixed, tracked)",
    ],
    [
      "D: statistics follow its second look",
      "choice-running-statistics",
      "logSigmoid(D(x, zx, untracked))",
      "logSigmoid(D(x, zx, tracked))",
    ],
    [
      "E: statistics follow generated images",
      "choice-running-statistics",
      "E(G(z, untracked), untracked)",
      "E(G(z, untracked), tracked)",
    ],
    [
      "G: statistics follow sampled codes and not E's",
      "choice-running-statistics",
      "cycleLoss(x, G(project(M, zx), tracked))",
      "cycleLoss(x, G(project(M, zx), untracked))",
    ],
  ], TWIN),
  ...mutations("src/paper/s4_5_training.ts", [
    [
      "l_mi weighs half",
      "choice-loss-weights",
      "mutualInformationLoss(M, alpha, E(G(z, untracked), untracked)),",
      "tf.mul<tf.Scalar>(0.5, mutualInformationLoss(M, alpha, E(G(z, untracked), untracked))),",
    ],
  ], CHOICES),
  ...mutations("src/paper/s4_2_cycle.ts", [
    ["a norm without a derivative at 0", "choice-norm", "tf.square(flat), 1), EPSILON)", "tf.square(flat), 1), 0)"],
    [
      "a temperature",
      "choice-temperature",
      "tf.matMul(z, M, false, true))",
      "tf.mul(2, tf.matMul(z, M, false, true)))",
    ],
  ], TEXTS),
  ...mutations("src/detectors/recipes/memgan.ts", [
    ["MNIST: another k", "algorithm-1-k", "k: 400,", "k: 200,"],
    ["another batch", "algorithm-1-batch", "batch: 32,", "batch: 64,"],
    ["another β₁", "algorithm-1-optimiser", "beta1: 0.5,", "beta1: 0.9,"],
    ["MNIST: a constant rate", "algorithm-1-learning-rate", "finalRate: 1e-5,", "finalRate: 1e-4,"],
    ["r of another distribution", "algorithm-1-alpha", "alphaScale: 1,", "alphaScale: 2,"],
    ["MNIST: no dropout", "recipe-values", "dropout: 0.3,", "dropout: 0,"],
    [
      "pixels as they are",
      "choice-preprocessing",
      'PREPROCESSING: Preprocessing = "std"',
      'PREPROCESSING: Preprocessing = "none"',
    ],
  ], TEXTS),
  ...mutations("src/data/preprocess.ts", [
    ["a deviation with n − 1", "choice-preprocessing", "Math.sqrt(spread / size)", "Math.sqrt(spread / (size - 1))"],
  ], TEXTS),
  ...mutations("src/report/tables/variants.ts", [
    ["a search that looks at test images", "choice-rule", 'evaluate: "validation"', 'evaluate: "test"'],
  ], CHOICES),
  ...mutations("src/detectors/memae.ts", [
    [
      "every unit is read in scoring",
      "memae-threshold",
      "recipe.threshold / recipe.units);",
      "0);",
    ],
  ], ["spec/s6_1_baselines.md"]),
  ...mutations("src/networks/gaussian_mixture.ts", [
    [
      "a mixture's probability as the score",
      "erratum-dagmm-score",
      "return tf.neg(tf.logSumExp(",
      "return tf.exp(tf.logSumExp(",
    ],
  ], ["spec/errata.md"]),
  ...mutations("src/report/conformance.ts", [
    ["a choice needs no test", "spec-lint", '"PAPER", "CHOICE", "DEVIATION"', '"PAPER"'],
  ], ["tests/spec_test.ts"]),
  ...mutations("src/engine/adapter.ts", [
    [
      "every graphics driver is asked for",
      "backend-choice",
      'process.env[name] ||= "vulkan"',
      "delete process.env[name]",
    ],
  ], ["tests/adapter_test.ts"]),
  ...mutations("spec/tables.json", [
    [
      "a cell that makes MEMGAN the best of seven digits",
      "table-1",
      '"memae": { "mean": 99.3',
      '"memae": { "mean": 99.2',
    ],
  ]),
];
