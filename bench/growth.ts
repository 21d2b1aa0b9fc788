/**
 * How the step of MEMGAN on MNIST grows: with the batch, with n and with d; the rest as in the recipe, on one thread.
 *
 * @module
 */

import { chartToSvg, ROOM } from "../src/report/charts/chart.ts";
import { ANOMALY, QUIET } from "../src/report/charts/colours.ts";
import type { Options, Section } from "./section.ts";
import { ours } from "./paired.ts";

/** What grows, and how far. */
const GROWING = {
  batch: [8, 32, 64, 128, 256, 512],
  n: [25, 50, 100, 250, 500, 1000],
  d: [16, 64, 128, 256, 512, 1024],
} as const;

/**
 * The straight line nearest to points.
 *
 * @param xs Where they are.
 * @param ys Their values.
 * @returns The line's value at 0, its slope, and R², the share of the values' variance that it explains.
 *
 * @example Points on a line
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(line([1, 2, 3], [5, 7, 9]), { start: 3, slope: 2, r2: 1 });
 * ```
 */
export function line(xs: readonly number[], ys: readonly number[]): { start: number; slope: number; r2: number } {
  const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length;
  const [x, y] = [mean(xs), mean(ys)];
  const spread = (of: readonly number[], about: number) => of.reduce((sum, each) => sum + (each - about) ** 2, 0);
  const slope = xs.reduce((sum, each, i) => sum + (each - x) * (ys[i]! - y), 0) / spread(xs, x);
  const start = y - slope * x;
  const left = ys.reduce((sum, each, i) => sum + (each - start - slope * xs[i]!) ** 2, 0);
  return { start, slope, r2: 1 - left / spread(ys, y) };
}

/** What grows, as the picture names it. */
const NAMES = { batch: "images in a batch", n: "n, memory units", d: "d, latent dimensions" } as const;

/** Measures it. */
export async function growth({ backend, steps, say }: Options): Promise<Section> {
  const rows: Record<string, string | number>[] = [];
  let cpu = "";
  for (const [what, values] of Object.entries(GROWING)) {
    const times: number[] = [];
    for (const value of values) {
      say(`growth, ${what} ${value}`);
      const changed = what === "n" ? { units: value } : what === "d" ? { width: value } : {};
      const batch = what === "batch" ? value : 32;
      const work = { kind: "step", method: "memgan", dataset: "mnist", backend, threads: 1, batch, changed } as const;
      const measured = await ours({ ...work, steps: Math.max(5, Math.round(steps * 32 / batch)) });
      cpu = measured.cpu;
      times.push(measured.ms_per_step!);
    }
    const { start, slope, r2 } = line(values, times);
    rows.push(...values.map((value, i) => ({
      grows: what,
      to: value,
      "ms a step": times[i]!.toFixed(1),
      "on the line": (start + slope * value).toFixed(1),
      "R²": r2.toFixed(4),
    })));
  }
  return { cpu, rival: undefined, rows };
}

/**
 * The rows as a picture: a panel for each of what grows, the steps as points, the line through them.
 *
 * @param rows What {@linkcode growth} gave.
 * @returns An SVG document.
 */
export function growthSvg(rows: Section["rows"]): Promise<string> {
  const values = rows.map((row) => ({
    panel: `${NAMES[row["grows"] as keyof typeof NAMES]}; R² = ${row["R²"]}`,
    to: Number(row["to"]),
    ms: Number(row["ms a step"]),
    line: Number(row["on the line"]),
  }));
  const x = { field: "to", type: "quantitative", title: null, scale: ROOM } as const;
  const y = (field: string) => ({ field, type: "quantitative", title: "ms per step", scale: ROOM }) as const;
  return chartToSvg({
    title: {
      text: "Time of a training step of MEMGAN on MNIST",
      subtitle:
        "line: the straight line that fits the points best, and the share R² of their variance that it explains",
    },
    data: { values },
    facet: { field: "panel", type: "nominal", title: null, sort: [...new Set(values.map(({ panel }) => panel))] },
    columns: 3,
    spec: {
      width: 250,
      height: 180,
      layer: [
        { mark: { type: "line", color: QUIET }, encoding: { x, y: y("line") } },
        { mark: { type: "point", filled: true, size: 50, color: ANOMALY }, encoding: { x, y: y("ms") } },
      ],
    },
    resolve: { scale: { x: "independent", y: "independent" } },
  });
}
