/**
 * The figures and tables of the book: of the reader's own store where they are there, else those kept with the sources, else
 * drawn on the spot where that needs no training. Each says which it is.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join } from "@std/path";
import { FIGURE_2, NUMBERS, PICTURES, README_PICTURE } from "../../figures/exhibits.ts";
import { drawFrom, fig2Svg } from "../../figures/fig2.ts";
import { defaultPoints } from "../../figures/fig2_points.ts";
import { keptComparison } from "../../figures/tables.ts";
import type { ChapterPicture, ChapterTable, Exhibits } from "../book/exhibits.ts";
import { arithmeticNote } from "../experiments/arithmetic.ts";
import { completedRuns } from "../experiments/completed.ts";
import { readIfThere, StoreError } from "../platform/files.ts";
import { taskLine } from "../platform/task.ts";
import { isOfStudyAlone } from "../experiments/studies.ts";
import type { Trained } from "../experiments/trained.ts";
import { firstSeeds, trainedRuns } from "../experiments/trained.ts";
import { comparisonMarkdown } from "../report/tables/comparison_text.ts";
import { lossCurves } from "../report/charts/loss_curves.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Where what a task makes is kept with the sources, where it is not made of Table 1's runs. */
const KEPT: Readonly<Record<string, string>> = {
  fig4: "results/mnist-studies",
  table3: "results/mnist-studies",
  bench: "results/bench",
};

function keptAs(path: string, task: string): string {
  return `${KEPT[task] ?? "results/mnist"}/${basename(path)}`;
}

/** The numbers behind tables that stand in the text of their clauses, where a kept run does not have them. */
const DATA = [{ path: "fig1/fig1.json", task: "fig1" }, { path: "fig4/ablation.json", task: "fig4" }];

/** What is kept of a store beside its runs: pictures and numbers that need weights; their path there, and where they are kept. */
export function keepable(): { path: string; kept: string }[] {
  return [...PICTURES.filter((picture) => picture !== FIGURE_2), README_PICTURE, ...DATA]
    .map(({ path, task }) => ({ path, kept: keptAs(path, task) }));
}

/**
 * What has to be said of the runs that pictures, and the tables beside them, are made of.
 *
 * @param root The store's folder, or a file of kept runs.
 * @returns A sentence where runs of a method that has a memory were made by another arithmetic than this code's.
 */
export async function memoriesNote(root: string): Promise<string> {
  const runs = (await completedRuns(root)).filter(({ spec: { method, evaluate } }) =>
    (method === "memgan" || method === "memae") && evaluate === "test"
  );
  return arithmeticNote(runs.map(({ result }) => result.arithmetic));
}

/** Whether a file kept its bytes: after a power cut it may be empty, or hold NULs, as no text does. */
function isWhole(path: string, bytes: Uint8Array): boolean {
  return path.endsWith(".png") ? bytes.some((byte) => byte !== 0) : bytes.length > 0 && !bytes.includes(0);
}

/** A file of the store; one that is not whole is named, and left out. */
async function stored(root: string, path: string, task: string) {
  const bytes = await readIfThere(join(root, path));
  if (bytes !== undefined && !isWhole(path, bytes)) {
    console.error(
      `"${join(root, path)}" is left out: it is not whole; \`${taskLine(task, "--out", root)}\` makes it anew`,
    );
    return undefined;
  }
  return bytes &&
    { bytes, name: basename(path), runs: root, from: `From \`${join(root, path)}\`, made by \`${taskLine(task)}\`.` };
}

/** A file that is kept with the sources; a picture that was drawn before they were kept as SVG is a PNG. */
async function kept(path: string, task: string) {
  const vector = keptAs(path, task);
  const found = await readIfThere(join(ROOT, vector));
  const file = found === undefined ? vector.replace(/svg$/, "png") : vector;
  const bytes = found ?? await readIfThere(join(ROOT, file));
  const from = `From \`${file}\`, kept with the sources; \`${taskLine(task)}\` makes it from your own runs.`;
  return bytes && { bytes, name: basename(file), runs: join(ROOT, `${dirname(file)}.jsonl`), from };
}

/** Figure 2, drawn on the spot. */
async function figure2() {
  const bytes = new TextEncoder().encode(await fig2Svg(drawFrom(defaultPoints(0), 0), 0));
  return { bytes, name: basename(FIGURE_2.path), runs: undefined, from: "Drawn for this book; it needs no training." };
}

async function pictures(root: string): Promise<{ picture: ChapterPicture; bytes: Uint8Array }[]> {
  const found: { picture: ChapterPicture; bytes: Uint8Array }[] = [];
  const notes = new Map<string, string>();
  for (const picture of PICTURES) {
    const { clause, path, task, alt, caption } = picture;
    const seen = await stored(root, path, task) ??
      (picture === FIGURE_2 ? await figure2() : await kept(path, task));
    if (seen === undefined) continue;
    const { bytes, name, runs, from } = seen;
    if (runs !== undefined && !notes.has(runs)) notes.set(runs, await memoriesNote(runs));
    const says = `${from} ${notes.get(runs ?? "") ?? ""}`.trimEnd();
    found.push({ picture: { clause, alt, caption, file: `figures/${name}`, from: says }, bytes });
  }
  return found;
}

async function tables(root: string): Promise<ChapterTable[]> {
  const found: ChapterTable[] = [];
  for (const [n, dataset] of [[1, "mnist"], [2, "cifar10"]] as const) {
    const own = await stored(root, `table${n}.md`, `table${n}`);
    found.push({
      clause: `table-${n}`,
      caption: `Table ${n}, ours.`,
      markdown: own === undefined
        ? comparisonMarkdown(await keptComparison(dataset))
        : new TextDecoder().decode(own.bytes),
      from: own?.from ?? `From the runs in \`results/${dataset}.jsonl\`, kept with the sources.`,
    });
  }
  for (const { clause, caption, path, task } of NUMBERS) {
    // The kept ones stand in the text of their clauses.
    const own = await stored(root, path, task);
    if (own === undefined) continue;
    found.push({ clause, caption, markdown: new TextDecoder().decode(own.bytes), from: own.from });
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

/** `curve.csv` of the first seed of each digit, which needs no weights, and the arithmetics of those runs. */
async function curves(root: string): Promise<{ texts: string[]; arithmetics: number[] }> {
  const runs = (await completedRuns(root)).filter(({ spec }) =>
    spec.method === "memgan" && spec.dataset === "mnist" && spec.evaluate === "test" && !isOfStudyAlone(spec)
  );
  const first = firstSeeds(runs);
  return {
    texts: first.flatMap(({ curve }) => curve ?? []),
    arithmetics: first.map(({ result }) => result.arithmetic),
  };
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
  const isOwn = own.texts.length > 0;
  const { texts, arithmetics } = isOwn ? own : await curves(join(ROOT, "results/mnist.jsonl"));
  const where = isOwn ? `the runs in \`${join(root, "runs")}\`` : "`results/mnist.jsonl`";
  return {
    exhibits: {
      pictures: shown.map(({ picture }) => picture),
      tables: await tables(root),
      courses: lossCurves(texts),
      coursesFrom: `From the curves of ${where}. ${arithmeticNote(arithmetics)}`.trimEnd(),
    },
    files: new Map(shown.map(({ picture, bytes }) => [picture.file, bytes])),
  };
}
