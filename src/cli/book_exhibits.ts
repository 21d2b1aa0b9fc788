/**
 * The figures and tables of the book: of the reader's own store where they are there, else those kept with the sources, else
 * drawn on the spot where that needs no training. Each says which it is.
 *
 * @module
 */

import { basename, fromFileUrl, join } from "@std/path";
import { drawFrom, fig2Svg } from "../../figures/fig2.ts";
import { defaultPoints } from "../../figures/fig2_points.ts";
import { keptComparison } from "../../figures/tables.ts";
import type { ChapterPicture, ChapterTable, Exhibits } from "../book/exhibits.ts";
import type { DatasetName } from "../data/dataset.ts";
import { completedRuns, readIfThere, RunFolder, StoreError } from "../experiments/store.ts";
import { isOfStudyAlone } from "../experiments/studies.ts";
import type { Trained } from "../experiments/trained.ts";
import { firstSeeds, trainedRuns } from "../experiments/trained.ts";
import { comparisonMarkdown } from "../report/comparison_text.ts";
import { lossCourses } from "../report/loss_course.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Where what a task makes is kept with the sources: of Table 1's runs, or of those of section 7's studies. */
function keptAs(path: string, task: string): string {
  const folder = task === "fig4" || task === "table3" ? "results/mnist-studies" : "results/mnist";
  return `${folder}/${basename(path)}`;
}

/** A picture that a chapter speaks of, by where the store has it; `draw` where it needs no run, and so is not kept. */
type Sought = Omit<ChapterPicture, "file" | "from"> & { path: string; task: string; draw?: () => Promise<string> };

const PICTURES: readonly Sought[] = [
  {
    clause: "fig-1-units",
    path: "fig1/fig1.png",
    task: "fig1",
    alt: "A row of small grey images a digit, each a decoded memory unit.",
    caption: "Figure 1 as this code draws it: eight memory units of each digit, decoded.",
  },
  {
    clause: "fig-1-units",
    path: "fig1/fig1_nearest.png",
    task: "fig1",
    alt: "Decoded memory units, and beside each the training image that is nearest to it.",
    caption: "Beside Figure 1: decoded memory units and the training images nearest to them.",
  },
  {
    clause: "fig-1-units",
    path: "fig1/fig1_all.svg",
    task: "fig1",
    alt: "A block of small grey images a digit, each a decoded memory unit.",
    caption: "As in the paper's supplement: every memory unit of each digit, decoded.",
  },
  {
    clause: "fig-2-hull",
    path: "fig2/fig2.svg",
    task: "fig2",
    draw: () => fig2Svg(drawFrom(defaultPoints(0), 0), 0),
    alt: "Points in a square, their convex hull, and red memory units at its vertices.",
    caption: "Figure 2 as this code draws it: units that minimise Eq. 9 stand at the vertices of the hull.",
  },
  {
    clause: "fig-3-tsne",
    path: "fig3/fig3.png",
    task: "fig3",
    alt: "A scatter plot a digit: memory units, normal and abnormal codes in a plane.",
    caption: "Figure 3 as this code draws it: memory units and codes of each digit, by t-SNE.",
  },
  {
    clause: "fig-3-tsne",
    path: "fig3/fig3_hull.png",
    task: "fig3",
    alt: "Two histograms a digit: how far normal and abnormal codes are from the units' hull; neither is at 0.",
    caption: "Beside Figure 3: how far from the convex hull of the units the codes are; at 0 they would be inside.",
  },
  {
    clause: "reconstruction-separates",
    path: "gallery/histogram.png",
    task: "gallery",
    alt: "Two histograms a digit: the scores of normal and of abnormal test images, which overlap at their ends.",
    caption: "The scores A(x) of normal and abnormal test images.",
  },
  ...Array.from({ length: 10 }, (_, digit) => ({
    clause: "reconstruction-separates",
    path: `gallery/digit_${digit}.png`,
    task: "gallery",
    alt: "Three rows of small images: test images, what they are rebuilt as, and the difference.",
    caption: `Digit ${digit}: the most normal and the most anomalous test images, rebuilt, and what is left.`,
  })),
  {
    clause: "table-1",
    path: "gallery/roc.png",
    task: "gallery",
    alt: "A ROC curve a digit, close to the upper left corner.",
    caption: "ROC curves of MEMGAN.",
  },
  {
    clause: "run-monitor",
    path: "gallery/epochs.png",
    task: "gallery",
    alt: "A line a digit: AUROC over epochs, its greatest value marked.",
    caption: "AUROC over epochs: a monitor. The result is the last epoch's.",
  },
  {
    clause: "ablation-projection",
    path: "fig4/fig4.png",
    task: "fig4",
    alt: "Memory units and codes in a plane, trained with the projection loss and without it.",
    caption: "Figure 4 as this code draws it: memory units trained with the projection loss and without it.",
  },
];

/** Everything that a store may have for the book: its path there, and where it is kept with the sources. */
export function keepable(): { path: string; kept: string }[] {
  const drawn = PICTURES.filter(({ draw }) => draw === undefined);
  const made = TABLES.filter(({ dataset }) => dataset === undefined);
  return [...drawn, ...made].map(({ path, task }) => ({ path, kept: keptAs(path, task) }));
}

/** A file of the store. */
async function stored(root: string, path: string, task: string) {
  const bytes = await readIfThere(join(root, path));
  return bytes && { bytes, from: `From \`${join(root, path)}\`, made by \`deno task ${task}\`.` };
}

/** A file that is kept with the sources. */
async function kept(path: string, task: string) {
  const file = keptAs(path, task);
  const bytes = await readIfThere(join(ROOT, file));
  return bytes &&
    { bytes, from: `From \`${file}\`, kept with the sources; \`deno task ${task}\` makes it from your own runs.` };
}

async function pictures(root: string): Promise<{ picture: ChapterPicture; bytes: Uint8Array }[]> {
  const found: { picture: ChapterPicture; bytes: Uint8Array }[] = [];
  for (const { path, task, draw, ...words } of PICTURES) {
    const picture = await stored(root, path, task) ?? await kept(path, task) ??
      (draw && { bytes: new TextEncoder().encode(await draw()), from: "Drawn for this book; it needs no training." });
    if (picture === undefined) continue;
    const { bytes, from } = picture;
    found.push({ picture: { ...words, file: `figures/${basename(path)}`, from }, bytes });
  }
  return found;
}

/** A table that a chapter speaks of; of those that compare methods, the data set whose kept runs make it. */
interface SoughtTable {
  readonly clause: string;
  readonly caption: string;
  readonly path: string;
  readonly task: string;
  readonly dataset?: DatasetName;
}

const TABLES: readonly SoughtTable[] = [
  { clause: "table-1", caption: "Table 1, ours.", path: "table1.md", task: "table1", dataset: "mnist" },
  { clause: "table-2", caption: "Table 2, ours.", path: "table2.md", task: "table2", dataset: "cifar10" },
  { clause: "sensitivity-units", caption: "Table 3, ours.", path: "table3.md", task: "table3" },
  { clause: "ablation-terms", caption: "Without each loss term.", path: "fig4/ablation.md", task: "fig4" },
  { clause: "fig-1-claim", caption: "Figure 1 in numbers.", path: "fig1/fig1.md", task: "fig1" },
];

async function tables(root: string): Promise<ChapterTable[]> {
  const found: ChapterTable[] = [];
  for (const { path, task, dataset, ...label } of TABLES) {
    // Those of a clause that are kept stand in its own text.
    const own = await stored(root, path, task);
    if (own !== undefined) found.push({ ...label, markdown: new TextDecoder().decode(own.bytes), from: own.from });
    else if (dataset !== undefined) {
      const from = `From the runs in \`results/${dataset}\`, kept with the sources.`;
      found.push({ ...label, markdown: comparisonMarkdown(await keptComparison(dataset)), from });
    }
  }
  return found;
}

/** The trained runs of a store, the first seed of each digit; none where there are none. */
export async function trainedIn(root: string): Promise<Trained[]> {
  try {
    return firstSeeds(await trainedRuns(root));
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}

/** `curve.csv` of the first seed of each digit; it needs no weights. */
async function curves(root: string): Promise<string[]> {
  const runs = (await completedRuns(root)).filter(({ spec }) =>
    spec.method === "memgan" && spec.dataset === "mnist" && spec.evaluate === "test" && !isOfStudyAlone(spec)
  );
  const texts = firstSeeds(runs).map(({ spec }) => new RunFolder(root, spec).readText("curve.csv"));
  return (await Promise.all(texts)).filter((text) => text !== undefined);
}

/**
 * What the book shows.
 *
 * @param root The reader's store.
 * @returns The exhibits, and the files of the pictures by their path from the book's folder.
 */
export async function exhibitsOf(root: string): Promise<{ exhibits: Exhibits; files: Map<string, Uint8Array> }> {
  const shown = await pictures(root);
  const own = await curves(root);
  const where = own.length > 0 ? join(root, "runs") : "results/mnist/runs";
  return {
    exhibits: {
      pictures: shown.map(({ picture }) => picture),
      tables: await tables(root),
      courses: lossCourses(own.length > 0 ? own : await curves(join(ROOT, "results/mnist"))),
      coursesFrom: `From \`curve.csv\` of the runs in \`${where}\`.`,
    },
    files: new Map(shown.map(({ picture, bytes }) => [picture.file, bytes])),
  };
}
