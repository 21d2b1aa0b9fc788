/**
 * Corrupts files of a store and has the report, the figures, the search's table and the book made of it: each leaves out what does
 * not hold and names it, or refuses in one line.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { drawFig1 } from "../../figures/fig1.ts";
import { drawFig3 } from "../../figures/fig3.ts";
import { drawGallery } from "../../figures/gallery.ts";
import { writeReport } from "../../figures/report.ts";
import { bookResults } from "../../src/cli/book_results.ts";
import { exhibitsOf } from "../../src/cli/book_exhibits.ts";
import type { Backend } from "../../src/engine/backend.ts";
import type { Rng } from "../../src/engine/random.ts";
import { trainedDigitClassifier } from "../../src/experiments/digit_classifier.ts";
import { doRun } from "../../src/experiments/run.ts";
import type { RunSpec } from "../../src/experiments/run_spec.ts";
import { RunFolder } from "../../src/experiments/store.ts";
import { oneLine } from "../../src/platform/errors.ts";
import { variantRows, variantSpecs, variantTable } from "../../src/report/tables/variants.ts";
import { drawnPart, SMALL_DATA, smallSpec } from "../small_run.ts";
import type { Corruption } from "./corruptions.ts";
import { below, corruptionsOf } from "./corruptions.ts";
import type { Outcome, Tally } from "./outcomes.ts";
import { filesIn } from "./processes.ts";

/** A run with a memory, and one without weights worth a picture. */
const SPECS: readonly RunSpec[] = [smallSpec(2), { ...smallSpec(1), method: "pixelmean", recipe: {} }];

/** Of a search: validation, two classes. */
const VARIANT = { method: "pixelmean" } as const;
const CLASSES = [0, 1];

/** What cuts a picture short or empties it: which of its pixels are right nobody could tell. */
const OF_PICTURES = ["empty", "truncated", "all NUL", "second half NUL", "deleted"];

/** A command: what it makes of a store, as text, and of which files. */
interface Made {
  /** How many corruptions are tried. */
  readonly count: number;
  /** The files that it reads. */
  readonly reads: RegExp;
  /** Makes it. */
  make(root: string): Promise<string>;
}

const RUN_FILES = /^runs\//;

/** The text of files that a command wrote. */
const textOf = async (files: readonly string[]) =>
  (await Promise.all(files.map((file) => Deno.readTextFile(file).then((text) => basename(file) + text)))).join("\n");

const COMMANDS: Readonly<Record<string, Made>> = {
  report: {
    count: 60,
    reads: RUN_FILES,
    make: async (root) => {
      const page = await writeReport(root, { dataset: "mnist", protocol: "official" }, "chaos", "chaos", []);
      return await textOf([page, join(dirname(page), "report.md")]);
    },
  },
  "book --out": {
    count: 60,
    reads: /^(runs|fig3|gallery)\/.*(?<!png|fig3\.json)$/,
    make: async (root) => {
      const { exhibits, files } = await exhibitsOf(await bookResults(root));
      return JSON.stringify([exhibits, [...files].map(([name, bytes]) => [name, bytes.toBase64()])]);
    },
  },
  search: {
    count: 40,
    reads: RUN_FILES,
    make: async (root) => variantTable(await variantRows(root, { mean: VARIANT }, CLASSES, [0]), CLASSES),
  },
  gallery: { count: 10, reads: RUN_FILES, make: async (root) => textOf(await drawGallery(root)) },
  fig3: { count: 3, reads: RUN_FILES, make: async (root) => textOf(await drawFig3(root)) },
  fig1: {
    count: 4,
    reads: /^(runs|digit_classifier)/,
    make: async (root) => textOf((await drawFig1(root, undefined, undefined, (line) => console.error(line))).files),
  },
};

/** The store that is corrupted, with the pictures that a book shows. */
async function goodStore(root: string, backend: Backend): Promise<void> {
  const specs = [...SPECS, ...variantSpecs(VARIANT, CLASSES, [0]).flat()];
  for (const spec of specs) {
    await doRun(spec, { root, load: () => Promise.resolve(SMALL_DATA), backend, commit: undefined });
  }
  // As many images as make a few steps: what it has learned does not matter.
  await trainedDigitClassifier(root, { train: drawnPart("digits", 256) }, () => {});
  await drawGallery(root);
  await drawFig3(root);
}

/** Copies a store. */
async function copyOf(root: string, to: string): Promise<void> {
  for (const name of filesIn(root)) {
    await Deno.mkdir(dirname(join(to, name)), { recursive: true });
    await Deno.copyFile(join(root, name), join(to, name));
    const { mtime } = await Deno.stat(join(root, name));
    await Deno.utime(join(to, name), mtime!, mtime!);
  }
}

/** What a command makes of a store, and what it says meanwhile, both without the store's place. */
async function made({ make }: Made, root: string): Promise<{ text: string; said: string[] }> {
  const [said, own] = [[] as string[], console.error];
  console.error = (line: string) => said.push(String(line).replaceAll(root, "STORE"));
  try {
    return { text: (await make(root)).replaceAll(root, "STORE"), said };
  } finally {
    console.error = own;
  }
}

/** One trial. */
async function trial(
  command: Made,
  root: string,
  file: string,
  { corrupt }: Corruption,
  rng: Rng,
  whole: string,
): Promise<[Outcome, string]> {
  const path = join(root, file);
  const bad = corrupt(await Deno.readFile(path), rng);
  const { mtime } = await Deno.stat(path);
  await (bad === undefined ? Deno.remove(path) : Deno.writeFile(path, bad));
  // A disk that loses bytes leaves the times: a book says which pictures are older than their runs.
  if (bad !== undefined) await Deno.utime(path, mtime!, mtime!);
  try {
    const { text, said } = await made(command, root);
    // Without metrics a run is not complete; a picture that is not there is said to be so on the page.
    const isAbsent = bad === undefined && (file.endsWith("metrics.json") || !RUN_FILES.test(file));
    const isNamed = said.some((line) => line.includes(basename(file)) || line.includes(basename(dirname(file))));
    return text === whole || isNamed || isAbsent ? ["stood", ""] : ["silently wrong", said.join("|")];
  } catch (error) {
    const line = oneLine(error);
    return line === undefined ? ["failed", (error as Error).stack ?? ""] : ["stood", line];
  }
}

/** Tries each command on corrupt files, in this process. */
export async function corruptCommands(root: string, rng: Rng, tally: Tally, backend: Backend): Promise<void> {
  const good = join(root, "good");
  await goodStore(good, backend);
  // The runs' files must be there, whatever the seed draws.
  for (const spec of SPECS) if (!await new RunFolder(good, spec).isDone()) throw new Error("The store is not whole");
  for (const [name, command] of Object.entries(COMMANDS)) {
    const files = filesIn(good).filter((file) => command.reads.test(file));
    const first = join(root, `${name}-whole`);
    await copyOf(good, first);
    const { text: whole } = await made(command, first);
    for (let i = 0; i < command.count; i++) {
      const copy = join(root, `${name}-${i}`);
      await copyOf(good, copy);
      const file = files[i % files.length]!;
      const ways = corruptionsOf(file).filter(({ kind }) => RUN_FILES.test(file) || OF_PICTURES.includes(kind));
      const way = ways[below(rng, ways.length)]!;
      tally.add(
        `corrupt file under ${name}`,
        `${file}, ${way.kind}`,
        ...await trial(command, copy, file, way, rng, whole),
      );
      await Deno.remove(copy, { recursive: true });
    }
  }
}
