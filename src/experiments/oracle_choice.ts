/**
 * Choosing by test labels, as some published numbers were made: a tenth of the judged images decides, the rest is reported.
 *
 * The only place where a label decides anything, and only a method with `oracle` in its name comes here.
 *
 * @module
 */

import type { Detector, Undecided } from "../detectors/detector.ts";
import { stream } from "../engine/random.ts";
import { auroc } from "./auroc.ts";
import type { Evaluated } from "./prepare.ts";
import { pick } from "./prepare.ts";

/** The share of the judged images whose labels decide. */
const DECIDING = 0.1;

/** What was chosen, and the images that had no part in it. */
export interface Choice {
  /** The candidate. */
  readonly candidate: Readonly<Record<string, number>>;
  /** The images that are left to be judged, in order. */
  readonly rest: Evaluated;
}

/** Whether a detector waits for somebody's choice. */
export function isUndecided(detector: Detector): detector is Undecided {
  return "choose" in detector;
}

/**
 * Chooses the candidate of the best AUROC on a random tenth of the images; of equal ones the first.
 *
 * @param detector A fitted detector; it scores by the chosen candidate from here on.
 * @param evaluated Images and labels.
 * @param seed The run's seed: it draws the tenth.
 * @returns The candidate and the other nine tenths.
 * @throws {RangeError} If the tenth has no image of one of the labels.
 */
export async function chooseByTestLabels(detector: Undecided, evaluated: Evaluated, seed: number): Promise<Choice> {
  const count = evaluated.labels.length;
  const order = stream(seed, "hindsight").permutation(count);
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
