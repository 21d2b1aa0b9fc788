/**
 * The dual of the one-class support vector machine, by sequential minimal optimisation.
 *
 * ```text
 * min ½ αᵀKα,   0 ≤ αᵢ ≤ 1,   Σᵢ αᵢ = νn
 * ```
 *
 * A step changes the two αs of greatest expected gain (Fan, Chen and Lin, JMLR 2005: the first by the gradient, the second by
 * the decrease of the objective). The scaling and the stopping rule are libsvm's, so that its solutions can be compared. libsvm
 * compiled to WebAssembly was considered: the available package returns the sign of a decision, not its value.
 *
 * @module
 */

/** A solution. */
export interface Solution {
  /** α, [n]. */
  readonly alpha: Float64Array;
  /** ρ: Σᵢ αᵢ K(xᵢ, x) of a point on the boundary. */
  readonly rho: number;
}

/** How far from optimal a solution may be, as a gap of gradients: libsvm's default. */
const TOLERANCE = 1e-3;

/** The curvature to use where it vanishes along a step, as for two equal points. */
const FLAT = 1e-12;

/**
 * Solves the dual.
 *
 * @param n How many points.
 * @param row Row i of K, [n], with 1 on the diagonal.
 * @param nu ν, in (0, 1]: at most this share of points is outside, at least this share are support vectors. At ν = 1 every α is
 * at its bound and any ρ from the greatest Σᵢ αᵢ K(xᵢ, xⱼ) upwards is optimal; that least one is returned (libsvm's is ∞, which
 * scikit-learn refuses).
 * @returns α and ρ.
 * @throws {RangeError} If there are no points, ν is not in (0, 1], or K holds what is no finite number.
 *
 * @example Two of three points are equal: together they have the third one's coefficient
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const K = [[1, 1, 0], [1, 1, 0], [0, 0, 1]].map((row) => Float32Array.from(row));
 * const { alpha, rho } = solveOneClass(3, (i) => K[i]!, 0.5);
 * assertAlmostEquals(alpha[2]!, 0.75, 1e-3);
 * assertAlmostEquals(rho, 0.75, 1e-3);
 * ```
 */
export function solveOneClass(n: number, row: (i: number) => Float32Array, nu: number): Solution {
  if (!(Number.isSafeInteger(n) && n >= 1)) {
    throw new RangeError(`Cannot solve a one-class SVM: it needs a point or more, it has ${n}`);
  }
  if (!(nu > 0 && nu <= 1)) throw new RangeError(`Cannot solve a one-class SVM: nu must be in (0, 1], it is ${nu}`);
  const alpha = new Float64Array(n);
  const whole = Math.floor(nu * n);
  alpha.fill(1, 0, whole);
  if (whole < n) alpha[whole] = nu * n - whole;
  // Gradients are at most Σ αᵢ = νn: where that is small, libsvm's default would take any start for a solution.
  const tolerance = TOLERANCE * Math.min(1, nu * n);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) if (alpha[i]! > 0) add(gradient, alpha[i]!, row(i));
  while (true) {
    // i may grow, j may shrink: i has the smallest gradient, j the greatest expected gain.
    let [i, smallest] = [-1, Infinity];
    for (let t = 0; t < n; t++) if (alpha[t]! < 1 && gradient[t]! < smallest) smallest = gradient[i = t]!;
    // At ν = 1 none may grow.
    if (i < 0) break;
    const ofI = row(i);
    let [j, promise, largest] = [-1, 0, -Infinity];
    for (let t = 0; t < n; t++) {
      if (alpha[t]! <= 0) continue;
      const gap = gradient[t]! - smallest;
      if (gap <= 0) continue;
      if (gap > largest) largest = gap;
      const decrease = gap * gap / Math.max(2 - 2 * ofI[t]!, FLAT);
      if (decrease > promise) [j, promise] = [t, decrease];
    }
    if (j < 0 || largest < tolerance) break;
    const ofJ = row(j);
    const wanted = (gradient[j]! - smallest) / Math.max(2 - 2 * ofI[j]!, FLAT);
    const moved = Math.min(wanted, 1 - alpha[i]!, alpha[j]!);
    // Exactly at a bound, not nearly: otherwise it would count as free.
    alpha[i] = moved === 1 - alpha[i]! ? 1 : alpha[i]! + moved;
    alpha[j] = moved === alpha[j]! ? 0 : alpha[j]! - moved;
    for (let t = 0; t < n; t++) gradient[t]! += moved * (ofI[t]! - ofJ[t]!);
  }
  const rho = boundary(alpha, gradient);
  if (!Number.isFinite(rho)) throw new RangeError("Cannot solve a one-class SVM: its kernel must be of finite numbers");
  return { alpha, rho };
}

/** Adds a multiple of a row of K. */
function add(gradient: Float64Array, share: number, row: Float32Array): void {
  for (let t = 0; t < row.length; t++) gradient[t]! += share * row[t]!;
}

/** The mean gradient of free αs; where none is free, the middle of the interval that their bounds allow, or its one end. */
function boundary(alpha: Float64Array, gradient: Float64Array): number {
  let [sum, free, low, high] = [0, 0, -Infinity, Infinity];
  alpha.forEach((a, t) => {
    if (a >= 1) low = Math.max(low, gradient[t]!);
    else if (a <= 0) high = Math.min(high, gradient[t]!);
    else {
      sum += gradient[t]!;
      free++;
    }
  });
  return free > 0 ? sum / free : high === Infinity ? low : (low + high) / 2;
}
