/**
 * Exact arithmetic: rational numbers, and an integer test whether a point lies in a convex hull, with a certificate that anyone
 * can verify.
 *
 * ```text
 * inside    wᵢ ≥ 0, Σᵢ wᵢ = t > 0, Σᵢ wᵢ vᵢ = t z          convex coefficients wᵢ / t
 * outside   ⟨a, vᵢ⟩ + b ≤ 0 for all i, ⟨a, z⟩ + b > 0      a hyperplane with all of the hull on one side, z on the other
 * ```
 *
 * Exactly one of the two exists (Farkas' lemma). The first phase of the simplex method finds it: minimise the sum of artificial
 * variables under Σᵢ αᵢ (vᵢ, 1) = (z, 1), α ≥ 0. At 0 there are coefficients, otherwise the dual solution is the hyperplane.
 * Bland's rule guarantees termination; the pivots stay whole numbers, as each division has no remainder (Edmonds). The result
 * does not rest on the method: {@linkcode isCertificate} verifies its answer from the definitions above.
 *
 * @module
 */

/** A rational number. */
export interface Ratio {
  /** The numerator. */
  readonly over: bigint;
  /** The denominator, > 0. */
  readonly under: bigint;
}

/** −1 where a < b, 0 where they are equal, 1 where a > b. */
export function compare(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Π of the factors, not reduced. */
export function product(factors: readonly Ratio[]): Ratio {
  const one: Ratio = { over: 1n, under: 1n };
  return factors.reduce(({ over, under }, each) => ({ over: over * each.over, under: under * each.under }), one);
}

/** A power with a whole exponent ≥ 0; 0⁰ = 1. */
export function power({ over, under }: Ratio, exponent: bigint): Ratio {
  return { over: over ** exponent, under: under ** exponent };
}

/** 1 − t. */
export function complement({ over, under }: Ratio): Ratio {
  return { over: under - over, under };
}

/** A point with whole coordinates; rational ones are multiplied by their common denominator first. */
export type WholePoint = readonly bigint[];

/** Where a point lies, and why. */
export type Location =
  | { readonly inside: true; readonly weights: readonly bigint[]; readonly total: bigint }
  | { readonly inside: false; readonly normal: WholePoint; readonly offset: bigint };

/** ⟨a, b⟩. */
export function dot(a: WholePoint, b: WholePoint): bigint {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0n);
}

/** Σᵢ wᵢ vᵢ. */
export function mix(points: readonly WholePoint[], weights: readonly bigint[]): bigint[] {
  return points[0]!.map((_, k) => points.reduce((sum, point, i) => sum + weights[i]! * point[k]!, 0n));
}

/** Points with every coordinate multiplied by a number. */
export function scale(points: readonly WholePoint[], factor: bigint): WholePoint[] {
  return points.map((point) => point.map((value) => factor * value));
}

/**
 * Verifies a certificate by its definition.
 *
 * @param points vᵢ.
 * @param z The point.
 * @param location The claim, with its certificate.
 * @returns True if the certificate proves the claim.
 *
 * @example A centre, and a wrong claim about a point outside
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const segment = [[0n], [2n]];
 * assert(isCertificate(segment, [1n], { inside: true, weights: [1n, 1n], total: 2n }));
 * assert(!isCertificate(segment, [3n], { inside: true, weights: [-1n, 3n], total: 2n }));
 * assert(isCertificate(segment, [3n], { inside: false, normal: [1n], offset: -2n }));
 * ```
 */
export function isCertificate(points: readonly WholePoint[], z: WholePoint, location: Location): boolean {
  if (!location.inside) {
    const side = (point: WholePoint) => dot(location.normal, point) + location.offset;
    return side(z) > 0n && points.every((point) => side(point) <= 0n);
  }
  const { weights, total } = location;
  return total > 0n && weights.length === points.length && weights.every((w) => w >= 0n) &&
    weights.reduce((sum, w) => sum + w, 0n) === total &&
    mix(points, weights).every((value, k) => value === total * z[k]!);
}

/**
 * Where a point lies relative to a convex hull, with a verified certificate.
 *
 * @param points vᵢ, whose hull it is; at least one.
 * @param z The point.
 * @returns Coefficients, or a separating hyperplane.
 *
 * @example The square's corner is outside the triangle, the middle of the diagonal inside
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const triangle = [[0n, 0n], [2n, 0n], [0n, 2n]];
 * assert(locate(triangle, [1n, 1n]).inside);
 * assert(!locate(triangle, [2n, 2n]).inside);
 * ```
 */
export function locate(points: readonly WholePoint[], z: WholePoint): Location {
  const [n, m] = [points.length, z.length + 1];
  const signs = [...z, 1n].map((value) => value < 0n ? -1n : 1n);
  // Rows: the constraints, with right-hand sides ≥ 0. Columns: α, the artificial variables, the right-hand side.
  const rows = signs.map((sign, k) => [
    ...points.map((point) => sign * (point[k] ?? 1n)),
    ...signs.map((_, i) => i === k ? 1n : 0n),
    sign * (z[k] ?? 1n),
  ]);
  const cost = rows[0]!.map((_, j) => j >= n && j < n + m ? 0n : -rows.reduce((sum, row) => sum + row[j]!, 0n));
  const basis = signs.map((_, k) => n + k);
  let denominator = 1n;
  for (;;) {
    const entering = cost.findIndex((value, j) => j < n && value < 0n);
    if (entering < 0) break;
    let leaving = -1;
    for (let i = 0; i < m; i++) {
      if (rows[i]![entering]! <= 0n) continue;
      const ratio = leaving < 0
        ? -1n
        : rows[i]!.at(-1)! * rows[leaving]![entering]! - rows[leaving]!.at(-1)! * rows[i]![entering]!;
      if (ratio < 0n || ratio === 0n && basis[i]! < basis[leaving]!) leaving = i;
    }
    const chosen = rows[leaving]!;
    const pivot = chosen[entering]!;
    for (const row of [...rows, cost]) {
      if (row === chosen) continue;
      const factor = row[entering]!;
      row.forEach((value, j) => row[j] = (value * pivot - factor * chosen[j]!) / denominator);
    }
    basis[leaving] = entering;
    denominator = pivot;
  }
  const location: Location = cost.at(-1) === 0n
    ? {
      inside: true,
      weights: points.map((_, j) => basis.includes(j) ? rows[basis.indexOf(j)]!.at(-1)! : 0n),
      total: denominator,
    }
    : (() => {
      const dual = signs.map((sign, k) => sign * (denominator - cost[n + k]!));
      return { inside: false, normal: dual.slice(0, -1), offset: dual.at(-1)! };
    })();
  if (!isCertificate(points, z, location)) throw new Error("The simplex method gave a wrong certificate");
  return location;
}
