/** Clouds of points whose vertices are known, and what it means to find them. */

import { assertEquals, assertLess } from "@std/assert";
import { seededRng } from "../src/engine/random.ts";
import type { Point } from "../src/paper/s5_2_polytope.ts";
import { distanceToHull } from "../src/paper/s5_2_polytope.ts";
import { optimiseMemory } from "../src/paper/s5_2_topology.ts";

/** What "approximately the vertices" means here, in units of the square [−1, 1]². */
const NEAR = 0.05;

/** A regular polygon. */
export function regular(n: number): Point[] {
  return Array.from(
    { length: n },
    (_, i) => [1, 0].map((c) => 0.9 * Math.cos(0.3 + 2 * Math.PI * i / n - c * Math.PI / 2)),
  );
}

/** Random points in [−1, 1]². */
export function square(count: number, seed: number, name: string): Point[] {
  const { uniform } = seededRng(seed, name, count);
  return Array.from({ length: count }, () => [2 * uniform() - 1, 2 * uniform() - 1]);
}

/** A polygon of exactly `n` vertices: points of a circle at random angles, squeezed and sheared into the square. */
export function randomPolygon(n: number, seed: number): Point[] {
  const { uniform } = seededRng(seed, "polygon", n);
  const [squeeze, shear] = [0.3 + 0.4 * uniform(), 0.4 * uniform()];
  return Array.from({ length: n }, () => {
    const angle = 2 * Math.PI * uniform();
    return [0.6 * Math.cos(angle) + shear * Math.sin(angle), squeeze * Math.sin(angle)];
  });
}

/** Random convex combinations of points, which add no vertex. */
export function within(vertices: readonly Point[], count: number, seed: number): Point[] {
  const { uniform } = seededRng(seed, "within", vertices.length);
  return Array.from({ length: count }, () => {
    const weights = vertices.map(() => -Math.log(1 - uniform()));
    const total = weights.reduce((sum, w) => sum + w);
    return [0, 1].map((k) => vertices.reduce((sum, v, i) => sum + weights[i]! / total * v[k]!, 0));
  });
}

/** How far apart two points are. */
export const distance = (a: Point, b: Point) => Math.hypot(...a.map((value, k) => value - b[k]!));

/** Every vertex has a unit near it, no unit lies outside, and Eq. 9 is 0. */
export function assertFindsVertices(
  points: readonly Point[],
  vertices: readonly Point[],
  units: number,
  seed: number,
): void {
  const { memory, objective } = optimiseMemory(points, { units, uniform: seededRng(seed, "units").uniform });
  const where = `${vertices.length} vertices, ${units} units, seed ${seed}`;
  assertEquals(memory.length, units, where);
  for (const vertex of vertices) {
    assertLess(Math.min(...memory.map((unit) => distance(unit, vertex))), NEAR, `vertex ${vertex} of ${where}`);
  }
  for (const unit of memory) assertLess(distanceToHull(points, unit), NEAR, `unit ${unit} of ${where}`);
  assertLess(objective.value, 1e-6, where);
}
