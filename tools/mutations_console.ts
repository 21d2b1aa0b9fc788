/**
 * Ways to break what a user sees: estimates, progress, hints, the report's first lines.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** All of them. */
export const OF_CONSOLE: readonly Mutation[] = [
  ...mutations("src/experiments/forecast.ts", [
    [
      "a run that was measured counts for nothing",
      "cli-estimates",
      "return estimate(spec) * took / expected;",
      "return estimate(spec) * (took / took) * (expected / expected);",
    ],
    ["a run's own pace counts for nothing", "cli-estimates", "Math.max(whole, pace)", "Math.max(whole, 0 * pace)"],
    ["figures and report take no time", "cli-estimates", "...each, 0) + this.after", "...each, 0)"],
    ["a failed run is measured", "cli-estimates", "if (done && begun !== undefined", "if (begun !== undefined"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/experiments/jobs.ts", [
    ["one per core whatever the memory", "cli-jobs", "{ jobs: Math.min(cores, fit) }", "{ jobs: cores }"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/cli/board.ts", [
    ["progress goes into a log too", "cli-progress", "if (stays !== undefined) this", "this"],
    ["lines are not redrawn", "cli-progress", "this.#drawn = fitting.length;", "this.#drawn = 0 * fitting.length;"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/report/brief.ts", [
    ["the paper's mean is left out", "cli-summary", 'mine[0]!.paper?.toFixed(1) ?? "",', '"",'],
  ], ["tests/console_test.ts"]),
  ...mutations("src/report/reproducibility.ts", [
    ["a difference of 0.00 points has a name", "run-arithmetic", "if (largest < 0.005)", "if (largest < 0)"],
    ["the run that differs least is named", "run-arithmetic", "Math.max(...points)", "Math.min(...points)"],
  ], ["tests/arithmetic_test.ts"]),
  ...mutations("src/report/opening.ts", [
    ["a smoke run passes for a result", "report-opening", 'budget === "smoke" ? `', 'budget === "paper" ? `'],
  ], ["tests/report_test.ts"]),
  ...mutations("src/report/tables/comparison_text.ts", [
    [
      "classes that did not run have columns",
      "report-opening",
      "const classes = partial ?",
      "const classes = !partial ?",
    ],
  ], ["tests/report_test.ts"]),
  ...mutations("src/platform/task.ts", [
    ["Deno is taken to be on the path", "cli-hints", "return byNpx ?", "return !byNpx ?"],
  ], ["tests/cli_test.ts"]),
];
