/**
 * The report that `reproduce` ends with: one page that opens anywhere, and the same as Markdown.
 *
 * @module
 */

import { join } from "@std/path";
import { ABOUT } from "../src/data/dataset.ts";
import { readIfThere, RunFolder, writeWhole } from "../src/experiments/store.ts";
import { htmlPage } from "../src/report/page.ts";
import type { MadeRun, Manifest, Picture } from "../src/report/report.ts";
import { reportMarkdown } from "../src/report/report.ts";
import { allClauses } from "../src/report/spec.ts";
import type { Wanted } from "./tables.ts";
import { comparisonOf, keptRuns, tableRuns } from "./tables.ts";

/** The pictures of MNIST, those that were drawn. */
const PICTURES: readonly Picture[] = [
  { caption: "Figure 1: eight memory units of each digit, decoded.", file: "../fig1/fig1.png" },
  {
    caption: "Beside Figure 1: below each unit the training image nearest to it.",
    file: "../fig1/fig1_nearest.png",
  },
  { caption: "Figure 1 of the supplement: every memory unit of each digit, decoded.", file: "../fig1/fig1_all.svg" },
  { caption: "Figure 2: memory units of Eq. 9 travel to the vertices of the hull.", file: "../fig2/fig2.png" },
  { caption: "Figure 3: memory units and codes of every digit, by t-SNE.", file: "../fig3/fig3.png" },
  {
    caption:
      "Beside Figure 3: how far from the convex hull of the memory units the codes are; at 0 they would be inside.",
    file: "../fig3/fig3_hull.png",
  },
  {
    caption: "Figure 4: memory units and normal codes without and with the memory projection loss, by t-SNE.",
    file: "../fig4/fig4.png",
  },
  { caption: "ROC curves of MEMGAN.", file: "../gallery/roc.png" },
  { caption: "Scores of MEMGAN on normal and abnormal test images.", file: "../gallery/histogram.png" },
  { caption: "AUROC over epochs: a monitor. The result is the last epoch's.", file: "../gallery/epochs.png" },
  ...Array.from({ length: 10 }, (_, digit) => ({
    caption: `Digit ${digit}: the most normal and the most anomalous test images, rebuilt, and what is left.`,
    file: `../gallery/digit_${digit}.png`,
  })),
];

/** The tables besides the main one: Figure 1's numbers and section 7's studies. */
const TABLES = [
  { heading: "Figure 1 as numbers: decoded memory units", file: "fig1/fig1.md" },
  { heading: "Table 3: the number of memory units", file: "table3.md" },
  { heading: "Figure 4 as numbers: without each loss term", file: "fig4/ablation.md" },
];

/**
 * Writes `report/index.html` and `report/report.md` into a store.
 *
 * @param root The store's folder; its tables and figures are written already.
 * @param wanted Which runs.
 * @param budget What chose them.
 * @param command The command that makes all of it.
 * @returns The page's path.
 */
export async function writeReport(root: string, wanted: Wanted, budget: string, command: string): Promise<string> {
  const { dataset, protocol } = wanted;
  const runs: MadeRun[] = [];
  for (const run of await tableRuns(root, wanted)) {
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(new RunFolder(root, run.spec).file("manifest.json")));
    runs.push({ ...run, manifest });
  }
  const pictures: Picture[] = [];
  const inline = new Map<string, string>();
  const folder = join(root, "report");
  for (const picture of dataset === "mnist" ? PICTURES : []) {
    const bytes = await readIfThere(join(folder, picture.file));
    if (bytes === undefined) continue;
    pictures.push(picture);
    const type = picture.file.endsWith(".svg") ? "svg+xml" : "png";
    inline.set(picture.file, `data:image/${type};base64,${bytes.toBase64()}`);
  }
  const tables: { heading: string; text: string }[] = [];
  for (const { heading, file } of dataset === "mnist" ? TABLES : []) {
    const bytes = await readIfThere(join(root, file));
    if (bytes !== undefined) tables.push({ heading, text: new TextDecoder().decode(bytes) });
  }
  const differences = allClauses().filter(({ level }) => level === "DEVIATION" || level === "ERRATUM");
  const text = reportMarkdown({
    comparison: comparisonOf(dataset, runs, budget),
    runs,
    kept: (await keptRuns(dataset)).map(({ result }) => result),
    command,
    tables,
    pictures,
    differences,
  });
  const title = `MEMGAN, reproduced: ${ABOUT[dataset].title}, ${protocol}`;
  // A page that is sent to somebody has to carry its pictures.
  const page = htmlPage(title, text).replace(/(?<=<img src=")[^"]+/g, (file) => inline.get(file) ?? file);
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "report.md"), `# ${title}\n\n${text}`);
  await writeWhole(join(folder, "index.html"), page);
  return join(folder, "index.html");
}
