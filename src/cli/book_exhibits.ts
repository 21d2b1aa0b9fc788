/**
 * The figures and tables of the book: those kept with the sources, or those of one store. Each says where it comes from, and
 * what a store lacks is named with the command that makes it.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { FIGURE_2, NUMBERS, PICTURES, README_PICTURE } from "../../figures/exhibits.ts";
import { drawFrom, fig2Svg } from "../../figures/fig2.ts";
import { defaultPoints } from "../../figures/fig2_points.ts";
import { comparisonOf } from "../../figures/tables.ts";
import type { Absent, ChapterPicture, ChapterTable, Exhibits } from "../book/exhibits.ts";
import { ABOUT } from "../data/dataset.ts";
import { arithmeticNote, arithmeticOf } from "../experiments/arithmetic.ts";
import { completedRuns, longestOf } from "../experiments/completed.ts";
import { epochsOf } from "../experiments/run_files.ts";
import { firstSeeds } from "../experiments/trained.ts";
import { readIfThere } from "../platform/files.ts";
import { taskLine } from "../platform/task.ts";
import { lossCurves } from "../report/charts/loss_curves.ts";
import { comparisonMarkdown } from "../report/tables/comparison_text.ts";
import { codeSpan } from "../report/tables/markdown.ts";
import type { BookResults } from "./book_results.ts";
import { ROOT } from "./book_results.ts";

/** Where what a task makes is kept with the sources, where it is not made of Table 1's runs. */
const KEPT: Readonly<Record<string, string>> = {
  fig4: "results/mnist-studies",
  table3: "results/mnist-studies",
  "hull --units": "results/mnist-studies",
  bench: "results/bench",
};

function keptAs(path: string, task: string): string {
  return `${KEPT[task] ?? "results/mnist"}/${basename(path)}`;
}

/** Where a picture is that is kept as a PNG and not as SVG. */
export const asPng = (file: string) => file.replace(/svg$/, "png");

/** The numbers behind tables that stand in the text of their clauses, where a kept run does not have them. */
const DATA = [
  { path: "fig1/fig1.json", task: "fig1" },
  { path: "fig4/ablation.json", task: "fig4" },
  { path: "hull/hull_units.json", task: "hull --units" },
];

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

/** What a file holds, and what is said of it. */
interface Found {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly from: string;
}

/** What would be shown. */
interface Wanted {
  readonly clause: string;
  readonly path: string;
  readonly task: string;
}

/** When a file was written, in milliseconds; 0 where there is none. */
async function writtenAt(file: string): Promise<number> {
  return await Deno.stat(file).then(({ mtime }) => mtime?.getTime() ?? 0, () => 0);
}

/** Whether a file kept its bytes: after a power cut it may be empty or cut short, or hold NULs, as no text does. */
function isWhole(path: string, bytes: Uint8Array): boolean {
  if (path.endsWith(".png")) return bytes.some((byte) => byte !== 0);
  if (bytes.length === 0 || bytes.includes(0)) return false;
  return !path.endsWith(".svg") || new TextDecoder().decode(bytes.subarray(-8)).trimEnd().endsWith("</svg>");
}

/** A file of a store; one that is not whole is named, and left out. */
async function stored(root: string, { runs, mixed }: BookResults, { path, task }: Wanted): Promise<Found | undefined> {
  const file = join(root, path);
  const bytes = await readIfThere(file);
  if (bytes === undefined) return undefined;
  if (!isWhole(path, bytes)) {
    console.error(`"${file}" is left out: it is not whole; \`${taskLine(task, "--out", root)}\` makes it anew`);
    return undefined;
  }
  const ends = runs.filter(({ spec }) => spec.dataset === "mnist" && spec.method === "memgan")
    .map(({ result: { run } }) => writtenAt(join(root, "runs", run, "metrics.json")));
  const isOld = await writtenAt(file) < Math.max(0, ...await Promise.all(ends));
  const from = [
    `From ${codeSpan(file)}, made by ${codeSpan(taskLine(task))}.`,
    ...(isOld ? [`It is older than some of the runs; ${codeSpan(taskLine(task, "--out", root))} draws it again.`] : []),
    ...(mixed ? ["The store has smoke runs too, which it may show."] : []),
    await memoriesNote(root),
  ];
  return { bytes, name: basename(file), from: from.filter(Boolean).join(" ") };
}

/** What has to be said of a kept picture's runs: of those measured beside it, where their numbers are kept, else of all. */
async function keptNote(task: string, runs: string): Promise<string> {
  const data = DATA.find((each) => each.task === task);
  const bytes = data && await readIfThere(join(ROOT, keptAs(data.path, task)));
  if (bytes === undefined) return await memoriesNote(runs);
  const rows: { arithmetic?: number }[] = JSON.parse(new TextDecoder().decode(bytes));
  return arithmeticNote(rows.map(arithmeticOf));
}

/** A file that is kept with the sources; a picture that was drawn before they were kept as SVG is a PNG. */
async function kept({ path, task }: Wanted): Promise<Found | undefined> {
  const vector = keptAs(path, task);
  const found = await readIfThere(join(ROOT, vector));
  const file = found === undefined ? asPng(vector) : vector;
  const bytes = found ?? await readIfThere(join(ROOT, file));
  if (bytes === undefined) return undefined;
  const note = await keptNote(task, join(ROOT, `${dirname(file)}.jsonl`));
  const from = `From \`${file}\`, kept with the sources; \`${taskLine(task)}\` makes it from your own runs. ${note}`;
  return { bytes, name: basename(file), from: from.trimEnd() };
}

/** Figure 2, drawn on the spot. */
async function figure2(): Promise<Found> {
  const bytes = new TextEncoder().encode(await fig2Svg(drawFrom(defaultPoints(0), 0), 0));
  return { bytes, name: basename(FIGURE_2.path), from: "Drawn for this book; it needs no training." };
}

/** Table 1 or 2, made of the runs themselves; `undefined` where there are none. */
function comparison(
  { store, runs, budget }: BookResults,
  dataset: "mnist" | "cifar10",
): Omit<ChapterTable, "clause"> | undefined {
  const of = Map.groupBy(runs.filter(({ spec }) => spec.dataset === dataset), ({ spec }) => spec.protocol);
  const some = ABOUT[dataset].protocols.map((protocol) => of.get(protocol)).find((each) => each !== undefined);
  if (some === undefined) return undefined;
  const compared = comparisonOf(dataset, longestOf(some), budget);
  const from = store === undefined
    ? `From the runs in \`results/${dataset}.jsonl\`, kept with the sources.`
    : `From the runs in ${codeSpan(join(store, "runs"))}.`;
  return { caption: `${compared.title}, ours.`, markdown: comparisonMarkdown(compared), from };
}

/** What a store lacks: a line for each clause and command. */
function absentOf(store: string, missing: readonly Wanted[]): Absent[] {
  return [...Map.groupBy(missing, ({ clause, task }) => `${clause} ${task}`).values()].map((group) => {
    const { clause, task } = group[0]!;
    const names = group.length > 3 ? `${group.length} pictures` : group.map(({ path }) => codeSpan(path)).join(", ");
    const makes = group.length > 1 ? "makes them" : "makes it";
    return {
      clause,
      says: `Not in ${codeSpan(store)}: ${names}. ${codeSpan(taskLine(task, "--out", store))} ${makes}.`,
    };
  });
}

/** The courses of the losses over the first seed of each digit, and where they are from. */
function courses({ store, runs }: BookResults): Pick<Exhibits, "courses" | "coursesFrom"> {
  const all = firstSeeds(runs.filter(({ spec }) => spec.method === "memgan" && spec.dataset === "mnist"));
  // A mean at each epoch is one of runs that have as many.
  const first = all.filter(({ spec }) => epochsOf(spec) === epochsOf(all[0]!.spec));
  const where = store === undefined ? "`results/mnist.jsonl`" : `the runs in ${codeSpan(join(store, "runs"))}`;
  const digits = first.map(({ spec }) => spec.class);
  const which = digits.length === 10 ? "ten digits" : `digit${digits.length === 1 ? "" : "s"} ${digits.join(", ")}`;
  const note = arithmeticNote(first.map(({ result }) => result.arithmetic));
  return {
    courses: lossCurves(first.flatMap(({ curve }) => curve ?? [])),
    coursesFrom: `From the curves of ${where}, ${which}. ${note}`.trimEnd(),
  };
}

/**
 * What the book shows.
 *
 * @param results Whose results.
 * @returns The exhibits, and the files of the pictures by their path from the book's folder.
 */
export async function exhibitsOf(
  results: BookResults,
): Promise<{ exhibits: Exhibits; files: Map<string, Uint8Array> }> {
  const { store } = results;
  const missing: Wanted[] = [];
  const find = async (wanted: Wanted) => {
    const found = await (store === undefined ? kept(wanted) : stored(store, results, wanted));
    if (found === undefined) missing.push(wanted);
    return found;
  };
  const pictures: ChapterPicture[] = [];
  const files = new Map<string, Uint8Array>();
  for (const picture of PICTURES) {
    const { clause, alt, caption } = picture;
    const drawn = picture === FIGURE_2;
    const found = drawn ? await figure2() : await find(picture);
    if (found === undefined) continue;
    const file = `figures/${found.name}`;
    const opens = drawn || store === undefined;
    pictures.push({ clause, alt, caption, file, opens, from: found.from });
    files.set(file, found.bytes);
  }
  const tables: ChapterTable[] = [];
  for (const [clause, dataset] of [["table-1", "mnist"], ["table-2", "cifar10"]] as const) {
    const table = comparison(results, dataset);
    if (table !== undefined) tables.push({ clause, ...table });
    else missing.push({ clause, path: `${clause.replace("-", "")}.md`, task: "reproduce" });
  }
  for (const numbers of NUMBERS) {
    // The kept ones stand in the text of their clauses.
    const found = store === undefined ? undefined : await find(numbers);
    if (found === undefined) continue;
    const { clause, caption } = numbers;
    tables.push({ clause, caption, markdown: new TextDecoder().decode(found.bytes), from: found.from });
  }
  const absent = store === undefined ? [] : absentOf(store, missing);
  return { exhibits: { results: results.note, absent, pictures, tables, ...courses(results) }, files };
}
