/**
 * Theorem 2 on trained models: does E(x) of a normal image lie in the convex hull 𝒮 of the memory units?
 *
 * The theorem says so only for the optimum of Eq. 3. Training does not reach the optimum, so it is measured here, on test
 * images of a store's completed runs.
 *
 * With no more units than dimensions, n ≤ d, 𝒮 lies in an affine subspace of n − 1 < d dimensions. A distribution of E(x) with
 * a density then gives 𝒮 probability 0, whatever was learnt: a share of 0 inside follows from geometry and is not a finding. So
 * distances are reported as well: dist(E(x), 𝒮) itself, relative to ‖E(x)‖ and relative to the diameter of 𝒮; how many units
 * the nearest point of 𝒮 combines; and the AUROC of the distance as an anomaly score.
 *
 * The theorem also says that the codes fill 𝒮. So the *reach* of normal codes is reported, their diameter over that of 𝒮, which
 * would then be 1; beside it the reach of as many sampled z, whose distribution fills 𝒮 but is seldom near a vertex; and the
 * distance from a unit to the nearest normal code.
 *
 * ```sh
 * deno task hull --out out
 * ```
 *
 * @module
 */

import { loadMnist } from "../data/mnist.ts";
import { seededRng } from "../engine/random.ts";
import { auroc } from "./auroc.ts";
import { longestOf } from "./completed.ts";
import type { Latent } from "./latent.ts";
import type { Trained } from "./trained.ts";
import { trainedRuns } from "./trained.ts";
import { type Quartiles, quartiles } from "./statistics.ts";
import { diameterOf, distance, placeCodes, type Placement, sampled } from "./placement.ts";
import { userDataFolder } from "../platform/data_folder.ts";
import { least } from "../platform/extremes.ts";

/** The measurement of a run. */
export interface HullRow {
  /** The run's folder. */
  readonly run: string;
  /** Its epochs; older measurements lack them. */
  readonly epochs?: number;
  /** The arithmetic by which it was trained; older measurements lack it. */
  readonly arithmetic?: number;
  /** What computed it, as far as that is known. */
  readonly device?: string | undefined;
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
  /** For the units: the distance to the nearest normal code over the diameter of 𝒮. */
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

/** The maximum number of images of either label: a distance takes tens of milliseconds. */
export const MOST = 500;

/**
 * Measures a run of memgan.
 *
 * @param run The run.
 * @param latent Its units, and codes of test images.
 * @returns The measurement.
 */
export function measureHull({ spec, result, recipe, device }: Trained, latent: Latent): HullRow {
  const { memory, normal: codes } = latent;
  const [normal, anomaly] = [placeCodes(memory, codes), placeCodes(memory, latent.anomaly)];
  const diameter = diameterOf(memory);
  const z = sampled(memory, recipe.alphaScale, seededRng(spec.seed, "hull"), codes.length);
  return {
    run: result.run,
    epochs: recipe.epochs,
    arithmetic: result.arithmetic,
    device,
    class: spec.class,
    seed: spec.seed,
    units: recipe.units,
    width: recipe.width,
    diameter,
    reach: diameterOf(codes) / diameter,
    sampledReach: diameterOf(z) / diameter,
    unitToCode: quartiles(memory.map((unit) => least(codes.map((code) => distance(unit, code))) / diameter)),
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
 * Measures the completed runs of memgan on the test part, of each digit and seed the longest; a backend must be running.
 *
 * @param root The store's folder.
 * @param say Receives one line per run.
 * @returns One row per run.
 * @throws {StoreError} If there is no such run.
 */
export async function measureHulls(root: string, say: (line: string) => void): Promise<HullRow[]> {
  // Printing stored measurements does not load TensorFlow.js.
  const { latentOf } = await import("./latent.ts");
  const runs = longestOf(await trainedRuns(root));
  const data = await loadMnist(userDataFolder());
  const rows: HullRow[] = [];
  for (const run of runs) {
    const started = performance.now();
    rows.push(measureHull(run, await latentOf(run, data, MOST)));
    const { class: digit, seed } = run.spec;
    say(`digit ${digit}, seed ${seed}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return rows;
}
