/**
 * How well a detector tells normal from anomalous images, beside AUROC.
 *
 * @module
 */

/**
 * Average precision: the area under precision and recall as steps, from the highest score down.
 *
 * Unlike AUROC it depends on the share of anomalies; that share is its value by chance. Equal scores count as one step.
 *
 * @param scores One per image; higher is more anomalous.
 * @param labels 1 for an anomaly, 0 for normal; as many.
 * @returns A fraction of 1.
 * @throws {RangeError} If the lengths differ or there is no anomaly.
 *
 * @example The first and the third of three are anomalies: ½·1 + ½·⅔
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(averagePrecision([3, 2, 1], [1, 0, 1]), 5 / 6, 1e-12);
 * ```
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const n = scores.length;
  if (labels.length !== n) {
    throw new RangeError(`Cannot compute average precision: there are ${n} scores and ${labels.length} labels`);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const anomalies = order.reduce((sum, i) => sum + labels[i]!, 0);
  if (anomalies === 0) throw new RangeError("Cannot compute average precision: there is no anomaly");
  let [found, area] = [0, 0];
  for (let i = 0; i < n;) {
    const before = found;
    const score = scores[order[i]!]!;
    for (; i < n && scores[order[i]!]! === score; i++) found += labels[order[i]!]!;
    area += (found - before) / anomalies * (found / i);
  }
  return area;
}

/**
 * Wilson's interval of a share: 95 % of such intervals hold the true one.
 *
 * @param hits How many.
 * @param of Out of how many, at least one.
 * @returns Its lower and upper end.
 *
 * @example None of ten: at most 28 %
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [low, high] = wilson(0, 10);
 * assertAlmostEquals(low, 0, 1e-12);
 * assertAlmostEquals(high, 0.2775, 1e-4);
 * ```
 */
export function wilson(hits: number, of: number): readonly [low: number, high: number] {
  const z = 1.959963984540054;
  const share = hits / of;
  const middle = share + z * z / (2 * of);
  const reach = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of));
  const scale = 1 + z * z / of;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}
