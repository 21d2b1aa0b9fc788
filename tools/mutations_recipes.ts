/**
 * Ways to break the deep baselines' recipes: their numbers, what they start from, and what they are trained on.
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
  ...mutations("src/networks/dsebm.ts", [
    [
      "ReLUs after the convolutions",
      "dsebm-softplus",
      "bias(zeros(`conv${i}`, widths[i]!)),\n    softplus(),",
      "bias(zeros(`conv${i}`, widths[i]!)),\n    Object.assign((x: tf.Tensor) => tf.relu(x), { parameters: [], buffers: [] }),",
    ],
    [
      "a ReLU above",
      "dsebm-softplus",
      'dense(weight("dense", flat, UNITS), zeros("dense", UNITS)),\n    softplus(),',
      'dense(weight("dense", flat, UNITS), zeros("dense", UNITS)),\n    Object.assign((x: tf.Tensor) => tf.relu(x), { parameters: [], buffers: [] }),',
    ],
  ], ["tests/dsebm_test.ts"]),
  ...mutations("src/networks/dcae.ts", [
    ["PyTorch's ε in the autoencoders", "autoencoder-layers", "const EPSILON = 1e-4;", "const EPSILON = 1e-5;"],
    ["a slope of 0.1 in the autoencoders", "choice-dcae", "const SLOPE = 0.01;", "const SLOPE = 0.1;"],
  ], ["tests/dcae_test.ts"]),
  ...mutations("src/detectors/dcae.ts", [
    [
      "dcae: trained on [−1, 1], scored on [0, 1]",
      "choice-dcae",
      "reconstructionStep(toUnit(x), autoencoder, optimiser)",
      "reconstructionStep(x, autoencoder, optimiser)",
    ],
    ["dcae: trained on [0, 1], scored on [−1, 1]", "baseline-dcae", "const x = toUnit(given);", "const x = given;"],
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
      "dsvdd: one drop for both phases",
      "choice-dsvdd",
      "dropAfter: recipe.pretrainDropAfter,",
      "dropAfter: recipe.dropAfter,",
    ],
    ["dsvdd: one decay for both phases", "choice-dsvdd", "decay: recipe.pretrainDecay,", "decay: recipe.decay,"],
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
      ".map((u) => (2 * u - 1) / Math.sqrt(width));",
      ".map((u) => 2 * u - 1);",
    ],
    [
      "memae: a memory uniform between 0 and 1/√d",
      "choice-memae",
      ".map((u) => (2 * u - 1) / Math.sqrt(width));",
      ".map((u) => u / Math.sqrt(width));",
    ],
  ], ["tests/memae_test.ts"]),
  ...mutations("src/networks/layers/init.ts", [
    ["weights N(0, 0.05²)", "choice-memae", "WEIGHT_SCALE = 0.02;", "WEIGHT_SCALE = 0.05;"],
  ], ["tests/memae_test.ts"]),
];

/** Of what trained detectors share. */
const OF_TRAINING = [
  ...mutations("src/detectors/training/autoencoding.ts", [
    ["the same order in every epoch", "choice-dcae", 'seededRng(seed, "shuffle", epoch)', 'seededRng(seed, "shuffle")'],
    ["β₁ = 0.5 in Adam", "choice-dcae", "beta1: 0.9, beta2", "beta1: 0.5, beta2"],
    ["β₂ = 0.99 in Adam", "choice-dcae", "beta2: 0.999, epsilon", "beta2: 0.99, epsilon"],
    ["ε = 10⁻⁷ in Adam", "choice-dcae", "epsilon: 1e-8, weightDecay", "epsilon: 1e-7, weightDecay"],
    ["no decay", "choice-dcae", "adamFor(parameters, learningRate, decay)", "adamFor(parameters, learningRate)"],
  ], ["tests/training_rules_test.ts"]),
  ...mutations("src/detectors/training/adversarial.ts", [
    [
      "adgan: the same order in every epoch",
      "choice-adgan",
      'seededRng(seed, "shuffle", epoch)',
      'seededRng(seed, "shuffle")',
    ],
    [
      "adgan: the same codes in every epoch",
      "choice-adgan",
      'seededRng(seed, "codes", epoch)',
      'seededRng(seed, "codes")',
    ],
  ], ["tests/training_rules_test.ts"]),
  ...mutations("src/detectors/training/batches.ts", [
    ["what dropout keeps is not scaled", "layers-dropout", "const kept = 1 / (1 - rate);", "const kept = 1;"],
  ], ["tests/training_rules_test.ts"]),
  ...mutations("src/engine/layer.ts", [
    [
      "a hundredth of a batch is remembered",
      "layers-batch-norm",
      "BATCH_NORM_MOMENTUM = 0.1;",
      "BATCH_NORM_MOMENTUM = 0.01;",
    ],
  ], ["tests/training_rules_test.ts"]),
  ...mutations("src/engine/derivatives.ts", [
    [
      "ε = 10⁻³ in batch normalisation",
      "layers-batch-norm",
      "BATCH_NORM_EPSILON = 1e-5;",
      "BATCH_NORM_EPSILON = 1e-3;",
    ],
  ], ["tests/training_rules_test.ts"]),
];

/** Of DAGMM's mixture. */
const OF_MIXTURE = [
  ...mutations("src/detectors/dagmm.ts", [
    ["an image of zeros has no norm", "choice-dagmm", "const EPSILON = 1e-12;", "const EPSILON = 0;"],
  ], ["tests/dagmm_test.ts"]),
  ...mutations("src/networks/gaussian_mixture.ts", [
    ["10⁻⁴ on the variances", "dagmm-mixture", "FLOOR = 1e-3;", "FLOOR = 1e-4;"],
    ["a greater share of an empty component", "dagmm-singular", "const EPSILON = 1e-12;", "const EPSILON = 1e-6;"],
    ["variances below the floor", "dagmm-singular", "tf.maximum<tf.Tensor3D>(own, FLOOR)", "own"],
    [
      "10⁻⁷ on the density",
      "dagmm-mixture",
      "tf.neg(tf.logSumExp(tf.squeeze(logs, [2]), 0))",
      "tf.neg(tf.log(tf.add(tf.sum(tf.exp(tf.squeeze(logs, [2])), 0), 1e-7)))",
    ],
  ], ["tests/dagmm_test.ts"]),
];

/** Of AnoGAN's search, score and rate. */
const OF_ADGAN = [
  ...mutations("src/detectors/adgan.ts", [
    ["adgan: the pixels alone", "adgan-score", "tf.mul(ofFeatures, FEATURE_WEIGHT)", "tf.mul(ofFeatures, 0)"],
    ["adgan: a rate on z that drops once", "choice-adgan", "progress < 0.6 ? 0.1 : 0.05", "0.1"],
    ["adgan: a rate on z that drops half-way", "choice-adgan", "progress < 0.4 ? 1", "progress < 0.5 ? 1"],
    ["adgan: the weights exchanged", "adgan-score", "FEATURE_WEIGHT = 0.1;", "FEATURE_WEIGHT = 0.9;"],
  ], ["tests/adgan_test.ts"]),
  ...mutations("src/detectors/recipes/baselines.ts", [
    [
      "adgan: the rate of the code for MNIST",
      "choice-adgan-rate",
      "learningRate: 2e-4,\n  beta1: 0.5,\n  averaging: 0.999,\n  inversionSteps",
      "learningRate: 1e-5,\n  beta1: 0.5,\n  averaging: 0.999,\n  inversionSteps",
    ],
  ], ["tests/adgan_test.ts"]),
];

/** Of how weights start. */
const OF_STARTS = [
  ...mutations("src/networks/dcae.ts", [
    [
      "a decoder's weights by the values that an output sees",
      "choice-dcae",
      "(_, fanOut) => 1 / Math.sqrt(fanOut);",
      "(fanIn) => 1 / Math.sqrt(fanIn);",
    ],
    [
      "Glorot's distribution without the ReLU's gain",
      "choice-dcae",
      "Math.sqrt(2 / (1 + SLOPE ** 2)) * Math.sqrt(6",
      "Math.sqrt(6",
    ],
  ], ["tests/starts_test.ts"]),
  ...["choice-dsebm", "choice-dagmm"].flatMap((clause) =>
    mutations("src/networks/layers/glorot.ts", [
      ["half of Glorot's variance", clause, "Math.sqrt(6 / ((size", "Math.sqrt(3 / ((size"],
    ], ["tests/starts_test.ts"])
  ),
  ...["choice-adgan", "choice-alad"].flatMap((clause) =>
    mutations("src/networks/layers/init.ts", [
      ["the weights of ALAD's code, N(0, 0.01²)", clause, "WEIGHT_SCALE = 0.02;", "WEIGHT_SCALE = 0.01;"],
    ], ["tests/starts_test.ts"])
  ),
  ...mutations("src/networks/adgan.ts", [
    [
      "adgan: a bias before a batch normalisation",
      "choice-adgan",
      'convolution(make.weight("conv2", 4, 4, 64, 64), 2),',
      'convolution(make.weight("conv2", 4, 4, 64, 64), 2),\n    bias(make.bias("conv2", 64)),',
    ],
  ], ["tests/starts_test.ts"]),
  ...mutations("src/engine/averages.ts", [
    ["the newest weights count by the decay", "choice-averages", "tf.sub(1, decay)", "decay"],
    ["the decay is δ from the first step on", "choice-averages", "tf.add(steps.value, 10)", "tf.add(steps.value, 1)"],
    ["averages stay in the weights' place", "choice-averages", "} finally {\n      this.#swap();", "} finally {"],
  ], ["tests/averages_test.ts"]),
  ...mutations("src/detectors/alad.ts", [
    [
      "alad: the last weights score",
      "choice-averages",
      "averages.within(() => featureScore(x, networks))",
      "featureScore(x, networks)",
    ],
  ], ["tests/averages_test.ts"]),
  ...mutations("src/detectors/adgan.ts", [
    ["adgan: the last weights score", "choice-averages", "averages.within(() => invert(x))", "invert(x)"],
    ["adgan: D is averaged too", "choice-averages", "new Averages(generator.parameters,", "new Averages(all,"],
  ], ["tests/averages_test.ts"]),
  ...mutations("src/detectors/training/adversarial.ts", [
    ["nothing is averaged", "choice-averages", "averages.follow();\n", "\n"],
  ], ["tests/averages_test.ts"]),
  ...mutations("src/report/tables/comparison_text.ts", [
    ["what a run had not is not named", "choice-averages", "{ ...recipe, ...full }", "recipe"],
  ], ["tests/comparison_test.ts"]),
  ...mutations("src/networks/adgan.ts", [
    ["adgan: MNIST's slope on CIFAR-10", "choice-adgan", "leakyRelu(0.2)", "leakyRelu(0.1)"],
  ], ["tests/adgan_test.ts"]),
  ...mutations("src/networks/dcgan.ts", [
    ["alad: half of its channels on CIFAR-10", "choice-alad", "wide ? 128 : 32", "wide ? 64 : 32"],
  ], ["tests/alad_test.ts"]),
];

/** Those of the deep baselines. */
export const OF_RECIPES: readonly Mutation[] = [
  ...OF_TRAINING,
  ...OF_MIXTURE,
  ...OF_DEEP,
  ...OF_STARTS,
  ...OF_ADGAN,
];
