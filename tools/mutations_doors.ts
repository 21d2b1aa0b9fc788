/**
 * Ways to open the doors of the detectors.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Those of the checks, and of what is given back. */
export const OF_DOORS: readonly Mutation[] = [
  ...mutations("src/detectors/recipes/ranges.ts", [
    ["batches of one image", "detector-doors", "batch: whole(2)", "batch: whole(1)"],
    ["a dropout rate of 1", "detector-doors", "z.number().min(0).lt(1)", "z.number().min(0).max(1)"],
    ["half an epoch", "detector-doors", "z.int().min(least)", "z.number().min(least)"],
  ], ["tests/doors_test.ts"]),
  ...mutations("src/data/images.ts", [
    ["pixels that are not finite", "detector-doors", "if (at >= 0) {", "if (at < -1) {"],
    ["more images than pixels", "detector-doors", "pixels.length !== count * size", "pixels.length > count * size"],
  ], ["tests/doors_test.ts"]),
  ...mutations("src/detectors/guarded.ts", [
    ["images of any size", "detector-doors", "    if (fits) return;", "    if (fits || !fits) return;"],
    [
      "a score before a fit",
      "detector-doors",
      "    if (!ready && of.length > 0) throw",
      "    if (!what) throw",
    ],
    ["tensors that are kept", "detector-doors", "      tf.dispose([...tensors]);", ""],
  ], ["tests/doors_test.ts"]),
  ...mutations("src/detectors/guarded.ts", [
    ["a fit goes on from the last", "detector-again", "      startOver(now, parametersOf);\n", ""],
    ["weights are saved amid a step", "detector-again", "if (running > 0 && !ready) idle(", "if (running < 0) idle("],
    ["a model of another size", "detector-doors", "values !== shape.height * shape", "values < shape.height * shape"],
  ], ["tests/detector_again_test.ts"]),
  ...mutations("src/detectors/dagmm.ts", [
    ["the mixture of the epoch before", "detector-again", "      settle: estimate,\n", ""],
    [
      "two estimates at a time",
      "detector-again",
      "      const now = unseen;\n",
      "      const now = unseen;\n      unseen = undefined;\n",
    ],
  ], ["tests/detector_again_test.ts"]),
  ...mutations("src/detectors/training/train.ts", [
    [
      "optimisers of a failed fit",
      "detector-dispose",
      "  } finally {\n    for (const each of [...steppers.values(), ...phase.optimisers]) each.dispose();\n  }",
      "    for (const each of [...steppers.values(), ...phase.optimisers]) each.dispose();\n  } finally {\n  }",
    ],
  ], ["tests/leaks_test.ts"]),
  ...mutations("src/engine/descend.ts", [
    ["the terms of a failed step", "detector-dispose", "    } finally {\n      tf.dispose(kept);", "    } finally {"],
  ], ["tests/leaks_test.ts"]),
  ...mutations("src/detectors/classical/eigenvectors.ts", [
    [
      "components of no variance",
      "detector-degenerate",
      "Math.min(varying, typeof count",
      "Math.min(descending.length, typeof count",
    ],
  ], ["tests/degenerate_test.ts"]),
  ...mutations("src/detectors/ocsvm.ts", [
    ["γ of equal points", "detector-degenerate", "  if (squares === 0) return 1;\n", ""],
  ], ["tests/degenerate_test.ts"]),
  ...mutations("src/detectors/iforest.ts", [
    ["a forest on one point", "detector-degenerate", "if (size === 1)", "if (size === 0)"],
  ], ["tests/degenerate_test.ts"]),
];
