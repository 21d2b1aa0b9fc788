/**
 * The gallery: the images that a trained MEMGAN scores as most normal and most anomalous, their reconstructions, and its scores
 * as curves.
 *
 * ```sh
 * deno task gallery --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import type { Dataset } from "../src/data/dataset.ts";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { loadMnist } from "../src/data/mnist.ts";
import { prepareData } from "../src/experiments/prepare.ts";
import type { Scored } from "../src/experiments/run_csv.ts";
import { parseCurve } from "../src/experiments/run_csv.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { escapeHtml } from "../src/report/html.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { firstSeeds, provenanceOf, trainedRuns } from "../src/experiments/trained.ts";
import { imageGrid } from "../src/report/charts/image_grid.ts";
import { UNIT } from "../src/report/charts/colours.ts";
import type { GreyScale } from "../src/report/charts/image_grid.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import type { ScoredDigit } from "../src/report/charts/score_charts.ts";
import { scoreCharts } from "../src/report/charts/score_charts.ts";
import { imagesSvg, writePictures } from "./pictures.ts";
import { userDataFolder } from "../src/platform/data_folder.ts";

/** How many of the lowest and of the highest scores are shown. */
const SHOWN = 8;

/** The gallery's content for a digit. */
export interface Exhibit extends ScoredDigit {
  /** The images with the lowest scores and with the highest, in this order. */
  readonly images: Images;
  /** G(P(E(x))) of each. */
  readonly rebuilt: Images;
  /** A(x) of each, and whether it is an anomaly. */
  readonly shown: readonly Scored[];
}

/** The darkest and the lightest pixel. */
function rangeOf(...pixels: readonly Float32Array[]): [number, number] {
  const all = pixels.flatMap((each) => [...each]);
  return [Math.min(...all), Math.max(...all)];
}

/**
 * The pictures of a digit: three rows, images, their reconstructions, and the difference; anomalies are framed.
 *
 * All are on one scale: what is as much lighter than black in one image as in another looks the same in both. Stretched each by
 * itself, the smallest differences would look like the greatest.
 *
 * @param exhibit The digit's part.
 * @param provenance How its run was made.
 * @param stacked Whether the highest scores are below the lowest and not beside them: for a narrow page.
 * @returns The text of an SVG document without a background.
 */
export function gallerySvg({ digit, images, rebuilt, shown }: Exhibit, provenance: string, stacked = false): string {
  const difference = { ...images, pixels: images.pixels.map((value, i) => Math.abs(value - rebuilt.pixels[i]!)) };
  const [low, high] = rangeOf(images.pixels, rebuilt.pixels);
  const rows: [name: string, images: Images, scale: GreyScale][] = [
    ["test image x", images, [low, high]],
    ["G(P(E(x)))", rebuilt, [low, high]],
    ["|difference|", difference, [0, high - low]],
  ];
  const [side, step, left, top] = [60, 64, 104, 112];
  const half = images.count / 2;
  const [across, down] = stacked ? [0, 3 * step + 68] : [half * step + 24, 0];
  const text = (x: number, y: number, words: string, more = "") =>
    `<text x="${x}" y="${y}" font-size="13"${more}>${escapeHtml(words)}</text>`;
  const block = (first: number, x: number, y: number, heading: string) => {
    const columns = shown.slice(first, first + half).map(({ score, anomaly }, i) => {
      const at = x + i * step;
      const column = rows.map(([, of, scale], j) => {
        const { href } = imageGrid(gather(of, [first + i]), 1, scale);
        return `<image x="${at}" y="${
          y + j * step
        }" width="${side}" height="${side}" href="${href}" style="image-rendering:pixelated"/>`;
      });
      const frame =
        `<rect x="${at}" y="${y}" width="${side}" height="${side}" fill="none" stroke="${UNIT}" stroke-width="3"/>`;
      return column.join("") + (anomaly ? frame : "") +
        text(at + side / 2, y + 3 * step + 14, score.toFixed(1), ' text-anchor="middle"');
    });
    return text(x, y - 10, `the ${half} ${heading} scores`) + columns.join("");
  };
  const labels = (y: number) =>
    rows.map(([name], j) => text(8, y + j * step + side / 2 + 4, name)).join("") +
    text(8, y + 3 * step + 14, "score A(x)");
  return imagesSvg(
    left + across + half * step + 8,
    top + down + 3 * step + 28,
    `<text x="8" y="24" font-size="16">MEMGAN trained on digit ${digit}</text>` +
      text(8, 44, "Framed: images of other digits, the anomalies.") +
      text(
        8,
        61,
        `One grey scale: black is ${low.toFixed(1).replace("-", "−")}, white ${
          high.toFixed(1)
        }; for differences black is 0, ` +
          `white ${(high - low).toFixed(1)}.`,
      ) +
      text(8, 78, provenance) + labels(top) + (stacked ? labels(top + down) : "") +
      block(0, left, top, "lowest") + block(half, left + across, top + down, "highest"),
  );
}

/** The gallery's content for a run. */
async function exhibit({ spec, result, recipe, load }: Trained, root: string, data: Dataset): Promise<Exhibit> {
  const folder = new RunFolder(root, spec);
  const scores = await folder.readScores();
  const curve = parseCurve((await folder.read())?.curve ?? "epoch,auroc_monitor\n")
    .flatMap(({ epoch, auroc }) => auroc === undefined ? [] : [{ epoch, auroc: 100 * auroc }]);
  const order = [...scores.keys()].sort((a, b) => scores[a]!.score - scores[b]!.score);
  const ends = [...order.slice(0, SHOWN), ...order.slice(-SHOWN)];
  const images = gather(prepareData(spec, data).evaluated.images, ends);
  const memgan = await load();
  const rebuilt = await memgan.reconstruct(images).finally(() => memgan.dispose());
  const shown = ends.map((i) => scores[i]!);
  return { digit: spec.class, scores, auroc: 100 * result.auroc, epochs: recipe.epochs, curve, images, rebuilt, shown };
}

/**
 * Draws the gallery from the runs in a store: the first seed of each digit; a backend must be running.
 *
 * @param root The store's folder.
 * @param wanted The runs to draw; otherwise those of the unchanged method.
 * @param dataFolder Where MNIST's files are, if not where its loader looks.
 * @returns The files written, into `gallery/`.
 * @throws {StoreError} If there are no weights.
 */
export async function drawGallery(
  root: string,
  wanted?: ReadonlySet<string>,
  dataFolder = userDataFolder(),
): Promise<string[]> {
  const data = await loadMnist(dataFolder);
  const exhibits: Exhibit[] = [];
  const runs = firstSeeds(await trainedRuns(root, wanted));
  for (const trained of runs) exhibits.push(await exhibit(trained, root, data));
  const provenance = provenanceText(runs.map(provenanceOf));
  const digits = exhibits.map((each) =>
    [`digit_${each.digit}`, gallerySvg(each, provenance), gallerySvg(each, provenance, true)] as const
  );
  return await writePictures(join(root, "gallery"), [
    ...await scoreCharts(exhibits, provenance),
    ...digits,
  ]);
}
