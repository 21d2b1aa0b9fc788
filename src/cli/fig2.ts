/**
 * `deno task fig2`: draws Figure 2, on a user's points or on random ones.
 *
 * @module
 */

import type { Point } from "../paper/s5_2_polytope.ts";
import { BACKENDS } from "../engine/backend_names.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { outFolder } from "./environment.ts";

const command: Command<"points" | "units" | "seed"> = {
  task: "fig2",
  about:
    "Draws Figure 2: memory units found by optimising Eq. 9 from random units, on your points or on random ones.\n" +
    "Without --points: 200 points drawn from a normal distribution, standard deviation 0.4, within [-1, 1]^2.",
  flags: {
    points: { value: "FILE", help: "a JSON array of [x, y] in [-1, 1]" },
    units: { value: "N", help: "how many memory units (default: as many as the hull has vertices)" },
    seed: { value: "S", help: "the seed of the first units, and of the random points (default: 0)" },
  },
};

/** The points of a file, or those of a seed. */
async function pointsOf(file: string | undefined, seed: number): Promise<Point[]> {
  const { defaultPoints, parsePoints, PointsError } = await load<typeof import("../../figures/fig2_points.ts")>(
    import.meta.resolve("../../figures/fig2_points.ts"),
  );
  if (file === undefined) return defaultPoints(seed);
  try {
    return parsePoints(await Deno.readTextFile(file), file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new PointsError(`there is no file "${file}"`);
    if (error instanceof PointsError) throw error;
    throw new PointsError(`"${file}" cannot be read: ${(error as Error).message}`);
  }
}

await runMain(command, async (given) => {
  const asked = given.choice("backend", BACKENDS);
  const [units, seed, file] = [given.whole("units", 1), given.whole("seed", 0) ?? 0, given.text("points")];
  const root = await outFolder(given);
  const points = await pointsOf(file, seed);
  console.error(
    `backend: none, Eq. 9 is optimised in float64 on the host${asked ? `, so "${asked}" is not started` : ""}`,
  );
  const { drawFrom, fitOf, searchedPoints, writeFig2 } = await load<typeof import("../../figures/fig2.ts")>(
    import.meta.resolve("../../figures/fig2.ts"),
  );
  const { Live, STDERR } = await load<typeof import("./live.ts")>(import.meta.resolve("./live.ts"));
  const start = performance.now();
  const live = new Live(STDERR);
  let [steps, shown] = [0, start];
  const data = drawFrom(points, seed, units, (surrogate) => {
    steps++;
    if (performance.now() - shown < 200) return;
    shown = performance.now();
    live.draw([`step ${steps}: the points' distances to the units' hull add up to ${surrogate.toPrecision(3)}`]);
  });
  live.draw([]);
  const seconds = (performance.now() - start) / 1000;
  const files = await writeFig2(root, data, seed);
  const fit = fitOf(data);
  const [n, vertices] = [data.memory.length, data.hull.length];
  const searched = searchedPoints(points, data.hull, n).length;
  if (given.on("json")) {
    console.log(JSON.stringify({ objective: data.objective, ...fit, units: n, vertices, seed, seconds, files }));
    return;
  }
  const few = n < vertices ? ": too few for Proposition 1, an approximation from within" : "";
  console.log(`${n} units for ${vertices} vertices of ${points.length} points, seed ${seed}${few}`);
  if (searched < points.length) {
    console.log(
      `searched on the hull's ${searched} vertices: of enough units the other points do not move the minimum`,
    );
  }
  console.log(`Eq. 9 at the units:              ${data.objective.toPrecision(3)}`);
  console.log(`greatest distance vertex - unit: ${fit.vertexToUnit.toPrecision(3)}`);
  console.log(`farthest unit outside the hull:  ${fit.unitOutside.toPrecision(3)}`);
  console.log(`seconds:                         ${seconds.toFixed(2)}`);
  console.log(files.join("\n"));
});
