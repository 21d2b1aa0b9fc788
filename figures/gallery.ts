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
import { RunFolder } from "../src/experiments/store.ts";
import type { Trained } from "../src/experiments/trained.ts";
import { firstSeeds, provenanceOf, trainedRuns } from "../src/experiments/trained.ts";
import { imageGrid } from "../src/report/charts/image_grid.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import type { ScoredDigit } from "../src/report/charts/score_charts.ts";
import { scoreCharts } from "../src/report/charts/score_charts.ts";
import { writePictures } from "./pictures.ts";

/** How many of the lowest and of the highest scores are shown. */
const SHOWN = 8;

/** The gallery's content for a digit. */
export interface Exhibit extends ScoredDigit {
  /** The images with the lowest scores and with the highest, in this order. */
  readonly images: Images;
  /** G(P(E(x))) of each. */
  readonly rebuilt: Images;
  /** Whether each is an anomaly. */
  readonly anomaly: readonly boolean[];
}

/**
 * The pictures of a digit: three rows, images, their reconstructions, and the difference; anomalies are framed.
 *
 * @param exhibit The digit's part.
 * @param provenance How its run was made.
 * @returns The text of an SVG document.
 */
export function gallerySvg({ digit, images, rebuilt, anomaly }: Exhibit, provenance: string): string {
  const difference = { ...images, pixels: images.pixels.map((value, i) => Math.abs(value - rebuilt.pixels[i]!)) };
  const [side, step, left, top] = [56, 60, 92, 74];
  const row = (each: Images, name: string, y: number) =>
    `<text x="8" y="${y + 32}" font-size="12">${name}</text>` +
    Array.from({ length: each.count }, (_, i) => {
      const x = left + i * step + (i >= each.count / 2 ? 24 : 0);
      const frame = anomaly[i] && each === images
        ? `<rect x="${x - 2}" y="${y - 2}" width="${side + 4}" height="${
          side + 4
        }" fill="none" stroke="#b0203a" stroke-width="2.5"/>`
        : "";
      const { href } = imageGrid(gather(each, [i]), 1);
      return `<image x="${x}" y="${y}" width="${side}" height="${side}" href="${href}" style="image-rendering:pixelated"/>${frame}`;
    }).join("");
  const half = left + (images.count / 2) * step + 24;
  const width = left + images.count * step + 36;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 278" font-family="DejaVu Sans, Verdana, sans-serif">` +
    `<rect width="100%" height="100%" fill="white"/>` +
    `<text x="8" y="22" font-size="15">Trained on digit ${digit}; framed: images of other digits. Contrast stretched, image by image.</text>` +
    `<text x="8" y="40" font-size="11">${provenance}</text>` +
    `<text x="${left}" y="62" font-size="12">the ${SHOWN} lowest scores</text><text x="${half}" y="62" font-size="12">the ${SHOWN} highest</text>` +
    row(images, "x", top) + row(rebuilt, "G(P(E(x)))", top + step + 6) +
    row(difference, "|difference|", top + 2 * (step + 6)) +
    "</svg>";
}

/** The gallery's content for a run. */
async function exhibit({ spec, result, recipe, load }: Trained, root: string, data: Dataset): Promise<Exhibit> {
  const folder = new RunFolder(root, spec);
  const scores = await folder.readScores();
  const looked = (await folder.readCsv("curve.csv")).filter((line) => line.at(-1) !== "");
  const curve = looked.map((line) => ({ epoch: Number(line[0]), auroc: 100 * Number(line.at(-1)) }));
  const order = [...scores.keys()].sort((a, b) => scores[a]!.score - scores[b]!.score);
  const ends = [...order.slice(0, SHOWN), ...order.slice(-SHOWN)];
  const images = gather(prepareData(spec, data).evaluated.images, ends);
  const memgan = await load();
  const rebuilt = await memgan.reconstruct(images).finally(() => memgan.dispose());
  const shown = { images, rebuilt, anomaly: ends.map((i) => scores[i]!.anomaly) };
  return { digit: spec.class, scores, auroc: 100 * result.auroc, epochs: recipe.epochs, curve, ...shown };
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
  dataFolder = Deno.env.get("MEMGAN_DATA"),
): Promise<string[]> {
  const data = await loadMnist(dataFolder);
  const exhibits: Exhibit[] = [];
  const runs = firstSeeds(await trainedRuns(root, wanted));
  for (const trained of runs) exhibits.push(await exhibit(trained, root, data));
  const provenance = provenanceText(runs.map(provenanceOf));
  const digits = exhibits.map((each) => [`digit_${each.digit}`, gallerySvg(each, provenance)] as const);
  return await writePictures(join(root, "gallery"), [
    ...await scoreCharts(exhibits, provenance),
    ...digits,
  ]);
}
