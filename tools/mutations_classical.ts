/**
 * Ways to break the recipes of the classical rows, and of those that learn nothing.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Those of the classical rows. */
export const OF_CLASSICAL: readonly Mutation[] = [
  ...mutations("src/detectors/classical/features.ts", [
    [
      "features of images in [−1, 1]",
      "classical-features",
      "all.values.map((value) => value / 2)",
      "all.values",
    ],
  ], ["tests/classical_rules_test.ts"]),
  ...mutations("src/detectors/classical/principal_components.ts", [
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
  ...mutations("src/detectors/recipes/baselines.ts", [
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
      "principalComponents(images, recipe.components)",
      "principalComponents(images, recipe.components + 1)",
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
  ...mutations("src/experiments/oracle_choice.ts", [
    ["of equal γs the greatest", "choice-ocsvm-hindsight", "reached > best.auroc", "reached >= best.auroc"],
  ], ["tests/ocsvm_oracle_test.ts"]),
];
