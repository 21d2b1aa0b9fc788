/**
 * Ways to break hulls, distances, Figure 2's search and the statistics of samples.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Of what the tables and Section 5.2 compute in float64 on the host. */
export const OF_GEOMETRY: readonly Mutation[] = [
  ...mutations("src/paper/s5_2_hull.ts", [
    ["float64 alone decides on which side", "thm-2-support", "Math.abs(left - right) > ERROR * size", "true"],
    ["products may underflow", "thm-2-support", "const SMALL = 1e-280;", "const SMALL = -1;"],
    ["a point on an edge is a vertex", "thm-2-support", "orientation(a, b, c) > 0", "orientation(a, b, c) >= 0"],
    ["subnormal numbers are halved", "thm-2-support", "biased === 0n ? 1n : biased", "biased"],
  ], ["tests/hull_test.ts"]),
  ...mutations("src/paper/s5_2_polytope.ts", [
    ["great lengths are squared as they are", "thm-2-support", "size > LARGE ? 2 ** -600", "false ? 2 ** -600"],
    ["small lengths are squared as they are", "thm-2-support", "size < SMALL ? 2 ** 700", "false ? 2 ** 700"],
    ["any tolerance", "api-errors", "if (!(tolerance >= 0))", "if (false)"],
  ], ["tests/hull_test.ts"]),
  ...mutations("src/paper/points.ts", [
    ["coordinates need not be finite", "api-errors", "Number.isFinite(point![k])", "true"],
    [
      "points as far apart as may be",
      "api-errors",
      "if (!Number.isFinite(2 * extent(points)",
      "if (Number.isNaN(2 * extent(points)",
    ],
  ], ["tests/hull_test.ts"]),
  ...mutations("src/experiments/hull_by_units.ts", [
    [
      "codes of training are those of the test",
      "thm-2-premise",
      "memory, latent.train",
      "memory, latent.normal",
    ],
    ["as many units as dimensions have an interior", "thm-2-premise", "units > width", "units >= width"],
  ], ["tests/hull_by_units_test.ts"]),
  ...mutations("src/experiments/placement.ts", [
    ["rounding ranks codes inside", "erratum-hull", "<= ROUNDING * diameter ? 0 : distance", "< 0 ? 0 : distance"],
    [
      "the control is nearer",
      "thm-2-premise",
      "const factor = distance(code, centre)",
      "const factor = 0.5 * distance(code, centre)",
    ],
    [
      "the control lies on one side",
      "thm-2-premise",
      "centre.map(() => rng.normal())",
      "centre.map(() => Math.abs(rng.normal()))",
    ],
    ["z drawn as if r were N(0, 1)", "erratum-hull", "Math.exp(alphaScale * rng.normal())", "Math.exp(rng.normal())"],
  ], ["tests/placement_test.ts"]),
  ...mutations("src/experiments/hull_of_memory.ts", [
    ["the spread in its own units", "erratum-hull", "reach: diameterOf(codes) / diameter", "reach: diameterOf(codes)"],
    [
      "anomalies are the normal ones",
      "erratum-hull",
      "normal.distances.map(() => 0), ...anomaly.distances.map(() => 1)",
      "normal.distances.map(() => 1), ...anomaly.distances.map(() => 0)",
    ],
  ], ["tests/placement_test.ts"]),
  ...mutations("figures/hull_units.ts", [
    ["runs without a loss are measured", "thm-2-premise", 'recipe["without"] === undefined &&', ""],
    [
      "schedules are mixed",
      "thm-2-premise",
      '${digit}/${seed}/${recipe["units"]}',
      '${digit}/${seed}/${recipe["units"]}/${recipe["epochs"]}',
    ],
    ["all marks are of training images", "thm-2-premise", "inside: 100 * inside[kind]", "inside: 100 * inside.train"],
  ], ["tests/hull_by_units_test.ts"]),
  ...mutations("figures/fig2.ts", [
    ["fewer units than vertices on many points", "cli-fig2", "points.length > ALL && units < hull.length", "false"],
    ["all points are searched", "cli-fig2", "points.length > ALL ? hull : points", "points"],
    ["Eq. 9 of the vertices alone", "cli-fig2", "propositionObjective(memory, points)", "objective"],
    ["hours", "cli-fig2", "if (units ** 2 * searched.length > WORK)", "if (false)"],
  ], ["tests/fig2_cli_test.ts"]),
  ...mutations("figures/fig2_points.ts", [
    ["a line up to no rounding", "cli-errors", "<= 1e-12)", "=== 0)"],
  ], ["tests/fig2_cli_test.ts"]),
  ...mutations("src/experiments/auroc.ts", [
    ["any label", "metric-auroc", "if (label !== 0 && label !== 1)", "if (false)"],
    ["an undefined score", "metric-auroc", 'typeof score !== "number" || ', ""],
  ], ["tests/auroc_test.ts"]),
  ...mutations("src/experiments/statistics.ts", [
    ["samples with what is no number", "api-errors", "if (!Number.isFinite(values[i]))", "if (false)"],
    ["samples of none", "api-errors", "if (values.length < least)", "if (false)"],
  ], ["tests/statistics_test.ts"]),
  ...mutations("src/detectors/classical/one_class_svm.ts", [
    ["at ν = 1 no end", "baseline-ocsvm", "if (i < 0) break;", ""],
    ["at ν = 1 libsvm's ρ", "baseline-ocsvm", "high === Infinity ? low : ", ""],
    ["any start is a solution for a tiny ν", "baseline-ocsvm", "TOLERANCE * Math.min(1, nu * n)", "TOLERANCE"],
  ], ["tests/classical_test.ts"]),
];
