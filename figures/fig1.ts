/**
 * Figure 1: what the memory units memorise, decoded: G(mᵢ) of MEMGAN, D(mᵢ) of MEMAE.
 *
 * Eight units per digit as in the paper, and all of them as in its supplement. The eight are chosen by a fixed rule: every
 * sixth of fifty, every twelfth of a hundred. A third picture shows below each of the eight the training image nearest to it.
 * `fig1_numbers.ts` measures the paper's claims on all units.
 *
 * ```sh
 * deno task fig1 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { loadMnist } from "../src/data/mnist.ts";
import { trainedDigitClassifier } from "../src/experiments/digit_classifier.ts";
import { escapeHtml } from "../src/report/html.ts";
import { writeWhole } from "../src/platform/files.ts";
import { trainedMemories } from "../src/experiments/trained.ts";
import { imageGrid } from "../src/report/charts/image_grid.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import { jsonRows } from "../src/report/tables/format.ts";
import type { MemoryRow } from "../src/report/tables/memory_units.ts";
import { unitsTable } from "../src/report/tables/memory_units.ts";
import type { Decoded } from "./fig1_numbers.ts";
import { decodeMemories } from "./fig1_numbers.ts";
import { imagesSvg, writePictures } from "./pictures.ts";
import { greatest } from "../src/platform/extremes.ts";
import { userDataFolder } from "../src/platform/data_folder.ts";

/** The paper shows eight units per digit. */
const SHOWN = 8;

/** Eight of the images, evenly spaced. */
function eightOf(images: Images): Images {
  const every = Math.floor(images.count / SHOWN);
  return gather(images, Array.from({ length: SHOWN }, (_, i) => i * every));
}

function above(top: Images, bottom: Images): Images {
  const pixels = new Float32Array([...top.pixels, ...bottom.pixels]);
  return { ...top, count: top.count + bottom.count, pixels };
}

/** The three pictures: panels per row, images per row of a panel, and what a panel shows. */
const PICTURES = {
  fig1: { across: 5, columns: 4, show: ({ images }: Decoded) => eightOf(images) },
  fig1_all: { across: 2, columns: 10, show: ({ images }: Decoded) => images },
  fig1_nearest: {
    across: 2,
    columns: SHOWN,
    show: ({ images, neighbours }: Decoded) => above(eightOf(images), eightOf(neighbours)),
  },
} as const;

/** Each picture's title and subtitle. */
const CAPTIONS: Readonly<Record<keyof typeof PICTURES, readonly string[]>> = {
  fig1: [
    "Figure 1: decoded memory units, eight of each memory, evenly chosen. Each image is stretched to its full contrast.",
    "The paper's claim: MEMGAN's are distinct, recognisable and diverse, MEMAE's vague on a grey background.",
  ],
  fig1_all: ["Figure 1: all decoded memory units. Each image is stretched to its full contrast."],
  fig1_nearest: [
    "Upper rows: the decoded memory units of Figure 1. Below each: the most similar training image, contrast aside.",
    "A unit that equals the image below it has memorised it. Each image is stretched to its full contrast.",
  ],
};

/** The minimum width, which the captions need. */
const LEAST = 760;

/**
 * A picture of decoded units, the methods one below the other.
 *
 * @param decoded The memories.
 * @param picture Which picture.
 * @returns The text of an SVG document without a background.
 */
export function fig1Svg(decoded: readonly Decoded[], picture: keyof typeof PICTURES): string {
  const { across, columns, show } = PICTURES[picture];
  const [scale, gap, label] = [2, 16, 18];
  const body: string[] = [];
  let [width, y] = [LEAST, gap];
  const text = (x: number, size: number, words: string) =>
    body.push(`<text x="${x}" y="${y + 12}" font-size="${size}">${escapeHtml(words)}</text>`);
  for (const method of new Set(decoded.map((each) => each.method))) {
    const of = decoded.filter((each) => each.method === method);
    text(gap, 14, `${method.toUpperCase()}: ${provenanceText(of)}`);
    y += label + 6;
    for (let first = 0; first < of.length; first += across) {
      const row = of.slice(first, first + across).map((each) => ({ each, grid: imageGrid(show(each), columns) }));
      let x = gap;
      for (const { each: { digit }, grid: { href, ...size } } of row) {
        const [w, h] = [scale * size.width, scale * size.height];
        text(x, 12, `digit ${digit}`);
        body.push(
          `<image x="${x}" y="${
            y + label
          }" width="${w}" height="${h}" href="${href}" style="image-rendering:pixelated"/>`,
        );
        x += w + gap;
      }
      width = Math.max(width, x);
      y += label + scale * greatest(row.map(({ grid }) => grid.height)) + gap;
    }
  }
  for (const line of CAPTIONS[picture]) {
    text(gap, 12, line);
    y += 18;
  }
  return imagesSvg(width, y + 8, body.join(""));
}

/** The results of `fig1`. */
export interface Fig1 {
  /** The files written. */
  readonly files: readonly string[];
  /** The numbers, one row per memory. */
  readonly rows: readonly MemoryRow[];
  /** The numbers as Markdown. */
  readonly table: string;
}

/**
 * Draws and measures Figure 1 from the weights in a store, the first seed of each digit and method; a backend must be running.
 *
 * @param root The store's folder.
 * @param wanted The runs to draw; otherwise those of the unchanged methods.
 * @param dataFolder Where MNIST's files are, if not where its loader looks.
 * @param say Receives a line if the classifier that reads the units has to be trained.
 * @returns The files, in `fig1/`, and the numbers.
 * @throws {StoreError} If there are no weights.
 */
export async function drawFig1(
  root: string,
  wanted?: ReadonlySet<string>,
  dataFolder = userDataFolder(),
  say = (line: string) => console.error(line),
): Promise<Fig1> {
  const runs = await trainedMemories(root, wanted);
  const data = await loadMnist(dataFolder);
  const classifier = await trainedDigitClassifier(root, data, say);
  const decoded = await decodeMemories(runs, data, classifier);
  const rows = decoded.map(({ images: _images, neighbours: _neighbours, ...row }) => row);
  const table = unitsTable(rows);
  const folder = join(root, "fig1");
  const names = Object.keys(PICTURES) as (keyof typeof PICTURES)[];
  const files = await writePictures(folder, names.map((name) => [name, fig1Svg(decoded, name)] as const));
  const [json, markdown] = [join(folder, "fig1.json"), join(folder, "fig1.md")];
  await writeWhole(json, jsonRows(rows));
  await writeWhole(markdown, table + "\n");
  return { files: [...files, json, markdown], rows, table };
}
