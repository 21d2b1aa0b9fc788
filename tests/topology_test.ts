/** Proposition 1, Eq. 9 and Theorem 2's polytope: numbers with a known answer, and facts that hold for all points. */

import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { seededRng } from "../src/engine/random.ts";
import { convexHull } from "../src/paper/s5_2_hull.ts";
import { distanceToHull, nearestInHull, polytopeContains } from "../src/paper/s5_2_polytope.ts";
import type { Point } from "../src/paper/s5_2_polytope.ts";
import { optimiseMemory, propositionObjective } from "../src/paper/s5_2_topology.ts";
import { assertFindsVertices, distance, randomPolygon, regular, square, within } from "./clouds.ts";

for (let n = 3; n <= 12; n++) {
  Deno.test(`prop-1-vertices: every vertex of a regular ${n}-gon has a unit within 0.05, spare units or none`, () => {
    for (const seed of [0, 1, 2]) assertFindsVertices(regular(n), regular(n), n, seed);
    assertFindsVertices([...regular(n), ...within(regular(n), 20, n)], regular(n), n + 3, 0);
  });

  Deno.test(`prop-1-vertices: every vertex of a random polygon of ${n} has a unit within 0.05`, () => {
    for (const seed of [0, 1, 2]) {
      const polygon = randomPolygon(n, seed);
      assertEquals(convexHull(polygon).length, n);
      assertFindsVertices(polygon, polygon, n, seed);
    }
    const polygon = randomPolygon(n, 0);
    assertFindsVertices([...polygon, ...within(polygon, 20, n)], polygon, n, 0);
  });
}

for (let cloud = 0; cloud < 5; cloud++) {
  Deno.test(`prop-1-vertices: every vertex of the hull of 200 random points, cloud ${cloud}, has a unit within 0.05`, () => {
    const points = square(200, cloud, "cloud");
    const hull = convexHull(points);
    for (const seed of [0, 1, 2]) assertFindsVertices(points, hull, hull.length + (seed === 2 ? 4 : 0), seed);
  });
}

Deno.test("prop-1-vertices: a vertex 0.001 above the line of its neighbours has its unit, as any other", () => {
  const points = [[-1, 0], [0, 0.001], [1, 0], [0.5, -1], [-0.5, -1], [0, -0.5]];
  for (const seed of [0, 1, 2]) assertFindsVertices(points, points.slice(0, 5), 5, seed);
});

Deno.test("prop-1-vertices: the corners of a cube are found too", () => {
  const cube = Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((k) => i >> k & 1 ? 0.8 : -0.8));
  assertFindsVertices([...cube, [0, 0, 0], [0.1, -0.2, 0.3]], cube, 8, 0);
});

Deno.test("prop-1-vertices: where the first start ends in a worse minimum another one finds the vertices", () => {
  // Found by trying: of 4,200 searches on clouds of 4 to 12 points these four want a second start.
  for (const [count, cloud, seed] of [[8, 86, 2], [12, 3, 0], [12, 37, 0], [12, 73, 0]] as const) {
    const points = square(count, cloud, "cloud");
    const hull = convexHull(points);
    assertFindsVertices(points, hull, hull.length, seed);
    const { starts } = optimiseMemory(points, { units: hull.length, uniform: seededRng(seed, "units").uniform });
    assertEquals(starts, 2, `cloud ${cloud} of ${count} points`);
  }
});

Deno.test("prop-1-measure: equal parts of the units' simplex count alike, wherever they lie, and all of it is 1", () => {
  const units = [[0, 0], [1, 0], [0, 1]];
  // A quarter of the triangle: at a corner, at another, and the middle one.
  for (const S of [[[0, 0], [0.5, 0], [0, 0.5]], [[1, 0], [0.5, 0], [0.5, 0.5]], [[0.5, 0], [0, 0.5], [0.5, 0.5]]]) {
    assertAlmostEquals(propositionObjective(units, S).outside, 3 / 4, 0.01);
  }
  const tetrahedron = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const half = tetrahedron.map((vertex) => vertex.map((value) => value / 2));
  // A sample of 1024 is off by 0.01 where the share is an eighth.
  assertAlmostEquals(propositionObjective(tetrahedron, half).outside, 7 / 8, 0.02);
  assertEquals(propositionObjective(units, [[2, 2], [3, 3]]).outside, 1);
});

Deno.test("prop-1-surrogate: units stay in S, the second term is what falls, and Eq. 9 itself is reported", () => {
  const points = square(30, 0, "surrogate");
  let steps = 0;
  for (const units of [4, convexHull(points).length]) {
    const { memory, objective, trace } = optimiseMemory(points, {
      units,
      uniform: seededRng(0, "units").uniform,
      watch(now, value) {
        steps++;
        // Projections are float64's.
        for (const unit of now) assertLess(distanceToHull(points, unit), 1e-8);
        assertAlmostEquals(points.reduce((sum, z) => sum + distanceToHull(now, z), 0), value, 1e-8);
      },
    });
    assertAlmostEquals(objective.distance, Math.min(...trace), 1e-8);
    assertEquals(objective, propositionObjective(memory, points));
  }
  assertGreater(steps, 20);
});

Deno.test("prop-1-objective: Eq. 9 is 0 at the vertices, and with spare units anywhere in the hull", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 12 }), fc.nat(1000), (n, seed) => {
      const points = square(n + 10, seed, "zero");
      const hull = convexHull(points);
      for (const units of [hull, [...hull, ...within(hull, 2, seed)]]) {
        const { value, outside, distance } = propositionObjective(units, points);
        assertEquals(outside, 0);
        assertAlmostEquals(value, 0, 1e-8);
        assertEquals(value, outside + distance);
      }
    }),
    { seed: 0, numRuns: 20 },
  );
});

Deno.test("prop-1-objective: moving a unit from its vertex into the hull makes the second term positive, not the first", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0.01, max: 1, noNaN: true }), (seed, share) => {
      const hull = convexHull(square(12, seed, "inward"));
      const inner = within(hull, 1, seed)[0]!;
      const i = seed % hull.length;
      const units = hull.with(i, hull[i]!.map((value, k) => value + share * (inner[k]! - value)));
      const { outside, distance } = propositionObjective(units, hull);
      assertEquals(outside, 0);
      assertGreater(distance, 1e-6);
    }),
    { seed: 0, numRuns: 30 },
  );
});

Deno.test("prop-1-objective: stretching a triangle's corner by s puts the fraction 1 − 1/s of the combinations outside", () => {
  const points = [[0, 0], [0.5, 0], [0, 0.5]];
  for (const stretch of [1.1, 1.5, 2]) {
    const { outside, distance } = propositionObjective([[0, 0], [0.5 * stretch, 0], [0, 0.5]], points);
    // Areas: the data's triangle has 1/stretch of the units' one.
    assertAlmostEquals(outside, 1 - 1 / stretch, 0.01);
    assertAlmostEquals(distance, 0, 1e-9);
  }
});

Deno.test("prop-1-objective: a unit far outside makes the first term positive with seven units too", () => {
  const hull = regular(7);
  assertGreater(propositionObjective(hull.with(0, hull[0]!.map((value) => 3 * value)), hull).outside, 0.01);
});

Deno.test("prop-1-objective: a combination is outside S from 10⁻⁹ of the points' extent on, whatever their unit", () => {
  for (const extent of [1, 1000]) {
    const beyond = (share: number) => propositionObjective([[extent * (1 + share), 0]], [[0, 0], [extent, 0]]).outside;
    assertEquals([beyond(3e-10), beyond(3e-9)], [0, 1]);
  }
});

Deno.test("prop-1-too-few: more units do better, and a triangle around a square beats all triangles within", () => {
  const corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
  const best = (units: number) => optimiseMemory(corners, { units, uniform: seededRng(0, "units").uniform });
  const values = [1, 2, 3, 4].map((units) => best(units).objective.value);
  // One unit anywhere within: at best the sum of the distances to the centre. Three: one corner is left out, and a
  // unit a little off its corner gains nothing.
  assertAlmostEquals(values[0]!, 2 * Math.SQRT2, 1e-3);
  for (let i = 1; i < 4; i++) assertLess(values[i]!, values[i - 1]!);
  assertAlmostEquals(values[3]!, 0, 1e-6);
  assertEquals(best(3).starts, 12, "it gives up after twelve starts");
  const around = propositionObjective([[-0.5, -0.5], [1.5, -0.5], [-0.5, 1.5]], corners);
  assertAlmostEquals(around.value, 0.5, 0.01);
  assertLess(around.value, values[2]!);
});

Deno.test("seeded-streams: the same seed gives the same units, another seed other ones on the way", () => {
  const run = (seed: number) => optimiseMemory(regular(5), { units: 5, uniform: seededRng(seed, "units").uniform });
  assertEquals(run(3), run(3));
  assert(run(3).trace[0] !== run(4).trace[0]);
});

Deno.test("thm-2-support: the distance to a hull is 0 for convex combinations, and optimal for any point, in 2 to 6 dimensions", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 15 }), fc.nat(10_000), (d, n, seed) => {
      const { uniform } = seededRng(seed, "hull", d * 100 + n);
      const draw = () => Array.from({ length: d }, () => 2 * uniform() - 1);
      const vertices = Array.from({ length: n }, draw);
      const z = draw().map((value) => 2 * value);
      const { point, alpha, distance: far } = nearestInHull(vertices, z);
      assertAlmostEquals(alpha.reduce((sum, a) => sum + a, 0), 1, 1e-12);
      assert(alpha.every((a) => a >= 0));
      assertAlmostEquals(distance(point, z), far, 1e-9);
      // The variational inequality of a projection: no vertex lies beyond the nearest point, seen from z.
      for (const v of vertices) {
        assertLess(v.reduce((sum, value, k) => sum + (value - point[k]!) * (z[k]! - point[k]!), 0), 1e-9);
      }
      const weights = vertices.map(() => uniform() + 1e-3);
      const total = weights.reduce((sum, w) => sum + w);
      const mixed = z.map((_, k) => vertices.reduce((sum, v, i) => sum + weights[i]! / total * v[k]!, 0));
      assert(polytopeContains(vertices, mixed));
      assertEquals(polytopeContains(vertices, z), far <= 1e-9);
    }),
    { seed: 0, numRuns: 300 },
  );
});

Deno.test("thm-2-support: every point is in its hull, the hull turns left, and its vertices are among the points", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })), { minLength: 3 }),
      (points) => {
        const hull = convexHull(points);
        assert(hull.every((vertex) => (points as Point[]).includes(vertex)));
        for (const point of points) {
          assert(
            polytopeContains(hull, point),
            `${JSON.stringify(point)} of ${JSON.stringify(points)}`,
          );
        }
        if (hull.length < 3) return;
        hull.forEach((a, i) => {
          const [b, c] = [hull[(i + 1) % hull.length]!, hull[(i + 2) % hull.length]!];
          assertGreater((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!), 0);
        });
      },
    ),
    { seed: 0 },
  );
});

Deno.test("api-errors: what does not fit is refused in words", () => {
  const uniform = () => 0.5;
  const points = [[0, 0], [1, 0]];
  assertThrows(
    () => optimiseMemory(points, { units: 1.5, uniform }),
    RangeError,
    "units must be a whole number >= 1, it is 1.5",
  );
  assertThrows(() => optimiseMemory([], { units: 1, uniform }), RangeError, "points must hold a point or more");
  assertThrows(
    () => propositionObjective([[0, 0, 0]], points),
    RangeError,
    "units[0] must be 2 finite numbers, it is [0, 0, 0]",
  );
  assertThrows(() => distanceToHull([[0, NaN]], [0, 0]), RangeError, "vertices[0] must be 2 finite numbers");
  assertThrows(() => convexHull([[0, 0, 0]]), RangeError, "points[0] must be 2 finite numbers");
});
