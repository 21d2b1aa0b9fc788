/**
 * Figure 3: memory units, normal and abnormal codes, embedded in a plane by t-SNE; and beside it what t-SNE cannot show: the
 * distance of the codes from the convex hull of the units.
 *
 * ```sh
 * deno task fig3 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import { TSNE } from "@saehrimnir/druidjs";
import { diameterOf, placeCodes } from "../src/experiments/placement.ts";
import { loadMnist } from "../src/data/mnist.ts";
import type { Latent } from "../src/experiments/latent.ts";
import { latentOf } from "../src/experiments/latent.ts";
import { writeWhole } from "../src/platform/files.ts";
import { firstSeeds, provenanceOf, trainedRuns } from "../src/experiments/trained.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import { ROOM } from "../src/report/charts/chart.ts";
import { ANOMALY, INK, NORMAL, UNIT } from "../src/report/charts/colours.ts";
import { smallMultiples } from "../src/report/charts/small_multiples.ts";
import { writePictures } from "./pictures.ts";
import { greatest } from "../src/platform/extremes.ts";
import { userDataFolder } from "../src/platform/data_folder.ts";

/** How many normal and how many abnormal codes are shown; the paper does not say how many it shows. */
const SHOWN = 200;
/** t-SNE's perplexity. */
export const PERPLEXITY = 30;
/** The kinds of points, as named in the figure. */
const KINDS = ["abnormal code", "normal code", "memory unit"] as const;

type Kind = typeof KINDS[number];

/** A digit's part of the figure. */
export interface Fig3Panel {
  /** The normal class. */
  readonly digit: number;
  /** Each point's position by t-SNE, and its kind. */
  readonly points: readonly { readonly kind: Kind; readonly x: number; readonly y: number }[];
  /** dist(E(x), conv M) over the diameter of conv M. */
  readonly distances: readonly { readonly kind: Kind; readonly distance: number }[];
  /** The share of normal codes in the hull. */
  readonly inside: number;
}

/**
 * Embeds points in the plane by t-SNE.
 *
 * @param points Their coordinates.
 * @returns x and y of each; the same each time.
 */
export function embed(points: readonly (readonly number[])[]): number[][] {
  const perplexity = Math.min(PERPLEXITY, (points.length - 1) / 3);
  return new TSNE(points.map((point) => [...point]), { perplexity, d: 2, seed: 0 }).transform(500) as number[][];
}

/**
 * A panel of Figure 3.
 *
 * @param digit The normal class.
 * @param latent Units and codes, d coordinates each.
 * @returns The panel; the same each time.
 */
export function fig3Panel(
  digit: number,
  { memory, normal, anomaly }: Pick<Latent, "memory" | "normal" | "anomaly">,
): Fig3Panel {
  // As in the paper, the layers are in this order: anomalies, normal codes, units.
  const groups = [anomaly, normal, memory];
  const all = groups.flat();
  const embedded = embed(all);
  const kinds = groups.flatMap((group, i) => group.map(() => KINDS[i]!));
  const diameter = diameterOf(memory);
  const placed = placeCodes(memory, normal);
  const distancesOf = (kind: Kind, distances: readonly number[]) =>
    distances.map((distance) => ({ kind, distance: distance / diameter }));
  const distances = [
    ...distancesOf("normal code", placed.distances),
    // Figure 4 has none.
    ...(anomaly.length === 0 ? [] : distancesOf("abnormal code", placeCodes(memory, anomaly).distances)),
  ];
  const { inside } = placed.placement;
  return { digit, points: embedded.map(([x, y], i) => ({ kind: kinds[i]!, x: x!, y: y! })), distances, inside };
}

/** Colours like the paper's, and different shapes. */
const COLOURS: Readonly<Record<Kind, string>> = {
  "abnormal code": ANOMALY,
  "normal code": NORMAL,
  "memory unit": UNIT,
};
const SHAPES: Readonly<Record<Kind, string>> = {
  "abnormal code": "triangle-up",
  "normal code": "circle",
  "memory unit": "diamond",
};

const scaleOf = (looks: Readonly<Record<Kind, string>>, kinds: readonly Kind[]) => ({
  domain: [...kinds],
  range: kinds.map((kind) => looks[kind]),
});

/** How the points of these kinds, embedded by t-SNE, are drawn in a square of this side, in the form for `smallMultiples`. */
export function embedding(kinds: readonly Kind[], side: number): { panel: object; resolve: object } {
  const axis = { axis: null, scale: { ...ROOM, zero: false } };
  return {
    panel: {
      width: side,
      height: side,
      mark: { type: "point", filled: true, stroke: INK, strokeWidth: 0.3, opacity: 0.85 },
      encoding: {
        x: { field: "x", type: "quantitative", ...axis },
        y: { field: "y", type: "quantitative", ...axis },
        color: { field: "kind", type: "nominal", scale: scaleOf(COLOURS, kinds) },
        shape: { field: "kind", type: "nominal", scale: scaleOf(SHAPES, kinds) },
        size: { condition: { test: "datum.kind === 'memory unit'", value: 45 }, value: 18 },
      },
    },
    resolve: { scale: { x: "independent", y: "independent" } },
  };
}

/**
 * Figure 3 as the paper has it.
 *
 * @param panels The digits.
 * @param provenance How their runs were made.
 * @returns The text of an SVG document.
 */
export function fig3Svg(panels: readonly Fig3Panel[], provenance: string): Promise<string> {
  return smallMultiples({
    title: "Figure 3: memory units and codes E(x), by t-SNE",
    subtitle: [
      `codes of ${SHOWN} normal and ${SHOWN} abnormal test images; perplexity ${PERPLEXITY}, seed 0`,
      "t-SNE keeps neighbours together; its axes have no unit, and distances between groups mean nothing",
      provenance,
    ],
    values: panels.flatMap(({ digit, points }) => points.map((point) => ({ digit, ...point }))),
    ...embedding(KINDS, 220),
  });
}

/**
 * What t-SNE cannot show: the distance of the codes from the hull of the units.
 *
 * @param panels The digits.
 * @param provenance How their runs were made.
 * @returns The text of an SVG document.
 */
export function fig3HullSvg(panels: readonly Fig3Panel[], provenance: string): Promise<string> {
  const values = panels.flatMap(({ digit, distances }) => distances.map((each) => ({ digit, ...each })));
  const notes = new Map(
    panels.map(({ digit, inside }) => [digit, `${(100 * inside).toFixed(0)} % of normal codes inside`]),
  );
  const farthest = greatest(values.map(({ distance }) => distance));
  const x = {
    bin: { maxbins: 40, extent: [0, farthest] },
    title: "distance / diameter",
    axis: { format: ".2f", tickCount: 5 },
  };
  return smallMultiples({
    title: "Beside Figure 3: the distance of codes E(x) from the convex hull of the memory units",
    subtitle: [
      `codes of ${SHOWN} normal and ${SHOWN} abnormal test images; distances over the hull's diameter, 0 inside the hull`,
      "by the paper's claim the normal codes would be inside",
      provenance,
    ],
    values,
    notes,
    panel: {
      width: 220,
      height: 130,
      mark: { type: "bar", opacity: 0.6, binSpacing: 0 },
      encoding: {
        x: { field: "distance", type: "quantitative", ...x },
        y: { aggregate: "count", stack: null, title: "images" },
        color: { field: "kind", type: "nominal", scale: scaleOf(COLOURS, KINDS.slice(0, 2)) },
      },
    },
  });
}

/**
 * Draws Figure 3 from the weights in a store: the first seed of each digit; a backend must be running.
 *
 * @param root The store's folder.
 * @param wanted The runs to draw; otherwise those of the unchanged method.
 * @param dataFolder Where MNIST's files are, if not where its loader looks.
 * @returns The files written, into `fig3/`.
 * @throws {StoreError} If there are no weights.
 */
export async function drawFig3(
  root: string,
  wanted?: ReadonlySet<string>,
  dataFolder = userDataFolder(),
): Promise<string[]> {
  const data = await loadMnist(dataFolder);
  const panels: Fig3Panel[] = [];
  const runs = firstSeeds(await trainedRuns(root, wanted));
  for (const trained of runs) {
    panels.push(fig3Panel(trained.spec.class, await latentOf(trained, data, SHOWN)));
  }
  const folder = join(root, "fig3");
  const provenance = provenanceText(runs.map(provenanceOf));
  const charts = [["fig3", await fig3Svg(panels, provenance)], [
    "fig3_hull",
    await fig3HullSvg(panels, provenance),
  ]] as const;
  const files = await writePictures(folder, charts);
  await writeWhole(join(folder, "fig3.json"), JSON.stringify(panels));
  return [join(folder, "fig3.json"), ...files];
}
