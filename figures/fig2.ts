/**
 * Figure 2: the memory units that optimising Eq. 9 finds are the vertices of the data's convex hull.
 *
 * ```sh
 * deno task fig2 --points points.json --units 8 --seed 0 --out out
 * ```
 *
 * Everything is float64 on the host, independent of any backend and its precision.
 *
 * @module
 */

import { join } from "@std/path";
import { seededRng } from "../src/engine/random.ts";
import { greatest, least } from "../src/platform/extremes.ts";
import { writeWhole } from "../src/platform/files.ts";
import { convexHull } from "../src/paper/s5_2_hull.ts";
import { distanceToHull } from "../src/paper/s5_2_polytope.ts";
import type { Point } from "../src/paper/s5_2_polytope.ts";
import { optimiseMemory, propositionObjective } from "../src/paper/s5_2_topology.ts";
import { chartToSvg, svgToPng } from "../src/report/charts/chart.ts";
import { INK, NORMAL, QUIET, UNIT } from "../src/report/charts/colours.ts";

/** What `fig2.json` holds. */
export interface Fig2 {
  /** The encoded normal data, N points in [−1, 1]². */
  readonly points: readonly Point[];
  /** The vertices of their convex hull, counter-clockwise. */
  readonly hull: readonly Point[];
  /** The units that optimising Eq. 9 found, n points. */
  readonly memory: readonly Point[];
  /** Eq. 9 at these units. */
  readonly objective: number;
}

/** Up to this many points Eq. 9 is optimised on all of them. */
const ALL = 1000;
/** The most units² × points that are searched: minutes. */
const WORK = 4_000_000;

/**
 * The points on which Eq. 9 is optimised.
 *
 * By Proposition 1 Eq. 9 is 0 exactly where every vertex of 𝒮 has a unit and no unit is outside 𝒮: of enough units the other
 * points change neither the minimum nor where it is. With fewer each point adds to the second term, so that none can go.
 *
 * @param points All.
 * @param hull The vertices of their hull.
 * @param units How many units.
 * @returns All of them, or of more than a thousand the vertices.
 * @throws {RangeError} If the search would take hours.
 *
 * @example The corners of a square, out of ten thousand points in it
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
 * const points = [...corners, ...Array.from({ length: 10_000 }, (_, i) => [Math.sin(i) / 2, Math.cos(i) / 2])];
 * assertEquals(searchedPoints(points, corners, 4), corners);
 * ```
 */
export function searchedPoints(points: readonly Point[], hull: readonly Point[], units: number): readonly Point[] {
  if (points.length > ALL && units < hull.length) {
    throw new RangeError(
      `Cannot optimise Eq. 9: ${units} units are fewer than the hull's ${hull.length} vertices, so that each of the ` +
        `${points.length} points counts; wanted are ${hull.length} units or more, or at most ${ALL} points`,
    );
  }
  const searched = points.length > ALL ? hull : points;
  if (units ** 2 * searched.length > WORK) {
    throw new RangeError(
      `Cannot optimise Eq. 9: ${units} units on ${searched.length} ${
        searched === hull ? "vertices" : "points"
      } would take ` +
        `hours; wanted is units² × points of at most ${WORK}, so fewer of either`,
    );
  }
  return searched;
}

/**
 * Figure 2's data: optimises Eq. 9 from random units, on {@linkcode searchedPoints}.
 *
 * @param points Three or more points in [−1, 1]², not all on one line.
 * @param seed The seed of the first units.
 * @param units How many units; otherwise as many as vertices, the minimum that Proposition 1 allows.
 * @param watch Receives the surrogate at each step.
 * @returns The data; Eq. 9 is that of all points.
 * @throws {RangeError} If there are no points, or `units` or `seed` is out of range, or the search would take hours.
 *
 * @example The vertices of a square, from its vertices and a point inside
 * ```ts
 * import { assertLess } from "@std/assert";
 *
 * const data = drawFrom([[-1, -1], [1, -1], [1, 1], [-1, 1], [0.3, 0.1]], 0);
 * assertLess(data.objective, 1e-6);
 * assertLess(fitOf(data).vertexToUnit, 1e-6);
 * ```
 */
export function drawFrom(
  points: readonly Point[],
  seed: number,
  units?: number,
  watch?: (surrogate: number) => void,
): Fig2 {
  const hull = convexHull(points);
  const n = units ?? hull.length;
  const searched = searchedPoints(points, hull, n);
  const { memory, objective } = optimiseMemory(searched, {
    units: n,
    uniform: seededRng(seed, "units").uniform,
    watch: (_, value) => watch?.(value),
  });
  const { value } = searched === points ? objective : propositionObjective(memory, points);
  return { points, hull, memory, objective: value };
}

/**
 * How far the units and the vertices are apart.
 *
 * @param data Figure 2's data.
 * @returns The greatest distance from a vertex to the nearest unit, and the greatest distance of a unit from the hull. By
 * Proposition 1 both are 0 if there are enough units.
 * @throws {RangeError} If there are no points.
 */
export function fitOf(data: Fig2): { vertexToUnit: number; unitOutside: number } {
  const toUnit = ([x, y]: Point) => least(data.memory.map(([u, v]) => Math.hypot(u! - x!, v! - y!)));
  return {
    vertexToUnit: greatest(data.hull.map(toUnit)),
    unitOutside: greatest(data.memory.map((unit) => distanceToHull(data.hull, unit))),
  };
}

/**
 * Figure 2 as SVG: data as orange dots and units as red diamonds, as in the paper; the hull, dashed, is ours.
 *
 * @param data Figure 2's data.
 * @param seed The seed, for the caption.
 * @returns The text of an SVG document.
 */
export function fig2Svg(data: Fig2, seed: number): Promise<string> {
  const marks = [
    ...data.points.map(([x, y]) => ({ x, y, what: "encoded normal data z" })),
    ...data.memory.map(([x, y]) => ({ x, y, what: "memory unit m" })),
  ];
  const outline = [...data.hull, data.hull[0]!].map(([x, y], order) => ({ x, y, order }));
  const domain = ["encoded normal data z", "memory unit m"];
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative" as const,
    title,
    scale: { domain: [-1.05, 1.05], nice: false },
    axis: { values: [-1, -0.5, 0, 0.5, 1] },
  });
  const [x, y] = [axis("x", "first latent coordinate"), axis("y", "second latent coordinate")];
  const legend = { title: null };
  return chartToSvg({
    width: 440,
    height: 440,
    padding: 12,
    title: {
      text: "Figure 2: memory units that minimise Eq. 9",
      subtitle: [
        `${data.points.length} points; dashed: their convex hull, ${data.hull.length} vertices`,
        `${data.memory.length} memory units, seed ${seed}; Eq. 9 = ${data.objective.toPrecision(2)}`,
      ],
    },
    layer: [
      {
        data: { values: outline },
        mark: { type: "line", stroke: QUIET, strokeDash: [5, 4], strokeWidth: 1 },
        encoding: { x, y, order: { field: "order", type: "quantitative" } },
      },
      {
        data: { values: marks },
        mark: { type: "point", filled: true, opacity: 1, stroke: INK, strokeWidth: 0.5 },
        encoding: {
          x,
          y,
          color: { field: "what", type: "nominal", scale: { domain, range: [NORMAL, UNIT] }, legend },
          shape: { field: "what", type: "nominal", scale: { domain, range: ["circle", "diamond"] }, legend },
          size: { field: "what", type: "ordinal", scale: { domain, range: [28, 150] }, legend },
        },
      },
    ],
  });
}

/**
 * Writes `fig2.json`, `fig2.svg` and `fig2.png` into the folder `fig2` of a store.
 *
 * @param root The store's folder.
 * @param data Figure 2's data.
 * @param seed The seed, for the caption.
 * @returns The files' paths.
 */
export async function writeFig2(root: string, data: Fig2, seed: number): Promise<string[]> {
  const folder = join(root, "fig2");
  await Deno.mkdir(folder, { recursive: true });
  const svg = await fig2Svg(data, seed);
  const files = ["fig2.json", "fig2.svg", "fig2.png"].map((name) => join(folder, name));
  const contents = [JSON.stringify(data), svg, await svgToPng(svg, 1200)];
  for (const [i, path] of files.entries()) await writeWhole(path, contents[i]!);
  return files;
}
