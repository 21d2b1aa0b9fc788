/**
 * Ways to break what a user sees: estimates, progress, hints, the report's first lines.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** All of them. */
export const OF_CONSOLE: readonly Mutation[] = [
  ...mutations("src/experiments/shards.ts", [
    ["runs go to shards in turn", "cli-shard", "loads[least]! += seconds;", "loads[least]! += 0;"],
    ["the order of runs decides", "cli-shard", " || (a.hash < b.hash ? -1 : 1)", ""],
    ["a shard has what is wanted twice", "cli-shard", "each.map(({ spec }) => spec).filter", "specs.filter"],
  ], ["tests/shards_test.ts"]),
  ...mutations("src/report/tables/price_list.ts", [
    ["kept runs come first", "cli-dry-run", "own.length > 0", "others.length === 0"],
    ["a GPU's seconds are a core's", "cli-dry-run", ' && result.backend === "native"', ""],
  ], ["tests/shards_test.ts"]),
  ...mutations("src/cli/environment.ts", [
    ["a shard beyond the last is taken", "cli-errors", "index > count", "count < 0"],
  ], ["tests/shards_test.ts"]),
  ...mutations("src/images/evaluation.ts", [
    [
      "a score at the threshold is above it",
      "images-evaluate",
      "score > threshold).length",
      "score >= threshold).length",
    ],
  ], ["tests/evaluation_test.ts"]),
  ...mutations("src/images/pixel_tally.ts", [
    ["pixels are told apart in coarse steps", "images-evaluate-masks", "const DROPPED = 11", "const DROPPED = 20"],
    [
      "a map's values are those of its pixels' corners",
      "images-evaluate-masks",
      "(i + 0.5) * from / length - 0.5",
      "i * from / length",
    ],
    ["a tie of pixels counts whole", "images-evaluate-masks", "normal[i]! / 2", "normal[i]!"],
  ], ["tests/evaluation_test.ts"]),
  ...mutations("src/images/masks.ts", [
    ["a mask is read in grey of 8 bits", "images-evaluate-masks", '"rgb16"', '"b-w"'],
    ["a transparent mask is anomalous", "images-evaluate-masks", '"#000"', '"#fff"'],
  ], ["tests/evaluation_test.ts"]),
  ...mutations("src/report/evaluation.ts", [
    ["a name is Markdown in the page", "images-evaluate-page", "plainText(image.name),", "image.name,"],
  ], ["tests/evaluation_test.ts"]),
  ...mutations("src/experiments/forecast.ts", [
    [
      "a run that was measured counts for nothing",
      "cli-estimates",
      "return estimate(spec) * took / expected;",
      "return estimate(spec) * (took / took) * (expected / expected);",
    ],
    ["a run's own pace counts for nothing", "cli-estimates", "Math.max(whole, pace)", "Math.max(whole, 0 * pace)"],
    ["figures and report take no time", "cli-estimates", "...each, 0]) + this.after", "...each, 0])"],
    ["a failed run is measured", "cli-estimates", "if (done && begun !== undefined", "if (begun !== undefined"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/experiments/jobs.ts", [
    ["one per core whatever the memory", "cli-jobs", "{ jobs: Math.min(cores, fit) }", "{ jobs: cores }"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/cli/live.ts", [
    ["progress goes into a log too", "cli-progress", "if (stays !== undefined) this", "this"],
    ["lines are not redrawn", "cli-progress", "this.#drawn = fitting.length;", "this.#drawn = 0 * fitting.length;"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/report/brief.ts", [
    ["the paper's mean is left out", "cli-summary", 'mine[0]!.paper?.toFixed(1) ?? "",', '"",'],
  ], ["tests/console_test.ts"]),
  ...mutations("src/report/reproducibility.ts", [
    ["a difference of 0.00 points has a name", "run-arithmetic", "if (largest < 0.005)", "if (largest < 0)"],
    [
      "the run that differs least is named",
      "run-arithmetic",
      "const largest = greatest(points);",
      "const largest = Math.min(...points);",
    ],
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
  ...mutations("figures/gallery.ts", [
    [
      "each image is stretched by itself",
      "gallery",
      "gather(of, [first + i]), 1, scale)",
      "gather(of, [first + i]), 1)",
    ],
    ["a difference of nothing is grey", "gallery", "difference, [0, high - low]", "difference, [low, high]"],
  ], ["tests/pictures_test.ts"]),
  ...mutations("src/report/charts/score_charts.ts", [
    ["half an epoch", "gallery", "Math.ceil(last / 8)", "last / 8"],
    [
      "a line in a colour for light pages alone",
      "pictures",
      'type: "line", color: QUIET',
      'type: "line", color: "#555555"',
    ],
  ], ["tests/pictures_test.ts"]),
  ...mutations("src/report/charts/chart.ts", [
    ["a point lifts the heading of its panel", "pictures", "padding: 12 }", "padding: 0 }"],
    ["charts on white", "pictures", 'background: "transparent"', 'background: "white"'],
    ["a PNG for light pages alone", "pictures", "new Resvg(neutral(svg)", "new Resvg(svg"],
  ], ["tests/pictures_test.ts"]),
  ...mutations("src/report/formulas.ts", [
    [
      "formulas as they are typed",
      "report-page",
      "if (tex === undefined) return written;",
      "if (tex === undefined || inline !== undefined) return written;",
    ],
  ], ["tests/pictures_test.ts"]),
  ...mutations("src/report/spec.ts", [
    ["a gist ends where something follows", "report-page", '.replace(/:$/, ".")', ""],
  ], ["tests/pictures_test.ts"]),
  ...mutations("src/platform/task.ts", [
    ["Deno is taken to be on the path", "cli-hints", "return byNpx ?", "return !byNpx ?"],
  ], ["tests/cli_test.ts"]),
  ...mutations("src/cli/study_command.ts", [
    [
      "studies train without being asked",
      "cli-train",
      'gap.missing.length > 0 && !given.on("train")',
      'gap.missing.length < 0 && !given.on("train")',
    ],
  ], ["tests/cli_test.ts"]),
  ...mutations("src/platform/files.ts", [
    [
      "a folder is not written into to see that it can be",
      "cli-out",
      'await Deno.mkdir(path, { recursive: true });\n    await Deno.writeTextFile(file, "");\n    await Deno.remove(file);',
      "await Promise.resolve(file);",
    ],
  ], ["tests/cli_test.ts"]),
  ...mutations("src/cli/part_times.ts", [
    ["what a figure took is forgotten", "cli-estimates", "this.#measured.set(name, { took, stated: seconds });", ""],
    ["a figure that is late ends at once", "cli-estimates", "OVERDUE * spent) +", "0 * OVERDUE) +"],
  ], ["tests/console_test.ts"]),
  ...mutations("src/cli/test_suite.ts", [
    [
      "all tests run, whatever was asked for",
      "cli-conformance",
      "const wanted = only ?",
      "const wanted = only && !only ?",
    ],
  ], ["tests/suite_test.ts"]),
  ...mutations("tools/conformance/report.ts", [
    ["what is left out is not named", "cli-conformance", 'leftOut.join(", ")', '""'],
  ], ["tests/suite_test.ts"]),
  ...mutations("src/platform/children.ts", [
    [
      "who cannot be killed is waited for",
      "native-setup",
      "for (const stream of [child.stdout, child.stderr]) stream.destroy();",
      "return;",
    ],
    [
      "what has ended cannot be killed",
      "processes-end",
      "if (!(error instanceof TypeError)) throw error;",
      "throw error;",
    ],
    ["nobody watches a program's parent", "processes-end", "kill -s KILL -- -$$;", "true;"],
    [
      "the kernel is not asked",
      "processes-end",
      "if (!byKernel()) new Worker",
      "if (byKernel() && !parent) new Worker",
    ],
  ], ["tests/children_test.ts"]),
  ...mutations("src/experiments/worker.ts", [
    [
      "a worker without an order waits for ever",
      "processes-end",
      "if (length === null) Deno.exit(1);",
      "if (length === null) continue;",
    ],
    ["a worker ends by Ctrl-C", "processes-end", 'Deno.addSignalListener("SIGINT", () => {});', ""],
  ], ["tests/pool_test.ts"]),
  ...mutations("src/experiments/pool.ts", [
    ["a line that is no message ends the pool", "processes-end", "return { said: line };", "return { error: line };"],
    ["a busy run is waited for first", "processes-busy", "queue.push(spec);", "queue.unshift(spec);"],
  ], ["tests/pool_test.ts"]),
  ...mutations("src/engine/native_log.ts", [
    ["the first to end restores standard error", "backend-choice", "if (depth === 0) restore();", "restore();"],
    ["threads do not wait for each other", "backend-choice", "libc.flock(turn, EXCLUSIVE);", ""],
  ], ["tests/native_log_test.ts"]),
];
