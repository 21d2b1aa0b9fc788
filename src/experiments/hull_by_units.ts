/**
 * Theorem 2 with its premise met: the share of codes in the convex hull 𝒮 of n memory units, where n is above d.
 *
 * The theorem wants "n and d large enough". With Table 1's n = 50 units in d = 64 dimensions 𝒮 has no interior, so that no code can
 * be expected inside, whatever was learnt. Table 3 has n of 100 and 200 too, whose hulls have one: there the theorem's statement
 * that E(x) of normal images has 𝒮 as its support is an observable one, on the images of training and on others.
 *
 * @module
 */

import type { Latent } from "./latent.ts";
import type { HullRow } from "./hull_of_memory.ts";
import { measureHull } from "./hull_of_memory.ts";
import { placeCodes } from "./placement.ts";
import type { Trained } from "./trained.ts";

/** Which images: those trained on, and test images of the normal class and of others. */
export const IMAGES = ["train", "normal", "anomaly"] as const;

/** A number for each kind of images. */
export type ByImages = Readonly<Record<typeof IMAGES[number], number>>;

/** The measurement of a run. */
export interface UnitsHullRow extends
  Pick<
    HullRow,
    "run" | "device" | "class" | "seed" | "units" | "width" | "reach" | "aurocOfDistance" | "aurocOfScore"
  > {
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
  /** How many images of each kind, at most. */
  readonly images: number;
  /** The share of E(x) in 𝒮. */
  readonly inside: ByImages;
  /** The median of dist(E(x), 𝒮) over the diameter of 𝒮. */
  readonly distance: ByImages;
  /** How far training moved M: ‖M − M₀‖ over ‖M₀‖. */
  readonly moved: number;
}

/** How many images of each kind: a distance takes up to half a second with 200 units. */
export const EACH = 100;

/**
 * Measures a run of memgan.
 *
 * @param trained The run.
 * @param latent Its units and codes.
 * @returns The measurement.
 */
export function measureUnitsHull(trained: Trained, latent: Latent): UnitsHullRow {
  const hull = measureHull(trained, latent);
  const train = placeCodes(latent.memory, latent.train).placement;
  const { normal, anomaly } = hull;
  const { run, device, class: digit, seed, units, width, reach, aurocOfDistance, aurocOfScore } = hull;
  return {
    run,
    device,
    arithmetic: trained.result.arithmetic,
    class: digit,
    seed,
    units,
    width,
    images: EACH,
    inside: { train: train.inside, normal: normal.inside, anomaly: anomaly.inside },
    distance: {
      train: train.overDiameter[1],
      normal: normal.overDiameter[1],
      anomaly: anomaly.overDiameter[1],
    },
    reach,
    moved: latent.moved,
    aurocOfDistance,
    aurocOfScore,
  };
}

/** Whether the hull of so many units can have an interior: Theorem 2's premise. */
export const hasInterior = ({ units, width }: Pick<UnitsHullRow, "units" | "width">): boolean => units > width;
