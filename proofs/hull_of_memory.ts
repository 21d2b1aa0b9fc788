/**
 * Theorem 2 on trained models: does E(x) of a normal image lie in the convex hull 𝒮 of the memory units?
 *
 * The theorem says so of the optimum of Eq. 3 alone. Training reaches no optimum, so it is measured here, on test images
 * of a store's completed runs.
 *
 * With no more units than dimensions, n ≤ d, 𝒮 lies in an affine subspace of n − 1 < d dimensions. A law of E(x) with a
 * density then puts probability 0 on 𝒮, whatever was learnt: a share of 0 inside is what geometry dictates and no
 * finding. So distances are reported as well: dist(E(x), 𝒮) as it is, over ‖E(x)‖ and over the diameter of 𝒮; how
 * many units the nearest point of 𝒮 is made of; and the AUROC of the distance as an anomaly score.
 *
 * The theorem also says that the codes fill 𝒮. So the *reach* of normal codes is reported, their own diameter over that of
 * 𝒮, which would be 1; beside it the reach of as many sampled z, whose law fills 𝒮 but seldom comes near a vertex; and
 * how near a unit has a normal code.
 *
 * ```sh
 * deno task hull --out out
 * ```
 *
 * @module
 */

import { loadMnist } from "../src/data/mnist.ts";
import { stream } from "../src/engine/random.ts";
import { arithmeticOf, madeBy, markOf } from "../src/experiments/arithmetic.ts";
import { auroc } from "../src/experiments/auroc.ts";
import type { Latent } from "../src/experiments/latent.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { trainedRuns } from "../src/experiments/trained.ts";
import { markdownTable } from "../src/report/markdown.ts";
import { type Quartiles, quartiles } from "../src/report/statistics.ts";
import { diameterOf, distance, placeCodes, type Placement, sampled } from "./placement.ts";

/** A run's measurement. */
export interface HullRow {
  /** The run's folder. */
  readonly run: string;
  /** The arithmetic by which it was trained; measurements of before it was noted lack it. */
  readonly arithmetic?: number;
  /** The normal class. */
  readonly class: number;
  /** The seed. */
  readonly seed: number;
  /** n. */
  readonly units: number;
  /** d. */
  readonly width: number;
  /** The largest distance between two units, the diameter of 𝒮. */
  readonly diameter: number;
  /** The diameter of the normal codes over that of 𝒮. */
  readonly reach: number;
  /** The same of as many z, sampled as in training. */
  readonly sampledReach: number;
  /** Of each unit, the distance to the nearest normal code over the diameter of 𝒮. */
  readonly unitToCode: Quartiles;
  /** Test images of the normal class. */
  readonly normal: Placement;
  /** Test images of other classes. */
  readonly anomaly: Placement;
  /** AUROC of dist(E(x), 𝒮) as the score, on the same images. */
  readonly aurocOfDistance: number;
  /** AUROC of A(x), Eq. 8, on the whole test part, as the run stored it. */
  readonly aurocOfScore: number;
}

/** Images of either kind at most: a distance takes tens of milliseconds. */
const MOST = 500;

/**
 * Measures a run of memgan.
 *
 * @param run The run.
 * @param latent Its units, and codes of test images.
 * @returns The measurement.
 */
export function measureHull({ spec, result, recipe }: Trained, latent: Latent): HullRow {
  const { memory, normal: codes } = latent;
  const [normal, anomaly] = [placeCodes(memory, codes), placeCodes(memory, latent.anomaly)];
  const diameter = diameterOf(memory);
  const z = sampled(memory, recipe.alphaScale, stream(spec.seed, "hull"), codes.length);
  return {
    run: result.run,
    arithmetic: result.arithmetic,
    class: spec.class,
    seed: spec.seed,
    units: recipe.units,
    width: recipe.width,
    diameter,
    reach: diameterOf(codes) / diameter,
    sampledReach: diameterOf(z) / diameter,
    unitToCode: quartiles(memory.map((unit) => Math.min(...codes.map((code) => distance(unit, code))) / diameter)),
    normal: normal.placement,
    anomaly: anomaly.placement,
    aurocOfDistance: auroc(
      [...normal.distances, ...anomaly.distances],
      [...normal.distances.map(() => 0), ...anomaly.distances.map(() => 1)],
    ),
    aurocOfScore: result.auroc,
  };
}

/**
 * Measures every completed run of memgan on the test part; a backend must be running.
 *
 * @param root The store's folder.
 * @param say Receives a line a run.
 * @returns A row a run.
 * @throws {StoreError} If there is no such run.
 */
export async function measureHulls(root: string, say: (line: string) => void): Promise<HullRow[]> {
  // Who only prints stored measurements loads no TensorFlow.js.
  const { latentOf } = await import("../src/experiments/latent.ts");
  const runs = await trainedRuns(root);
  const data = await loadMnist(Deno.env.get("MEMGAN_DATA"));
  const rows: HullRow[] = [];
  for (const run of runs) {
    const started = performance.now();
    rows.push(measureHull(run, await latentOf(run, data, MOST)));
    const { class: digit, seed } = run.spec;
    say(`digit ${digit}, seed ${seed}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return rows;
}

/**
 * The measurement as a Markdown table.
 *
 * @param rows A run each.
 * @returns The table with its caption.
 */
export function hullTable(rows: readonly HullRow[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const both = (row: HullRow, show: (placement: Placement) => string) => `${show(row.normal)} / ${show(row.anomaly)}`;
  const range = ([low, middle, high]: Quartiles) => `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  const all = rows.map(arithmeticOf);
  const cells = rows.map((row) => [
    row.class + markOf([arithmeticOf(row)], all),
    row.seed,
    both(row, ({ inside }) => percent(inside)),
    both(row, ({ distance }) => range(distance)),
    both(row, ({ overNorm }) => range(overNorm)),
    both(row, ({ overDiameter }) => percent(overDiameter[1])),
    both(row, ({ unitsUsed }) => unitsUsed[1].toFixed(0)),
    `${row.reach.toFixed(2)} / ${row.sampledReach.toFixed(2)}`,
    row.unitToCode[1].toFixed(2),
    (100 * row.aurocOfDistance).toFixed(1),
    (100 * row.aurocOfScore).toFixed(1),
  ]);
  const flat = rows.filter(({ units, width }) => units <= width).length;
  return [
    markdownTable(
      [
        "digit",
        "seed",
        "E(x) in 𝒮",
        "dist(E(x), 𝒮)",
        "over ‖E(x)‖",
        "over the diameter of 𝒮",
        "units used",
        "reach of E(x) / of z",
        "unit to code",
        "AUROC of the distance",
        "AUROC of A(x)",
      ],
      cells,
    ),
    "",
    `Test images, normal / anomaly, at most ${MOST} of either, evenly spread; medians, with first to third quartile in brackets; ` +
    "AUROC in percent, that of A(x) on the whole test part. Reach: the diameter of normal codes, or of as many sampled z, over " +
    "that of 𝒮. Units used: those that the nearest point of 𝒮 is a combination of. Unit to code: from a unit to the nearest " +
    "normal code, over the diameter of 𝒮. " +
    `In ${flat} of ${rows.length} runs n ≤ d: 𝒮 has no interior, and a law of E(x) with a density has probability 0 in it. ` +
    madeBy(all),
  ].join("\n");
}
