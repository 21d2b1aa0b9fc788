/**
 * Figure 4: memory units and codes without and with the memory projection loss, by t-SNE; and the ablation as numbers, for each
 * of the three loss terms that can be left out.
 *
 * ```sh
 * deno task fig4 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import { measureHull } from "../src/experiments/hull_of_memory.ts";
import { loadMnist } from "../src/data/mnist.ts";
import { latentOf } from "../src/experiments/latent.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { writeWhole } from "../src/platform/files.ts";
import type { Study } from "../src/experiments/studies.ts";
import { provenanceOf, trainedRuns } from "../src/experiments/trained.ts";
import type { AblatedRun } from "../src/report/tables/ablation.ts";
import { ablationMarkdown, variantName } from "../src/report/tables/ablation.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import { smallMultiples } from "../src/report/charts/small_multiples.ts";
import type { Fig3Panel } from "./fig3.ts";
import { embedding, fig3Panel, PERPLEXITY } from "./fig3.ts";
import { jsonRows } from "../src/report/tables/format.ts";
import { writePictures } from "./pictures.ts";
import { least } from "../src/platform/extremes.ts";

/** How many codes of a run are used: a distance takes tens of milliseconds, and there are dozens of runs. */
const SHOWN = 100;

/** A digit's part of the figure. */
export interface Fig4Panel extends Fig3Panel {
  /** Without or with the projection loss, as named in tables. */
  readonly variant: string;
}

/** The paper's picture without the loss is the upper one. */
const ROWS = [variantName("projection"), variantName(undefined)];

/**
 * Figure 4 as the paper has it.
 *
 * @param panels The digits, with and without.
 * @param provenance How the runs were made.
 * @returns The text of an SVG document.
 */
export function fig4Svg(panels: readonly Fig4Panel[], provenance: string): Promise<string> {
  return smallMultiples({
    title: "Figure 4: memory units and normal codes E(x), by t-SNE",
    subtitle: [
      "upper row: trained without the memory projection loss; the paper finds the units clustered where codes are dense",
      "lower row: trained with it; the paper finds the codes inside the hull of the units",
      `codes of ${SHOWN} normal test images; perplexity ${PERPLEXITY}, seed 0; the axes have no unit`,
      provenance,
    ],
    values: panels.flatMap(({ digit, variant, points }) => points.map((point) => ({ digit, variant, ...point }))),
    row: { field: "variant", order: ROWS },
    ...embedding(["normal code", "memory unit"], 230),
  });
}

/**
 * Draws Figure 4 and measures the ablation, from the weights in a store; a backend must be running.
 *
 * @param study The runs of the loss study.
 * @returns The files written, into `fig4/`, and the ablation as Markdown.
 */
export async function drawFig4(
  { root, specs, budget, data: dataFolder }: Study,
): Promise<{ files: string[]; text: string }> {
  const data = await loadMnist(dataFolder);
  const panels: Fig4Panel[] = [];
  const runs: AblatedRun[] = [];
  const pictured = least(specs.map(({ seed }) => seed));
  const found = await trainedRuns(root, new Set(specs.map(hashOf)));
  for (const run of found) {
    const { spec: { class: digit, seed }, recipe, result } = run;
    const { without } = recipe;
    const latent = await latentOf(run, data, SHOWN);
    const hull = measureHull(run, latent);
    runs.push({
      ...(without === undefined ? {} : { without }),
      digit,
      seed,
      epochs: recipe.epochs,
      codes: SHOWN,
      arithmetic: result.arithmetic,
      device: run.device,
      auroc: result.auroc,
      inside: hull.normal.inside,
      distance: hull.normal.overDiameter[1],
      reach: hull.reach,
      unitToCode: hull.unitToCode[1],
      moved: latent.moved,
    });
    const variant = variantName(without);
    if (seed !== pictured || !ROWS.includes(variant)) continue;
    panels.push({ variant, ...fig3Panel(digit, { ...latent, anomaly: [] }) });
  }
  const provenance = `budget ${budget}, ${
    provenanceText(found.filter(({ spec }) => spec.seed === pictured).map(provenanceOf))
  }`;
  const [folder, text] = [join(root, "fig4"), ablationMarkdown(runs, budget)];
  const files = await writePictures(folder, [["fig4", await fig4Svg(panels, provenance)]]);
  const [json, rows, markdown] = ["fig4.json", "ablation.json", "ablation.md"].map((name) => join(folder, name)) as [
    ...[string, string, string],
  ];
  await writeWhole(json, JSON.stringify({ panels, runs }, undefined, 1) + "\n");
  await writeWhole(rows, jsonRows(runs));
  await writeWhole(markdown, text + "\n");
  return { files: [json, rows, markdown, ...files], text };
}
