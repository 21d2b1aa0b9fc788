/**
 * Ways to break the methods of the tables: what they are fitted on, and what they score.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** A score with the wrong sign, of a method that scores by batches. */
const upsideDown = (method: string, clause: string, score: string) =>
  mutations(`src/detectors/${method}.ts`, [
    [
      `${method}: a score upside down`,
      clause,
      `forBatches(images, ${score})`,
      `forBatches(images, (x) => tf.neg((${score})(x)))`,
    ],
  ], [`tests/${method}_test.ts`]);

/** Those of the methods. */
export const OF_METHODS: readonly Mutation[] = [
  ...mutations("src/data/splits.ts", [
    [
      "a fit on training images of every class",
      "train-normal-only",
      "images: gather(dataset.train.images, indicesWhere(dataset.train, (c) => c === normal)),",
      "images: dataset.train.images,",
    ],
  ], ["tests/splits_test.ts"]),
  ...mutations("src/experiments/prepare.ts", [
    [
      "a preprocessing fitted on test images",
      "train-normal-only",
      "fitPreprocessing(spec.preprocessing, split.train)",
      'fitPreprocessing(spec.preprocessing, { role: "normal-train", images: split.judged.images })',
    ],
  ], ["tests/splits_test.ts"]),
  ...upsideDown("memgan", "anomaly-score", "(x) => anomalyScore(x, rebuild(x))"),
  ...upsideDown("adgan", "baseline-adgan", "(x) => averages.within(() => invert(x))"),
  ...upsideDown("alad", "baseline-alad", "(x) => averages.within(() => featureScore(x, networks))"),
  ...upsideDown("dsebm", "baseline-dsebm", "network.energy"),
  ...upsideDown("dagmm", "baseline-dagmm", "(x) => mixtureEnergy(describe(x), now)"),
  ...upsideDown("memae", "choice-memae", "(x) => squaredErrors(x, rebuild(x))"),
  ...mutations("src/detectors/dcae.ts", [
    [
      "dcae: a score upside down",
      "baseline-dcae",
      "return squaredErrors(x, rebuild(x));",
      "return tf.neg(squaredErrors(x, rebuild(x)));",
    ],
  ], ["tests/dcae_test.ts"]),
  ...upsideDown("dsvdd", "baseline-dsvdd", "(x) => tf.sqrt(squaredDistances(encode(x), centre))"),
  ...mutations("src/detectors/ocsvm.ts", [
    ["ocsvm: a score upside down", "choice-ocsvm", "rho - sum", "sum - rho"],
  ], ["tests/classical_test.ts"]),
  ...mutations("src/detectors/kde.ts", [
    ["kde: a score upside down", "choice-kde", "= -logDensities(", "= logDensities("],
  ], ["tests/classical_test.ts"]),
  ...mutations("src/detectors/iforest.ts", [
    ["iforest: a score upside down", "choice-iforest", "2 ** (scale", "2 ** (-scale"],
  ], ["tests/classical_test.ts"]),
  ...mutations("src/detectors/classical/eigenvectors.ts", [
    ["directions as the solver turns them", "classical-features", "if (largest < 0)", "if (largest > 0)"],
    ["directions of fewer points are not made unit vectors", "classical-features", "value / norm", "value"],
  ], ["tests/classical_test.ts"]),
  ...mutations("src/engine/repeat.ts", [
    ["the step that was written down is not undone", "repeated-step", "      write(start);\n", ""],
    [
      "every step is given the first one's draws",
      "repeated-step",
      "first.length > 0 ? first.splice(0) : make()",
      "first",
    ],
    [
      "parameters stay as they were before the epoch",
      "repeated-step",
      "states.forEach(({ write }, i) => write(values[i]!));",
      "",
    ],
  ], ["tests/repeat_test.ts"]),
  ...mutations("src/engine/graph.ts", [
    [
      "a parameter is read before it has changed",
      "repeated-step",
      "variables.flatMap((variable) => this.#set.get(variable) ?? [])",
      "variables.flatMap((): string[] => [])",
    ],
    [
      "a value is read after it has changed",
      "repeated-step",
      "      this.#used.get(variables[0]!)!.add(name);\n",
      "",
    ],
    [
      "TensorFlow may rewrite the graph",
      "repeated-step",
      "if (this.operations.length > 0) after",
      "if (this.operations.length < 0) after",
    ],
  ], ["tests/repeat_test.ts"]),
  ...mutations("src/experiments/oracle_choice.ts", [
    [
      "the images that chose are reported too",
      "choice-ocsvm-hindsight",
      "order.subarray(deciding.labels.length)",
      "order",
    ],
    ["half of the images choose", "choice-ocsvm-hindsight", "const DECIDING = 0.1;", "const DECIDING = 0.5;"],
  ], ["tests/ocsvm_oracle_test.ts"]),
];
