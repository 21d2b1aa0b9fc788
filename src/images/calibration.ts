/**
 * What a score means: its p-value among the scores of normal images that were held out of training.
 *
 * ```text
 * p(x) = (1 + #{i : sᵢ ≥ s(x)}) / (1 + n)
 * ```
 *
 * If x and the n held-out images are drawn alike, P(p(x) ≤ q) ≤ q for every q, whatever the method: their n + 1 scores are then in
 * every order equally often. So at level q at most a share q of normal images is called anomalous, in expectation over images and
 * held-out parts. Training scores would not do: a detector has seen those images, and scores them lower.
 *
 * Source: split conformal prediction; for outliers, "Testing for Outliers with Conformal p-values" (Bates, Candès, Lei, Romano
 * and Sesia, Annals of Statistics 2023).
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | sᵢ | `heldOut` | [n], ascending |
 * | q | `falseAlarms` | a number in (0, 1) |
 *
 * @module
 */

/**
 * The p-value of a score.
 *
 * @param heldOut The scores of held-out normal images, ascending.
 * @param score The score, which is higher where an image is more anomalous.
 * @returns A number in (0, 1].
 *
 * @example A score above those of 99 normal images
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const heldOut = Float32Array.from({ length: 99 }, (_, i) => i);
 * assertEquals(pValue(heldOut, 100), 0.01);
 * assertEquals(pValue(heldOut, 98), 0.02);
 * ```
 */
export function pValue(heldOut: Float32Array, score: number): number {
  if (Number.isNaN(score)) throw new RangeError("Cannot give a p-value: the score is NaN");
  // The first that is not below it.
  let [low, high] = [0, heldOut.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (heldOut[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return (1 + heldOut.length - low) / (1 + heldOut.length);
}

/**
 * The fewest held-out images with which a p-value can be as low as a level: 1/q − 1.
 *
 * @example One false alarm in a hundred
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fewestHeldOut(0.01), 99);
 * ```
 */
export function fewestHeldOut(falseAlarms: number): number {
  // 1/0.01 is exact, 1/0.07 − 1 is not quite.
  return Math.ceil(1 / falseAlarms - 1 - 1e-9);
}

/**
 * The score above which an image is called anomalous.
 *
 * @param heldOut The scores of held-out normal images, ascending.
 * @param falseAlarms q, the greatest share of normal images that may be called anomalous.
 * @returns A score t: an image is anomalous if its score is above t, which is the same as p ≤ q.
 * @throws {RangeError} If q is not in (0, 1), or lower than the held-out part can give.
 *
 * @example Of 99 images, one in a hundred: above them all
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const heldOut = Float32Array.from({ length: 99 }, (_, i) => i);
 * assertEquals(threshold(heldOut, 0.01), 98);
 * assertThrows(() => threshold(heldOut, 0.001), RangeError, "999 held-out normal images are needed, there are 99");
 * ```
 */
export function threshold(heldOut: Float32Array, falseAlarms: number): number {
  checkLevel(falseAlarms, heldOut.length);
  // p ≤ q allows that many of the held-out scores to be as high.
  const above = Math.floor(falseAlarms * (1 + heldOut.length) + 1e-9) - 1;
  // So near to 1 that all may be as high, the least of them stands for what is below them all.
  return heldOut[heldOut.length - 1 - Math.min(above, heldOut.length - 1)]!;
}

/** Checks that a level is one, and that so many held-out images can give it. */
export function checkLevel(falseAlarms: number, count: number): void {
  if (!(falseAlarms > 0 && falseAlarms < 1)) {
    throw new RangeError(
      `Cannot set a threshold: the share of false alarms must be between 0 and 1, it is ${falseAlarms}`,
    );
  }
  const fewest = fewestHeldOut(falseAlarms);
  if (count < fewest) {
    throw new RangeError(
      `Cannot set a threshold for a share of ${falseAlarms} false alarms: ` +
        `${fewest} held-out normal images are needed, there are ${count}` +
        (count < 2 ? "" : `, which is enough for ${Math.ceil(1e4 / (1 + count)) / 1e4}`),
    );
  }
}
