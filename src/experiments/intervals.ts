/**
 * Intervals of means: over classes and seeds, and over seeds alone.
 *
 * ```text
 * tₙ(p)      quantile of Student's t with n degrees of freedom;  z = t_∞(0.975) = 1.96
 * bootstrap  classes drawn with replacement, from each its seeds with replacement; the mean of the classes' means
 * widened    m − f·(m − q₀.₀₂₅),  m + f·(q₀.₉₇₅ − m)      m the mean, q the resamples' quantiles, C classes
 *            f = √(C/(C − 1)) · t_{C−1}(0.975) / z
 * ```
 *
 * Quantiles of resamples are those of a normal law whose variance has C as its divisor. With ten classes they hold the true
 * mean nine times in ten, where they say 95 %; f puts both right (Hesterberg, _What Teachers Should Know About the
 * Bootstrap_, The American Statistician 2015).
 *
 * @module
 */

import { seededRng } from "../engine/random.ts";
import { checkSample, deviation, mean } from "./statistics.ts";

/** Lower and upper end. */
export type Interval = readonly [low: number, high: number];

/** P(|T| < t) of Student's t, by the finite sums for a whole number of degrees of freedom. */
function within(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(theta) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (k - 1) / k * Math.cos(theta) ** 2;
    sum += term;
  }
  return isOdd ? 2 / Math.PI * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/**
 * A quantile of Student's t.
 *
 * @param share Above one half, below 1.
 * @param freedom The degrees of freedom, a whole number.
 * @returns The t below which `share` of the distribution lies.
 *
 * @example Nine degrees of freedom, 2.5 % on each side
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(tQuantile(0.975, 9), 2.262157, 1e-6);
 * ```
 */
export function tQuantile(share: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (within(high, freedom) < 2 * share - 1) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < 2 * share - 1) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Resamples of a bootstrap. */
const RESAMPLES = 4000;

/** The normal distribution's 97.5 % quantile. */
const Z = 1.959964;

/**
 * The 95 % interval of a mean over classes, each with its seeds: the nested bootstrap, widened for few classes.
 *
 * @param classes Two or more, each with the values of its seeds.
 * @param resamples How many resamples are drawn.
 * @returns The interval; the same each time.
 * @throws {RangeError} If there are fewer than two classes, or one has no values, or a value is not finite.
 *
 * @example Ten classes of one seed: 1.96·0.5/√10 = 0.31 on each side, times f = 1.22
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [low, high] = bootstrapInterval([0, 1, 0, 1, 0, 1, 0, 1, 0, 1].map((value) => [value]));
 * assertAlmostEquals(low, 0.5 - 0.377, 0.015);
 * assertAlmostEquals(high, 0.5 + 0.377, 0.015);
 * ```
 */
export function bootstrapInterval(classes: readonly (readonly number[])[], resamples = RESAMPLES): Interval {
  const action = "bootstrap a mean";
  for (const values of classes) checkSample(action, values);
  const means = classes.map(mean);
  checkSample(action, means, 2);
  const rng = seededRng(0, "bootstrap");
  const count = classes.length;
  const drawn = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const values = classes[Math.floor(rng.uniform() * count)]!;
      let inner = 0;
      for (let k = 0; k < values.length; k++) inner += values[Math.floor(rng.uniform() * values.length)]!;
      sum += inner / values.length;
    }
    return sum / count;
  }).sort();
  const centre = mean(means);
  const f = Math.sqrt(count / (count - 1)) * tQuantile(0.975, count - 1) / Z;
  const [low, high] = [drawn[Math.round(0.025 * resamples)]!, drawn[Math.round(0.975 * resamples) - 1]!];
  return [centre + f * (low - centre), centre + f * (high - centre)];
}

/**
 * The interval of a mean by Student's t.
 *
 * @param values Two or more.
 * @param level How often it holds the true mean, if the values are normal: 0.9 for instance.
 * @returns The interval.
 * @throws {RangeError} If there are fewer than two values, or one is not finite.
 */
export function tInterval(values: readonly number[], level: number): Interval {
  checkSample("compute an interval", values, 2);
  const centre = mean(values);
  const half = tQuantile((1 + level) / 2, values.length - 1) * deviation(values)! / Math.sqrt(values.length);
  return [centre - half, centre + half];
}
