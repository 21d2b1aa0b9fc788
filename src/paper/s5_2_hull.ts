/**
 * Section 5.2, the vertices of 𝒮 in the plane, exactly: the reference for what Proposition 1 says Eq. 9 finds.
 *
 * Whether a turns left to c at b is the sign of a determinant. Where float64 cannot decide that sign, because the three nearly
 * lie on a line or because products overflow or underflow, whole numbers of any length do: every float64 is a whole number
 * times a power of 2. So no vertex is lost and none is invented, whatever the coordinates.
 *
 * The usual library of such predicates, robust-predicates, assumes that nothing overflows or underflows.
 *
 * @module
 */

import { checkPoints, type Point } from "./points.ts";

/** Twice the error of the determinant in float64, over the sum of its products' sizes (Shewchuk, 1997, gives 3.33e-16). */
const ERROR = 6.7e-16;

/** Sums of products from which on the error bound holds: no bit was lost to underflow. */
const SMALL = 1e-280;

/** Numbers as whole multiples of one power of 2. */
function wholes(values: readonly number[]): bigint[] {
  const parts = [...new BigUint64Array(Float64Array.from(values).buffer)].map((bits) => {
    const [biased, fraction] = [bits >> 52n & 0x7ffn, bits & 0xfffffffffffffn];
    const mantissa = biased === 0n ? fraction : fraction | 1n << 52n;
    return { mantissa: bits >> 63n ? -mantissa : mantissa, shift: biased === 0n ? 1n : biased };
  });
  const lowest = parts.reduce((low, { mantissa, shift }) => mantissa !== 0n && shift < low ? shift : low, 0x7ffn);
  return parts.map(({ mantissa, shift }) => mantissa === 0n ? 0n : mantissa << shift - lowest);
}

/**
 * On which side of the line from a to b a point c lies, exactly.
 *
 * @param a A point of two finite coordinates.
 * @param b Another.
 * @param c The point.
 * @returns Positive on the left, negative on the right, 0 on the line; its size means nothing.
 *
 * @example The sum of 0.1 and 0.2 is not the float64 nearest to 0.3, and so not on the line of the other two
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Math.sign(orientation([0, 0], [0.3, 0.3], [0.3, 0.1 + 0.2])), 1);
 * assertEquals(orientation([-1e200, -1e200], [1e-200, 1e-200], [1e200, 1e200]), 0);
 * ```
 */
export function orientation(a: Point, b: Point, c: Point): number {
  const left = (b[0]! - a[0]!) * (c[1]! - a[1]!);
  const right = (b[1]! - a[1]!) * (c[0]! - a[0]!);
  const size = Math.abs(left) + Math.abs(right);
  // Where a product has overflowed both sides are infinite, or NaN, and the comparison is false.
  if (size > SMALL && Math.abs(left - right) > ERROR * size) return left - right;
  const [ax, ay, bx, by, cx, cy] = wholes([...a, ...b, ...c]) as [bigint, bigint, bigint, bigint, bigint, bigint];
  const exact = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

/**
 * The vertices of the convex hull of points in the plane (Andrew's monotone chain): what Proposition 1 says Eq. 9 finds.
 *
 * The optimiser never calls it: its result serves as the reference for the optimiser's.
 *
 * @param points Points of two coordinates.
 * @returns The vertices, counter-clockwise from the leftmost, each once. They are those of the float64 points to the last bit: a
 * point that rounding has put outside an edge is a vertex, a point on an edge is none. All points on a line give its two ends.
 * @throws {RangeError} If there are no points, or they are not of two finite numbers.
 *
 * @example The middle of a side and the centre of a square are not vertices
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(convexHull([[1, 1], [0, 0], [0.5, 0.5], [1, 0], [0.5, 0], [0, 1]]), [[0, 0], [1, 0], [1, 1], [0, 1]]);
 * ```
 */
export function convexHull(points: readonly Point[]): Point[] {
  checkPoints("find the convex hull", "points", points, 2);
  const sorted = [...points].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  const chain = (ordered: readonly Point[]) => {
    const kept: Point[] = [];
    for (const c of ordered) {
      for (;;) {
        const [a, b] = [kept.at(-2), kept.at(-1)];
        if (b !== undefined && b[0] === c[0] && b[1] === c[1]) kept.pop();
        else if (a === undefined || b === undefined || orientation(a, b, c) > 0) break;
        else kept.pop();
      }
      kept.push(c);
    }
    return kept;
  };
  const [lower, upper] = [chain(sorted), chain(sorted.toReversed())];
  return lower.length === 1 ? lower : [...lower.slice(0, -1), ...upper.slice(0, -1)];
}
