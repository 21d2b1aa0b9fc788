/**
 * Ways to break the baselines' recipes: their numbers, what they start from, and what they are trained on.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Of the deep baselines: what they are trained on, and what they start from. */
const OF_DEEP = [
  ...mutations("src/detectors/dsebm.ts", [
    [
      "noise of a fixed deviation",
      "dsebm-noise",
      "const sigma = recipe.noise * spread(images);",
      "const sigma = recipe.noise * 0.5;",
    ],
    ["the deviation about 0", "dsebm-noise", "(value - mean[i % mean.length]!) ** 2", "value ** 2"],
  ], ["tests/dsebm_test.ts"]),
  ...mutations("src/networks/energy.ts", [
    [
      "rectifiers after the convolutions",
      "dsebm-softplus",
      "bias(zeros(`conv${i}`, widths[i]!)),\n    softplus(),",
      "bias(zeros(`conv${i}`, widths[i]!)),\n    Object.assign((x: tf.Tensor) => tf.relu(x), { parameters: [], buffers: [] }),",
    ],
    [
      "a rectifier above",
      "dsebm-softplus",
      'dense(weight("dense", flat, UNITS), zeros("dense", UNITS)),\n    softplus(),',
      'dense(weight("dense", flat, UNITS), zeros("dense", UNITS)),\n    Object.assign((x: tf.Tensor) => tf.relu(x), { parameters: [], buffers: [] }),',
    ],
  ], ["tests/dsebm_test.ts"]),
  ...mutations("src/detectors/dcae.ts", [
    [
      "dcae: trained on [−1, 1], scored on [0, 1]",
      "choice-dcae",
      "reconstructionStep(toUnit(x), autoencoder, optimiser)",
      "reconstructionStep(x, autoencoder, optimiser)",
    ],
    ["dcae: trained on [0, 1], scored on [−1, 1]", "baseline-dcae", "const x = toUnit(images);", "const x = images;"],
  ], ["tests/dcae_test.ts"]),
  ...mutations("src/detectors/dsvdd.ts", [
    [
      "dsvdd: pre-trained on [−1, 1]",
      "choice-dsvdd",
      "reconstructionStep(toUnit(x), autoencoder, optimiser)",
      "reconstructionStep(x, autoencoder, optimiser)",
    ],
    [
      "dsvdd: drawn together on [−1, 1]",
      "choice-dsvdd",
      "sphereStep(toUnit(x), sphere, optimiser, recipe.nu, false)",
      "sphereStep(x, sphere, optimiser, recipe.nu, false)",
    ],
    [
      "dsvdd: the centre by the batch's statistics",
      "choice-dsvdd",
      "forBatches(images, encode)",
      "forBatches(images, (x) => encoder(toUnit(x), { training: true }))",
    ],
  ], ["tests/dsvdd_test.ts"]),
  ...mutations("src/detectors/memae.ts", [
    [
      "memae: a memory uniform in ±1",
      "choice-memae",
      ".map((u) => (2 * u - 1) / Math.sqrt(WIDTH));",
      ".map((u) => 2 * u - 1);",
    ],
    [
      "memae: a memory uniform between 0 and 1/√d",
      "choice-memae",
      ".map((u) => (2 * u - 1) / Math.sqrt(WIDTH));",
      ".map((u) => u / Math.sqrt(WIDTH));",
    ],
  ], ["tests/memae_test.ts"]),
  ...mutations("src/networks/init.ts", [
    ["weights N(0, 0.05²)", "choice-memae", "WEIGHT_SCALE = 0.02;", "WEIGHT_SCALE = 0.05;"],
  ], ["tests/memae_test.ts"]),
];

/** Of AnoGAN's score and rate. */
const OF_ADGAN = [
  ...mutations("src/detectors/adgan.ts", [
    ["adgan: the pixels alone", "adgan-score", "tf.mul(ofFeatures, FEATURE_WEIGHT)", "tf.mul(ofFeatures, 0)"],
    ["adgan: the weights exchanged", "adgan-score", "FEATURE_WEIGHT = 0.1;", "FEATURE_WEIGHT = 0.9;"],
  ], ["tests/adgan_test.ts"]),
  ...mutations("src/detectors/recipes.ts", [
    [
      "adgan: the rate of the code for MNIST",
      "choice-adgan-rate",
      "learningRate: 2e-4,\n  beta1: 0.5,\n  inversionSteps",
      "learningRate: 1e-5,\n  beta1: 0.5,\n  inversionSteps",
    ],
  ], ["tests/adgan_test.ts"]),
];

/** Of the classical rows, and of those that learn nothing. */
const OF_CLASSICAL = [
  ...mutations("src/detectors/classical.ts", [
    [
      "features of images in [−1, 1]",
      "classical-features",
      "all.values.map((value) => value / 2)",
      "all.values",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/components.ts", [
    [
      "the components that hold less than the share",
      "classical-features",
      "(sum += variance) >= share * all) + 1;",
      "(sum += variance) >= share * all);",
    ],
    ["features that are not centred", "classical-features", "return centred(along, middle);", "return along;"],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/ocsvm.ts", [
    [
      "γ without the number of features",
      "choice-ocsvm",
      "return values.length / (width * squares);",
      "return values.length / squares;",
    ],
    ["a variance about 0", "choice-ocsvm", "squares += (value - mean) ** 2;", "squares += value ** 2;"],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/kde.ts", [
    [
      "interleaved folds",
      "choice-kde",
      "  eachDistances(points, points, (i, distances) => {\n    const fold =",
      "  const turned = Array.from({ length: count }, (_, i) => i).sort((a, b) => a % folds - b % folds || a - b);\n" +
      "  points = { ...points, values: Float32Array.from(turned.flatMap((i) => [...points.values.subarray(i * width, (i + 1) * width)])) };\n" +
      "  eachDistances(points, points, (i, distances) => {\n    const fold =",
    ],
    [
      "a point is left out alone",
      "choice-kde",
      "const { count, width } = points;",
      "const { count, width } = points;\n  folds = count;",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/recipes.ts", [
    ["the upper half of the grid", "choice-kde", "from: -4.5, to: 5", "from: 0.5, to: 5"],
    ["a grid of powers of 2", "choice-kde", "to: 5, step: 0.5", "to: 5, step: 1"],
    ["ten folds", "choice-kde", "folds: 5", "folds: 10"],
    ["γ = 1/(d·Var x)", "choice-ocsvm", "factor: 10 }", "factor: 1 }"],
    ["128 points a tree", "choice-iforest", "sample: 256", "sample: 128"],
    [
      "components that hold 90 %",
      "classical-features",
      "KDE: Recipes<KdeRecipe> = both({ variance: 0.95",
      "KDE: Recipes<KdeRecipe> = both({ variance: 0.9",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/iforest.ts", [
    [
      "a constant feature makes a leaf",
      "choice-iforest",
      "if (high - low <= CONSTANT) continue;",
      "if (high - low <= CONSTANT) return leaf();",
    ],
    ["a constant feature is cut", "choice-iforest", "if (high - low <= CONSTANT) continue;", ""],
    [
      "trees as deep as they come",
      "choice-iforest",
      "const depth = Math.ceil(Math.log2(size));",
      "const depth = size;",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/pca.ts", [
    ["pca: what lies within the components", "detector-trivial", "norm - inside[i]!", "inside[i]!"],
    [
      "pca: one component more",
      "detector-trivial",
      "principalComponents(images, components)",
      "principalComponents(images, components + 1)",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/pixelmean.ts", [
    [
      "pixelmean: the distance to black",
      "detector-trivial",
      "mean = meanImage(images);",
      "mean = meanImage(images).fill(0);",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/experiments/hindsight.ts", [
    ["of equal γs the greatest", "choice-ocsvm-hindsight", "reached > best.auroc", "reached >= best.auroc"],
  ], ["tests/hindsight_test.ts"]),
];

/** Those of the recipes. */
export const OF_RECIPES: readonly Mutation[] = [...OF_DEEP, ...OF_ADGAN, ...OF_CLASSICAL];
