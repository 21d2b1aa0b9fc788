/**
 * Proposition 1 (§5.2): Eq. 9 has its minimum 0 where the units are the vertices of 𝒮 and any spare units lie in 𝒮.
 *
 * > For the convex hull 𝒮 of a set of zⱼ points, the optimal memory units m that minimize the following function (α > 0
 * > and Σᵢ αᵢ = 1) are the vertices of 𝒮 [Eq. 9], assuming the number of rows in M is not smaller than the number of vertices.
 *
 * ## Notation and assumptions
 *
 * ```text
 * F(m) = μ{α ∈ Δ : Σᵢ αᵢmᵢ ∉ 𝒮} + Σⱼ minα ‖Σᵢ αᵢmᵢ − zⱼ‖₂                 Eq. 9
 * ```
 *
 * There are finitely many zⱼ; V is the set of vertices of 𝒮, m₁, …, mₙ are the units, Δ = {α ≥ 0, Σ αᵢ = 1}.
 *
 * 1. μ is the uniform distribution on Δ. The proof uses only that non-empty relatively open sets have positive measure and that
 *    the α with a coefficient of 0 have measure zero, so that α > 0 and α ≥ 0 give the same first term.
 * 2. The second term's minimum is over α ≥ 0. Over α > 0 it is an infimum of the same value.
 *
 * *As proved here:* F(m) = 0 if and only if V ⊆ {m₁, …, mₙ} ⊆ 𝒮. So 0 is reached if and only if n ≥ |V|, and for
 * n = |V| by the vertices alone, in any order.
 *
 * ## Step 1: the first term is 0 if and only if every unit is in 𝒮
 *
 * If all are, so are their combinations. Let mᵢ ∉ 𝒮. As 𝒮 is closed and convex there is an affine h with h ≤ 0 on 𝒮 and
 * δ = h(mᵢ) > 0. Let L ≥ 0 be such that h(mₖ) ≥ −L for the other units. Where αᵢ > s = L/(L + δ),
 * h(Σ αₖmₖ) ≥ αᵢδ − (1 − αᵢ)L > 0: the combination is outside. {αᵢ > s} is Δ shrunk about a corner by the factor 1 − s, so
 *
 * ```text
 * first term ≥ (δ/(δ + L))ⁿ⁻¹ > 0          however little mᵢ is outside, and for n = 1 it is 1
 * ```
 *
 * ## Step 2: with every unit in 𝒮, the second term is 0 if and only if every vertex is a unit
 *
 * If V ⊆ {mᵢ} then conv(m) = 𝒮 holds every zⱼ. Conversely let v ∈ V. The vertices of a hull of finitely many points are
 * among them, so v is some zⱼ; its summand is 0 and conv(m) is closed, so v = Σ αᵢmᵢ. All mᵢ are in 𝒮 and v is no
 * combination of other points of 𝒮: every mᵢ with αᵢ > 0 is v. Both terms are ≥ 0, so Steps 1 and 2 prove the claim. ∎
 *
 * ## Step 3: the perturbations of the paper's proof, from n = |V| units at the vertices
 *
 * Out of 𝒮: Step 1. Within 𝒮, inwards or along an edge: the vertex is left without a unit, and by Step 2 the second term
 * is > 0. Step 2 also covers moves of several units at once, which the paper's proof does not treat.
 *
 * ## Step 4: too few units
 *
 * For n < |V|, F(m) > 0 for every m, and the proposition does not apply. Its conclusion fails: let 𝒮 be the square of side 1
 * and n = 3. The triangle (0, 0), (2, 0), (0, 2) holds 𝒮 and has twice its area, and α ↦ Σ αᵢmᵢ takes μ to the uniform
 * distribution on it: F = 1/2 + 0. *Three units within 𝒮 have F ≥ 1/√2.* For a corner c with the unit vector u along its
 * diagonal, h(y) = ⟨u, y − c⟩ ≥ 0 on 𝒮 and ‖y − c‖ ≥ h(y), so some unit has h ≤ dist(c, conv m). Two of the four corners share
 * that unit. For opposite corners the two h add up to √2 everywhere; for the neighbours (0, 0) and (1, 0) to (1 + 2y₂)/√2 ≥
 * 1/√2. So the two distances add up to at least 1/√2, and no minimiser of Eq. 9 lies within 𝒮.
 *
 * ## Limits
 *
 * - *"The solution is unique"* holds for n = |V| and up to order. With more units each spare one may be anywhere in 𝒮: the
 *   optimal units then need not all be vertices.
 * - *Its proof* moves one unit from one solution. That does not even show it isolated: units may move together.
 * - *α > 0* taken literally leaves the second minimum unattained at the very solution: only αᵢ = 1 gives a vertex.
 * - *The first term* is positive, but (δ/(δ + L))ⁿ⁻¹ is its size where the other units have h = −L (𝒮 = [0, L], all others at
 *   0). For n = 50 and δ = L/10 that is 11⁻⁴⁹, which no sample can detect. Its derivative is 0 while all units are inside 𝒮.
 * - *Units of length.* Eq. 9 adds a fraction to lengths. If the square of Step 4 is shrunk to the side 1/2, the triangle within
 *   it that leaves a corner out has 1/√8 < 1/2: with too few units the scale of z decides.
 * - *𝒮* is the hull of the units in Theorem 2, the support of E(x) before Eq. 9, and the hull of the zⱼ in the proposition.
 * - *Training.* Eq. 9 replaces l_mi by its first term because sampled codes should decode to normal data, and l_proj's
 *   softmax(Mz) by the best α, which softmax(Mz) is not. So the proposition is about Eq. 9, not about Algorithm 1's M.
 *
 * @module
 */

import { type Rng, seededRng } from "../src/engine/random.ts";
import { distanceToHull } from "../src/paper/s5_2_polytope.ts";
import { type Outcome, type Statement, tally, wholeBetween } from "./check.ts";
import { dot, locate, mix, scale, type WholePoint } from "./exact.ts";

const holds = (points: readonly WholePoint[], z: WholePoint) => locate(points, z).inside;
const show = (points: readonly WholePoint[]) => `[${points.join("; ")}]`;

/** Distinct points zⱼ, and the vertices of their hull. */
function drawPolytope(rng: Rng): { points: WholePoint[]; vertices: WholePoint[] } {
  const d = wholeBetween(rng, 2, 5);
  const drawn = Array.from(
    { length: d + wholeBetween(rng, 1, 6) },
    () => Array.from({ length: d }, () => BigInt(wholeBetween(rng, -9, 9))),
  );
  const points = [...new Map(drawn.map((point) => [String(point), point])).values()];
  return { points, vertices: points.filter((point, j) => !holds(points.toSpliced(j, 1), point)) };
}

/** Both terms are 0 at the vertices: every zⱼ is in their hull, and their combinations in 𝒮. */
function checkZero(): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "proposition-1-zero");
    for (let i = 0; i < 1000; i++) {
      const { points, vertices } = drawPolytope(rng);
      const weights = vertices.map(() => BigInt(wholeBetween(rng, 1, 9)));
      const total = weights.reduce((sum, w) => sum + w);
      expect(points.every((z) => holds(vertices, z)), () => show(points));
      expect(holds(scale(points, total), mix(vertices, weights)), () => `[${weights}] / ${total} of ${show(vertices)}`);
    }
  });
}

/**
 * Step 1 by a witness: a vertex moved by a fraction of its distance to the others' mean, and an α > 0 that leaves 𝒮.
 *
 * @param direction 1 away from the others, −1 towards them.
 */
export function checkOutward(direction: 1n | -1n): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "proposition-1-outward");
    for (let i = 0; i < 1000; i++) {
      const { points, vertices } = drawPolytope(rng);
      const others = vertices.toSpliced(i % vertices.length, 1);
      const count = BigInt(others.length);
      // The fraction is 1 or 1/1000; everything is multiplied by 1000 · count.
      const away = mix([vertices[i % vertices.length]!, ...others], [count, ...others.map(() => -1n)]);
      const [polytope, rest] = [scale(points, 1000n * count), scale(others, 1000n * count)];
      const moved = away.map((value, k) =>
        1000n * count * vertices[i % vertices.length]![k]! + direction * (i % 2 === 0 ? 1n : 1000n) * value
      );
      const where = locate(polytope, moved);
      expect(!where.inside, () => `[${moved}] is in the hull of ${show(polytope)}`);
      if (where.inside) continue;
      const h = (point: WholePoint) => dot(where.normal, point) + where.offset;
      const δ = h(moved);
      const L = rest.reduce((most, unit) => -h(unit) > most ? -h(unit) : most, 0n);
      // 1 − αᵢ = δ / 2(δ + L), in equal parts.
      const weights = [count * (δ + 2n * L), ...rest.map(() => δ)];
      const total = 2n * count * (δ + L);
      const z = mix([moved, ...rest], weights);
      expect(!holds(scale(polytope, total), z), () => `α = [${weights}] / ${total} of ${show([moved, ...rest])}`);
    }
  });
}

/** Step 3 within 𝒮: a vertex moved by 1/1000, a half or all of the way to the mean of all vertices, and to another vertex. */
function checkWithin(): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "proposition-1-within");
    for (let i = 0; i < 1000; i++) {
      const { vertices } = drawPolytope(rng);
      const [at, k] = [i % vertices.length, BigInt(vertices.length)];
      const to = (at + wholeBetween(rng, 1, vertices.length - 1)) % vertices.length;
      for (const target of [vertices.map(() => 1n), vertices.map((_, j) => j === to ? k : 0n)]) {
        const step = [1n, 500n, 1000n][i % 3]!;
        const large = scale(vertices, 1000n * k);
        // 1000 k (v + step/1000 (target/k − v)).
        const moved = mix(vertices, target.map((weight, j) => step * weight + (j === at ? (1000n - step) * k : 0n)));
        const where = () => `[${moved}] for ${show([large[at]!])} in ${show(large)}`;
        expect(holds(large, moved), where);
        expect(!holds(large.with(at, moved), large[at]!), where);
      }
    }
  });
}

/** All multisets of `size` of the points from `first` on. */
function* multisets<T>(of: readonly T[], size: number, first = 0): Generator<T[]> {
  if (size === 0) yield [];
  else for (let i = first; i < of.length; i++) for (const rest of multisets(of, size - 1, i)) yield [of[i]!, ...rest];
}

/** All α > 0 in `parts`-ths. */
function lattice(n: number, parts: number): number[][] {
  if (n === 1) return [[parts]];
  const after = (first: number) => lattice(n - 1, parts - first).map((rest) => [first, ...rest]);
  return Array.from({ length: parts - n + 1 }, (_, i) => after(i + 1)).flat();
}

/**
 * Steps 1 and 2 together, for any claim about where F = 0: every memory on the grid {0, …, 3}², 𝒮 the triangle x + y ≤ 3.
 *
 * The first term is taken over all α > 0 in twentieths, so it does not lean on Step 1.
 */
export function checkUnique(
  claim: (units: readonly WholePoint[], vertices: readonly WholePoint[]) => boolean,
): Outcome {
  const grid = Array.from({ length: 16 }, (_, i) => [BigInt(i % 4), BigInt(Math.floor(i / 4))]);
  const vertices = [[0n, 0n], [3n, 0n], [0n, 3n]];
  return tally((expect) => {
    for (const n of [2, 3, 4]) {
      const alphas = lattice(n, 20);
      for (const units of multisets(grid, n)) {
        const height = units.map(([x, y]) => Number(x! + y!) - 3);
        const first = alphas.some((alpha) => alpha.reduce((sum, a, i) => sum + a * height[i]!, 0) > 0);
        const zero = !first && [...vertices, [1n, 1n]].every((z) => holds(units, z));
        expect(zero === claim(units, vertices), () => `${show(units)}: F is ${zero ? "" : "not "}0`);
      }
    }
  });
}

/** V ⊆ {mᵢ} ⊆ 𝒮 on the grid. */
export function proved(units: readonly WholePoint[], vertices: readonly WholePoint[]): boolean {
  return vertices.every((v) => units.some((m) => String(m) === String(v))) && units.every(([x, y]) => x! + y! <= 3n);
}

/** Step 4: fewer units than vertices, some of the vertices themselves or stretched; a unit or a point is always outside. */
function checkTooFew(): Outcome {
  return tally((expect) => {
    const rng = seededRng(0, "proposition-1-few");
    for (let i = 0; i < 1000; i++) {
      const { points, vertices } = drawPolytope(rng);
      const stretch = BigInt(wholeBetween(rng, 1, 3));
      const units = scale([...rng.permutation(vertices.length - 1)].map((j) => vertices[j]!), stretch);
      const zero = units.every((m) => holds(points, m)) && points.every((z) => holds(units, z));
      expect(!zero, () => `${show(units)} for ${show(points)}`);
    }
  });
}

/** Step 4's square with its side of 1 in quarters: all triangles on a grid within, against the one around. */
export function checkSquare(least: number): Outcome {
  const grid = Array.from({ length: 25 }, (_, i) => [i % 5 / 4, Math.floor(i / 5) / 4]);
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]];
  return tally((expect) => {
    const around = [[0n, 0n], [2n, 0n], [0n, 2n]];
    for (const corner of corners) expect(holds(around, corner.map(BigInt)), () => `[${corner}]`);
    for (const units of multisets(grid, 3)) {
      const value = corners.reduce((sum, corner) => sum + distanceToHull(units, corner), 0);
      expect(value >= least - 1e-9, () => `[${units.join("; ")}]: ${value}`);
    }
  });
}

/** Proposition 1. */
export const PROPOSITION_1: Statement = {
  name: "Proposition 1 (§5.2)",
  says: "Eq. 9 is 0 if and only if every vertex of 𝒮 is a unit and every unit is in 𝒮; then it is least.",
  limits: "unique only for as many units as vertices and up to order, spare units may be anywhere in 𝒮; with too few " +
    "units none of the minimisers need lie in 𝒮; it is about Eq. 9, not about what Algorithm 1 trains",
  checks: [
    { id: "prop-1-vertices", claim: "Eq. 9 is 0 at the vertices", run: checkZero },
    { id: "prop-1-vertices", claim: "a unit outside 𝒮: some α > 0 leaves 𝒮", run: () => checkOutward(1n) },
    { id: "prop-1-vertices", claim: "a unit moved inwards or to a vertex uncovers its own", run: checkWithin },
    { id: "erratum-uniqueness", claim: "F = 0 iff V ⊆ m ⊆ 𝒮, every memory of a grid", run: () => checkUnique(proved) },
    { id: "prop-1-too-few", claim: "fewer units than vertices: Eq. 9 is > 0", run: checkTooFew },
    {
      id: "prop-1-too-few",
      claim: "a triangle around a square: 1/2; all within: ≥ 1/√2",
      run: () => checkSquare(Math.SQRT1_2),
    },
  ],
};
