/**
 * The area under the receiver operating characteristic curve, the metric of the paper's tables.
 *
 * @module
 */

/**
 * AUROC: the probability that a random anomaly scores higher than a random normal image; a tie counts one half.
 *
 * @param scores One per case; higher is more anomalous. Only their order counts, so ±∞ are scores like any other.
 * @param labels 1 for an anomaly, 0 for normal; as many.
 * @returns A fraction of 1; 0.5 is chance.
 * @throws {RangeError} If the lengths differ, a score is not a number, a label is neither 0 nor 1, or one of the two is missing.
 *
 * @example Three of four pairs are in order
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(auroc([1, 3, 2, 4], [0, 0, 1, 1]), 0.75);
 * assertEquals(auroc([5, 5, 5, 5], [0, 0, 1, 1]), 0.5);
 * ```
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const n = scores.length;
  if (labels.length !== n) {
    throw new RangeError(`Cannot compute AUROC: there are ${n} scores and ${labels.length} labels`);
  }
  for (let i = 0; i < n; i++) {
    const [score, label] = [scores[i], labels[i]];
    if (typeof score !== "number" || Number.isNaN(score)) {
      throw new RangeError(`Cannot compute AUROC: score ${i} is not a number, it is ${score}`);
    }
    if (label !== 0 && label !== 1) {
      throw new RangeError(`Cannot compute AUROC: label ${i} must be 0 or 1, it is ${label}`);
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let anomalies = 0;
  let rankSum = 0;
  for (let i = 0; i < n;) {
    let end = i;
    while (end < n && scores[order[end]!]! === scores[order[i]!]!) end++;
    // Ranks count from 1; ties get their mean rank.
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) {
      if (labels[order[i]!] === 1) {
        anomalies++;
        rankSum += rank;
      }
    }
  }
  const normals = n - anomalies;
  if (anomalies === 0 || normals === 0) {
    throw new RangeError(`Cannot compute AUROC: there are ${normals} normal cases and ${anomalies} anomalies`);
  }
  return (rankSum - anomalies * (anomalies + 1) / 2) / (anomalies * normals);
}
