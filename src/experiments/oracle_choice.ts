/**
 * Choosing by test labels, as for some published numbers: a tenth of the evaluation images decides, the rest is reported.
 *
 * Only here does a label decide anything, and only for a method with `oracle` in its name.
 *
 * @module
 */

import type { Detector, Undecided } from "../detectors/detector.ts";
import { seededRng } from "../engine/random.ts";
import { auroc } from "./auroc.ts";
import type { Evaluated } from "./prepare.ts";
import { pick } from "./prepare.ts";

/** The share of the evaluation images whose labels decide. */
export const DECIDING = 0.1;

/** The choice, and the images that were not used for it. */
export interface Choice {
  /** The candidate. */
  readonly candidate: Readonly<Record<string, number>>;
  /** The remaining evaluation images, in order. */
  readonly rest: Evaluated;
}

/** Whether a detector needs a choice. */
export function isUndecided(detector: Detector): detector is Undecided {
  return "choose" in detector;
}

/**
 * Chooses the candidate of the best AUROC on a random tenth of the images; of equals the first.
 *
 * @param detector A fitted detector; from here on it scores by the chosen candidate.
 * @param evaluated Images and labels.
 * @param seed The run's seed: it draws the tenth.
 * @returns The candidate and the other nine tenths.
 * @throws {RangeError} If the tenth has no image of one of the labels.
 */
export async function chooseByTestLabels(detector: Undecided, evaluated: Evaluated, seed: number): Promise<Choice> {
  const count = evaluated.labels.length;
  const order = seededRng(seed, "hindsight").permutation(count);
  const deciding = pick(evaluated, order.subarray(0, Math.round(DECIDING * count)));
  let best = { index: -1, auroc: -1 };
  for (const index of detector.candidates.keys()) {
    detector.choose(index);
    const reached = auroc(await detector.score(deciding.images), deciding.labels);
    if (reached > best.auroc) best = { index, auroc: reached };
  }
  detector.choose(best.index);
  const rest = pick(evaluated, order.subarray(deciding.labels.length).slice().sort());
  return { candidate: detector.candidates[best.index]!, rest };
}
