/**
 * Breaks of the search for a better recipe, and of what makes kept runs again.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

const VARIANTS = ["tests/search_variants_test.ts"];
const RULE = ["tests/staged_search_test.ts"];
const VERIFY = ["tests/verify_test.ts"];

/** Those. */
export const OF_THE_SEARCH: readonly Mutation[] = [
  ...mutations("src/detectors/training/instance_noise.ts", [
    ["noise that does not fade", "search-variants", "scale = sigma * (1 - ", "scale = sigma + 0 * (1 - "],
    ["noise that fades in each epoch", "search-variants", "((epoch - 1) * k + step)", "(epochs * step)"],
    [
      "noise that goes on from what was drawn before",
      "search-variants",
      "if (step === 0) rng =",
      "if (step < 0) rng =",
    ],
  ], VARIANTS),
  ...mutations("src/networks/layers/noise.ts", [
    ["noise in scoring too", "search-variants", "mode.training ?", "mode.training !== undefined ?"],
  ], VARIANTS),
  ...mutations("src/networks/memgan.ts", [
    [
      "the code's layers of D not normalised",
      "search-variants",
      "make.normalised(name, dense, from, to)",
      "dense(make.weight(name, from, to))",
    ],
    [
      "D always as wide as E",
      "search-variants",
      "discriminatorChannels = channels,",
      "channels: discriminatorChannels,",
    ],
  ], VARIANTS),
  ...mutations("src/detectors/memgan.ts", [
    [
      "M at codes by running statistics",
      "search-variants",
      "gather(images, which)), { training: true })",
      "gather(images, which)), INFERENCE)",
    ],
    [
      "M at the first images' codes",
      "search-variants",
      ".permutation(images.count).subarray(0, recipe.units)",
      ".permutation(recipe.units)",
    ],
    ["one rate for all", "search-variants", "of === optimisers.discriminator ?", "of === undefined ?"],
  ], VARIANTS),
  ...mutations("src/report/tables/staged_search.ts", [
    ["what can never be taken remains", "search-rule", "isCandidate(row, search) && reached", "reached"],
    ["everybody goes on", "search-rule", "Math.max(...reached) - within", "Math.max(...reached) - 1"],
    ["another method is taken", "search-rule", 'variants[variant]!.method === "memgan" && ', ""],
    ["a departure from the paper is taken", "search-rule", ' && !variant.startsWith("DEVIATION")', ""],
    ["the best AUROC is taken", "search-rule", "meanOf(best.aurocs) - spread", "meanOf(best.aurocs)"],
    [
      "equal units in another order differ",
      "search-rule",
      "Math.round(1e9 * meanOf(recognised))",
      "meanOf(recognised)",
    ],
    ["units that were not read do not matter", "search-rule", "missing === 0 && unread === 0", "missing === 0"],
    ["of equal units the first of the file", "search-rule", ".sort((a, b) => meanOf(b.aurocs) - meanOf(a.aurocs))", ""],
    ["a choice without all seeds", "search-mnist", "missing: undone(first, 1), unread", "missing: 0, unread"],
  ], RULE),
  ...mutations("src/cli/search.ts", [
    ["what is kept is made again", "search-rule", "!done.has(hashOf(spec))", "true"],
  ], RULE),
  ...mutations("src/experiments/memory_measures.ts", [
    ["units measured in every run", "search-rule", 'evaluate !== "validation" || ', ""],
  ], RULE),
  ...mutations("src/experiments/verification.ts", [
    [
      "no bytes compared",
      "results-verified",
      "kept.scores_sha256 === made.scores_sha256",
      "aurocs.kept === aurocs.made",
    ],
    ["other bytes are near enough", "results-verified", "because.length > 0 && Math.abs", "Math.abs"],
    ["ablations made again", "results-verified", "run.change === undefined && (", "("],
    ["any arithmetic is drawn", "results-verified", "result.arithmetic === ARITHMETIC\n", "result.arithmetic > 0\n"],
  ], VERIFY),
];
