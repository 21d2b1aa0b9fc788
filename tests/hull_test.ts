/** The hull's vertices against exact arithmetic, and distances where squares leave float64. */

import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import fc from "fast-check";
import { locate, type WholePoint } from "../proofs/exact.ts";
import { seededRng } from "../src/engine/random.ts";
import type { Point } from "../src/paper/points.ts";
import { convexHull, orientation } from "../src/paper/s5_2_hull.ts";
import { distanceToHull, nearestInHull, polytopeContains } from "../src/paper/s5_2_polytope.ts";
import { optimiseMemory, propositionObjective } from "../src/paper/s5_2_topology.ts";
import { regular, square } from "./clouds.ts";

/** A float64 times 2¹⁰⁷⁴, the least of them being 1: by doubling, which loses nothing where there is something after the point. */
function whole(value: number): bigint {
  let doublings = 0;
  for (; !Number.isInteger(value); value *= 2) doublings++;
  return BigInt(value) << BigInt(1074 - doublings);
}

const exact = (points: readonly Point[]): WholePoint[] => points.map((point) => point.map(whole));
const turn = ([a, b, c]: [WholePoint, WholePoint, WholePoint]) =>
  (b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!);

/** The hull is what the definition says: the points that no others combine to, from the leftmost, each with all others on its left. */
function assertIsHull(points: readonly Point[]): void {
  const where = JSON.stringify(points);
  const distinct = [...new Map(points.map((point) => [String(exact([point])), point])).values()];
  const all = exact(distinct);
  const vertices = distinct.filter((_, i) => distinct.length === 1 || !locate(all.toSpliced(i, 1), all[i]!).inside);
  const hull = convexHull(points);
  assertEquals(new Set(exact(hull).map(String)), new Set(exact(vertices).map(String)), where);
  assertEquals(hull.length, vertices.length, where);
  const leftmost = vertices.reduce((a, b) => b[0]! < a[0]! || b[0] === a[0] && b[1]! < a[1]! ? b : a);
  assertEquals(exact(hull)[0], exact([leftmost])[0], where);
  if (hull.length < 3) return;
  exact(hull).forEach((a, i, ring) => {
    const b = ring[(i + 1) % ring.length]!;
    for (const c of ring) if (c !== a && c !== b) assert(turn([a, b, c]) > 0n, where);
  });
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const small = fc.integer({ min: -3, max: 3 });
const cloudOf = (coordinate: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 9 });

/** Points of a grid, of another scale, each coordinate a few units of rounding beside it. */
const nearlyGrid = fc.tuple(
  fc.integer({ min: -300, max: 300 }),
  cloudOf(fc.tuple(small, small).map(([i, ulps]) => i * (1 + ulps * 2 ** -52))),
)
  .map(([power, points]) => points.map((point) => point.map((value) => value * 10 ** power)));
/** Points of a line as float64 has them. */
const nearlyLine = fc.tuple(
  finite,
  finite,
  fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
)
  .map(([x, y, shares]) => shares.map((share) => [share * x, share * y]));

Deno.test("thm-2-support: the hull's vertices are exact arithmetic's, for any float64 and for what nearly lies on a line", () => {
  for (const points of [cloudOf(finite), cloudOf(small), nearlyGrid, nearlyLine]) {
    // Not shrunk: exact arithmetic on the numbers between would take minutes.
    fc.assert(fc.property(points, assertIsHull), { seed: 0, numRuns: 150, endOnFailure: true });
  }
});

Deno.test("thm-2-support: a flat arc loses no vertex, and squares of any side have four", () => {
  for (const height of [1e-6, 1e-9, 1e-12, 1e-300]) {
    const arc = Array.from({ length: 101 }, (_, i) => [i - 50, height * (i - 50) ** 2]);
    assertEquals(convexHull(arc).length, 101, `an arc ${height} high`);
  }
  for (const side of [Number.MAX_VALUE, 1e200, 1e160, 1, 1e-160, 1e-200, Number.MIN_VALUE]) {
    const corners = [[-side, -side], [side, -side], [side, side], [-side, side]];
    assertEquals(convexHull([[0, 0], ...corners, [side, 0], ...corners]), corners, `side ${side}`);
  }
});

Deno.test("thm-2-support: on which side of a line a point lies changes sign with its order, and not where it goes round", () => {
  fc.assert(
    fc.property(fc.tuple(finite, finite), fc.tuple(finite, finite), fc.tuple(finite, finite), (a, b, c) => {
      const side = Math.sign(orientation(a, b, c));
      assertEquals([Math.sign(orientation(b, c, a)), Math.sign(orientation(b, a, c)) + side], [side, 0]);
      const whole = exact([a, b, c]) as [WholePoint, WholePoint, WholePoint];
      assertEquals(side, Number(turn(whole) > 0n) - Number(turn(whole) < 0n));
    }),
    { seed: 0, numRuns: 500 },
  );
  // The products are 1.5 of the least float64, less 0.87 and 0.56 of 2⁻⁵³: rounded, the smaller one is 2 and the greater one 1.
  const [a, b, c] = [[7 * 2 ** -56, 0], [1.5, 1.5 + 1.5 * 2 ** -27], [1 - 2 ** -27 + 2 ** -53, 1]]
    .map((point) => point.map((value) => value * 2 ** -537)) as unknown as [Point, Point, Point];
  assertEquals(Math.sign(orientation(a, b, c)), -1);
});

Deno.test("thm-2-support: a distance is finite, or refused where no float64 holds it, for any float64", () => {
  fc.assert(
    fc.property(cloudOf(finite), fc.tuple(finite, finite), (vertices, z) => {
      const extent = vertices.flat().concat(z).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      try {
        const { point, alpha, distance } = nearestInHull(vertices, z);
        for (const value of [...point, ...alpha, distance]) assert(Number.isFinite(value));
        assertAlmostEquals(alpha.reduce((sum, a) => sum + a, 0), 1, 1e-12);
      } catch (error) {
        assert(error instanceof RangeError && extent > Number.MAX_VALUE / 3, `${error}`);
      }
    }),
    { seed: 0, numRuns: 2000 },
  );
  assertThrows(() => distanceToHull([[-1.7e308, 0]], [1.7e308, 0]), RangeError, "exceeds the greatest float64");
  assert(!polytopeContains([[-1.7e308, 0]], [1.7e308, 0]));
});

Deno.test("thm-2-support: a cloud of another scale has distances of that scale", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: -1000, max: 1000 }), (seed, power) => {
      const [z, ...vertices] = square(5, seed, "scaled") as [Point, ...Point[]];
      const scaled = (point: Point) => point.map((value) => value * 2 ** power);
      const far = distanceToHull(vertices, z);
      if (far > 1e-6) assertAlmostEquals(distanceToHull(vertices.map(scaled), scaled(z)) / 2 ** power, far, 1e-9 * far);
    }),
    { seed: 0, numRuns: 300 },
  );
  assertEquals(distanceToHull([[Number.MAX_VALUE, 0], [-Number.MAX_VALUE, 0]], [0, 0]), 0);
});

Deno.test("prop-1-vertices: units find the corners of squares of any scale", () => {
  for (const side of [1e150, 1e-150, 1e-300]) {
    const corners = [[-side, -side], [side, -side], [side, side], [-side, side]];
    const { memory, objective } = optimiseMemory([...corners, [0, side / 3]], {
      units: 4,
      uniform: seededRng(0, "units").uniform,
    });
    assertEquals(memory.map((unit) => unit.map(Math.sign).join()).sort(), ["-1,-1", "-1,1", "1,-1", "1,1"]);
    assert(objective.value < 1e-6 * side);
  }
});

Deno.test("prop-1-objective: Eq. 9 of 70,000 points in the plane is computed, and of 150,000 on a line optimised", () => {
  const points = [...regular(3), ...Array.from({ length: 70_000 }, (_, i) => [0.1 * Math.sin(i), 0.1 * Math.cos(i)])];
  assertEquals(convexHull(points).length, 3);
  assertAlmostEquals(propositionObjective(regular(3), points).value, 0, 1e-6);
  assertGreater(propositionObjective(regular(3).slice(1), points).distance, 1000);
  const line = Array.from({ length: 150_000 }, (_, i) => [i / 75_000 - 1]);
  // The first units are the line's ends: a search on as many points takes minutes.
  const ends = [0, 1 - 2 ** -24];
  const { objective } = optimiseMemory(line, { units: 2, uniform: () => ends.shift()! });
  assertAlmostEquals(objective.value, 0, 1e-6);
});

Deno.test("api-errors: polytopes and Eq. 9 refuse holes, what is no finite number, and distances that overflow", () => {
  // deno-lint-ignore no-explicit-any
  const wrong = [[NaN, 0], [Infinity, 0], [undefined, 0], ["1", 0], [0], [0, 0, 0], undefined, new Array(2)] as any[];
  const uniform = () => 0.5;
  const square = [[0, 0], [1, 0], [0, 1]];
  for (const point of wrong) {
    for (
      const of of [
        () => convexHull([...square, point]),
        () => distanceToHull([...square, point], [0, 0]),
        () => polytopeContains([...square, point], [0, 0]),
        () => propositionObjective([...square, point], square),
        () => propositionObjective(square, [...square, point]),
        () => optimiseMemory([...square, point], { units: 3, uniform }),
      ]
    ) assertThrows(of, RangeError, "[3] must be 2 finite numbers, it is ");
  }
  // deno-lint-ignore no-sparse-arrays
  assertThrows(() => convexHull([[0, 0], , [1, 1]] as Point[]), RangeError, "points[1] must be 2 finite numbers");
  for (const tolerance of [-1, NaN]) {
    assertThrows(() => polytopeContains(square, [0, 0], tolerance), RangeError, "tolerance must be 0 or more");
  }
  for (const value of [NaN, 1, -0.1]) {
    const options = { units: 1, uniform: () => value };
    assertThrows(() => optimiseMemory(square, options), RangeError, "uniform must return numbers in [0, 1)");
  }
  for (const units of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => optimiseMemory(square, { units, uniform }), RangeError, "units must be a whole number >= 1");
  }
  const far = [[1e308, 0], [-1e308, 0], [0, 1e308]];
  assertThrows(() => propositionObjective(square, far), RangeError, "add up to more than float64 holds");
  assertThrows(() => propositionObjective(far, square), RangeError, "add up to more than float64 holds");
  assertThrows(() => optimiseMemory(far, { units: 3, uniform }), RangeError, "add up to more than float64 holds");
});
