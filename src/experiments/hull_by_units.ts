/**
 * Theorem 2 where dimension does not exclude it: the share of codes in the convex hull 𝒮 of n memory units, n above d.
 *
 * The theorem wants "n and d large enough". With Table 1's n = 50 units in d = 64 dimensions 𝒮 has no interior, so that no code can
 * be expected inside, whatever was learnt. Table 3 has n of 100 and 200 too, whose hulls have one: there the theorem's statement
 * that E(x) of normal images has 𝒮 as its support is an observable one, on the images of training and on others.
 *
 * But the hull of more random points holds more of what is near their middle, whatever was learnt. So for each code of a normal
 * test image a point is placed too that is as far from the units' mean, in a random direction: what E adds is the difference.
 *
 * @module
 */

import { seededRng } from "../engine/random.ts";
import type { Latent } from "./latent.ts";
import type { HullRow } from "./hull_of_memory.ts";
import { measureHull } from "./hull_of_memory.ts";
import type { Placement } from "./placement.ts";
import { centreOf, placeCodes, scattered } from "./placement.ts";
import type { Trained } from "./trained.ts";

/** What is placed: codes of images trained on, of test images of the normal class and of others, and points at random. */
export const PLACED = ["train", "normal", "anomaly", "random"] as const;

/** A number for each of them. */
export type ByPlaced = Readonly<Record<typeof PLACED[number], number>>;

/** The measurement of a run. */
export interface UnitsHullRow extends
  Pick<
    HullRow,
    | "run"
    | "device"
    | "class"
    | "seed"
    | "units"
    | "width"
    | "reach"
    | "sampledReach"
    | "aurocOfDistance"
    | "aurocOfScore"
  > {
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
  /** Its epochs. */
  readonly epochs: number;
  /** How many of each are placed, at most. */
  readonly images: number;
  /** The share in 𝒮. */
  readonly inside: ByPlaced;
  /** The median distance from 𝒮 over the diameter of 𝒮. */
  readonly distance: ByPlaced;
  /** How far training moved M: ‖M − M₀‖ over ‖M₀‖. */
  readonly moved: number;
}

/** How many of each: a distance takes up to half a second with 200 units. */
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
  const { memory } = latent;
  const random = scattered(centreOf(memory), latent.normal, seededRng(trained.spec.seed, "hull control"));
  const placements: Record<typeof PLACED[number], Placement> = {
    train: placeCodes(memory, latent.train).placement,
    normal: hull.normal,
    anomaly: hull.anomaly,
    random: placeCodes(memory, random).placement,
  };
  const each = (of: (placement: Placement) => number) =>
    Object.fromEntries(PLACED.map((kind) => [kind, of(placements[kind])])) as ByPlaced;
  const { run, device, class: digit, seed, units, width, reach, sampledReach, aurocOfDistance, aurocOfScore } = hull;
  return {
    run,
    device,
    arithmetic: trained.result.arithmetic,
    class: digit,
    seed,
    epochs: trained.recipe.epochs,
    units,
    width,
    images: EACH,
    inside: each(({ inside }) => inside),
    distance: each(({ overDiameter: [, median] }) => median),
    reach,
    sampledReach,
    moved: latent.moved,
    aurocOfDistance,
    aurocOfScore,
  };
}

/** Whether the hull of so many units can have an interior. */
export const hasInterior = ({ units, width }: Pick<UnitsHullRow, "units" | "width">): boolean => units > width;
