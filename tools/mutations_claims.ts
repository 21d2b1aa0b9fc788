/**
 * Ways to break what the specification states beside the equations: guards against overflow, restarts, splits.
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
    ["a norm with nothing under its root", "choice-norm", "const EPSILON = 1e-12;", "const EPSILON = 0;"],
    ["a norm of 10⁻³ where nothing differs", "choice-norm", "const EPSILON = 1e-12;", "const EPSILON = 1e-6;"],
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
  ["a hundred times the rounding", "prop-1-objective", "const ROUNDING = 1e-9;", "const ROUNDING = 1e-7;"],
  [
    "rounding in the points' own unit",
    "prop-1-objective",
    "const tolerance = ROUNDING * extent(points);",
    "const tolerance = ROUNDING;",
  ],
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

/** Of the splits. */
const OF_SPLITS = [
  ...mutations("src/data/splits.ts", [
    ["every fifth normal image is held out", "choice-rule", "HELD_OUT = 6;", "HELD_OUT = 5;"],
    ["5,400 anomalies", "choice-rule", "VALIDATION_ANOMALIES = 4000;", "VALIDATION_ANOMALIES = 5000;"],
    [
      "the first sixth of the normal images is held out",
      "choice-rule",
      "normals.filter((_, i) => i % HELD_OUT === 0)",
      "normals.filter((_, i) => i < normals.length / HELD_OUT)",
    ],
  ], ["tests/splits_test.ts"]),
  ...mutations("src/data/cifar10.ts", [
    [
      "batch5 trains on what it tests on",
      "data-protocols",
      "batch5: { train: BATCHES,",
      'batch5: { train: [...BATCHES, "data_batch_5.bin"],',
    ],
    [
      "batch5 tests on what it trains on",
      "data-protocols",
      'train: BATCHES, test: "data_batch_5.bin"',
      'train: BATCHES, test: "data_batch_4.bin"',
    ],
  ], ["tests/cifar10_test.ts"]),
];

/** Of the promises beside the paper. */
const OF_PRODUCT = [
  ...mutations("src/experiments/run.ts", [
    ["a monitor at five epochs", "run-monitor", "{ epochs: 10, images: 1000 }", "{ epochs: 5, images: 1000 }"],
    ["searches are monitored", "run-monitor", " && !(spec.method in SUBSETS);", ";"],
    ["a monitor of a hundred images", "run-monitor", "{ epochs: 10, images: 1000 }", "{ epochs: 10, images: 100 }"],
  ], ["tests/monitor_test.ts"]),
  ...mutations("src/experiments/prepare.ts", [
    [
      "the first thousand are monitored",
      "run-monitor",
      'seededRng(0, "subset").permutation(count).subarray(0, subset).sort()',
      "Uint32Array.from({ length: subset }, (_, i) => i)",
    ],
  ], ["tests/monitor_test.ts"]),
  ...mutations("src/experiments/methods.ts", [
    ["dcae: a laptop's rate drops half-way", "budget-laptop", "dropAfter: 43", "dropAfter: 30"],
    ["dcae: a laptop's rate is the recipe's", "budget-laptop", "learningRate: 6e-4", "learningRate: 1e-4"],
    ["dsvdd: a laptop's rate is the recipe's", "budget-laptop", "learningRate: 2.5e-4", "learningRate: 1e-4"],
    ["alad: half of its epochs", "budget-laptop", "laptop: { epochs: 10 },", "laptop: { epochs: 50 },"],
  ], ["tests/budgets_test.ts"]),
  ...mutations("src/experiments/budgets.ts", [
    [
      "the paper's budget is shortened too",
      "budget-laptop",
      "changedBy(method, dataset, budget)",
      'changedBy(method, dataset, budget === "paper" ? "laptop" : budget)',
    ],
    [
      "MEMGAN's preprocessing first",
      "budget-laptop",
      "[REGISTRY[each].preprocessing, REGISTRY.memgan.preprocessing]",
      "[REGISTRY.memgan.preprocessing, REGISTRY[each].preprocessing]",
    ],
  ], ["tests/budgets_test.ts"]),
  ...mutations("src/report/found.ts", [
    ["who sees test labels is ahead", "readme-true", " && contends(row, row.cells)", ""],
    ["every lead counts as shown", "readme-true", "shown: ends[0] > 0", "shown: ends[1] > 0"],
    ["hulls without an interior are told", "readme-true", "byUnits.filter(hasInterior)", "byUnits"],
    [
      "a lead whatever was measured",
      "readme-true",
      "(row.mean ?? 0) > memgan.mean!",
      "(row.mean ?? 0) > 100 + memgan.mean!",
    ],
  ], ["tests/found_test.ts"]),
  ...mutations("src/report/tables/comparison.ts", [
    [
      "one and a half joint deviations are allowed",
      "choice-verdict",
      "2 * Math.hypot(s, other)",
      "1.5 * Math.hypot(s, other)",
    ],
    ["deviations are added, not their squares", "choice-verdict", "2 * Math.hypot(s, other)", "2 * (s + other)"],
    ["half a point of rounding", "choice-verdict", "allowed + 0.05", "allowed + 0.5"],
    [
      "noise makes a column agree",
      "choice-verdict",
      "low >= -MARGIN && high <= MARGIN",
      "low <= MARGIN && high >= -MARGIN",
    ],
  ], ["tests/comparison_test.ts"]),
  ...mutations("src/report/claims.ts", [
    ["a lead over one is one over all", "choice-claims", "led === others.length", "led > 0"],
    ["a difference of means is a lead", "choice-claims", "([, high]) => high < 0", "([low]) => low < 0"],
    ["what trails is not shown", "choice-claims", "([low]) => low > 0", "([low]) => low > 100"],
  ], ["tests/claims_test.ts"]),
  ...mutations("src/report/conformance.ts", [
    ["a claim counts as tested", "choice-claims", 'if (clause.finding !== undefined) return "claim";', ""],
  ], ["tests/claims_test.ts"]),
  ...mutations("src/report/tables/price_list.ts", [
    ["a GPU's seconds are a core's", "cli-dry-run", " && !isCuda(device)", ""],
  ], ["tests/shards_test.ts"]),
  ...mutations("src/experiments/intervals.ts", [
    ["seeds are not resampled", "choice-verdict", "values[Math.floor(rng.uniform() * values.length)]!", "values[k]!"],
    ["few classes have the interval of many", "choice-verdict", "tQuantile(0.975, count - 1) / Z", "1"],
    ["an interval of seeds has the normal law's width", "choice-robust", "values.length - 1) *", "10_000) *"],
  ], ["tests/comparison_test.ts"]),
  ...mutations("src/report/tables/sensitivity.ts", [
    ["two n are compared with any seeds", "choice-robust", "bySeed.get(spec.seed)", "[...bySeed.values()][0]"],
    ["noise makes a digit robust", "choice-robust", "low > -MARGIN && high < MARGIN", "low < MARGIN && high > -MARGIN"],
    ["an untested pair counts as the same", "choice-robust", "isSame && tested.length === pairs.length", "isSame"],
  ], ["tests/studies_test.ts"]),
  ...mutations("src/report/tables/comparison_text.ts", [
    [
      "one changed value is not named",
      "budget-laptop",
      "Object.keys({ ...recipe, ...full }).filter(",
      "Object.keys({ ...recipe, ...full }).slice(1).filter(",
    ],
  ], ["tests/budgets_test.ts"]),
  ...mutations("src/engine/backend.ts", [
    ["oneDNN is left to the processor", "speed-kernels", "oneDnn = true }", "oneDnn = false }"],
  ], ["tests/backends_test.ts"]),
  ...mutations("src/engine/webgpu.ts", [
    [
      "one software adapter alone is known",
      "backend-choice",
      "/llvmpipe|lavapipe|swiftshader|software|basic render/i",
      "/llvmpipe/i",
    ],
    [
      "a fallback adapter is taken",
      "backend-choice",
      "isFallbackAdapter || SOFTWARE.test(name)",
      "SOFTWARE.test(name)",
    ],
  ], ["tests/backends_test.ts"]),
  ...mutations("src/experiments/studies.ts", [
    ["two seeds on a laptop", "choice-study", "laptop: [0, 1, 2]", "laptop: [0, 1]"],
    ["other digits than Table 3's", "choice-study", "const DIGITS = [0, 1, 5];", "const DIGITS = [0, 1, 8];"],
  ], ["tests/studies_test.ts"]),
  ...mutations("src/engine/convolution.ts", [
    [
      "the padding in front is kept",
      "speed-kernels",
      "[0, rows.before, columns.before, 0]",
      "[0, 0, 0, 0]",
    ],
  ], ["tests/backends_test.ts"]),
  ...mutations("src/engine/native_kernels.ts", [
    ["a strided 1 × 1 kernel is left to oneDNN", "speed-kernels", "rows * columns > 1 ||", "rows * columns > 0 ||"],
    ["pixels are gathered along one side", "speed-kernels", "across ?? down, 1]", "1, 1]"],
  ], ["tests/backends_test.ts"]),
  ...mutations("spec/product.md", [
    ["a command without a time", "speed-startup", "| fig4 | ", "| fig5 | "],
  ], ["tests/startup_test.ts"]),
  ...mutations("src/data/preprocess.ts", [
    ["a public type without documentation", "docs-lint", "/** A way to preprocess. */\n", ""],
    [
      "a draw that is not seeded",
      "docs-lint",
      "const range = high - low;",
      "const range = high - low + 0 * Math.random();",
    ],
  ], ["tests/lint_test.ts"]),
  ...mutations("src/engine/tensor.ts", [
    ["a type of TensorFlow.js without documentation", "docs-lint", "/** A number. */\n", ""],
  ], ["tests/lint_test.ts"]),
];

/** Those of the claims. */
export const OF_CLAIMS: readonly Mutation[] = [
  ...OF_GUARDS,
  ...OF_PROPOSITION,
  ...OF_SPLITS,
  ...OF_PRODUCT,
];
