/**
 * Complete runs: those of a store, one folder each, and those stored with the sources, one line each.
 *
 * A kept run is `{spec, manifest, metrics, curve, scores_sha256}` on a line of `results/<name>.jsonl`: the texts of its
 * folder's files, and the digest of the scores, which are not stored. Unknown values are `null`. In an ablation a line also has
 * the `change`.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import { DATASETS, PROTOCOLS } from "../data/dataset.ts";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import { readIfThere, StoreError, writeWhole } from "../platform/files.ts";
import { parseAs } from "../platform/json.ts";
import { arithmeticOf } from "./arithmetic.ts";
import { isSmoke } from "./budget_of.ts";
import { METHODS } from "./methods.ts";
import { BACKEND } from "./provenance.ts";
import type { KeptRun } from "./run_files.ts";
import { KEPT_RUN, readRun } from "./run_files.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";

/** The schema of a line of `results.json`. */
export const RESULT = z.object({
  /** The data set. */
  dataset: z.enum(DATASETS),
  /** The protocol. */
  protocol: z.enum(PROTOCOLS),
  /** The normal class. */
  class: z.int().min(0).max(9),
  /** The method. */
  method: z.enum(METHODS),
  /** The seed. */
  seed: z.int().min(0),
  /** A fraction of 1. */
  auroc: z.number().min(0).max(1),
  /** Wall seconds of the run. */
  seconds: z.number().min(0),
  /** The backend. */
  backend: BACKEND,
  /** The preprocessing of its images. */
  preprocessing: z.enum(PREPROCESSINGS),
  /** The arithmetic that made it. */
  arithmetic: z.int().min(1),
  /** The run's folder in `runs/`. */
  run: z.string().regex(/^[0-9a-f]{16}$/, "the name of a run's folder is wanted"),
});

/** One line of `results.json`. */
export type Result = z.infer<typeof RESULT>;

/** A complete run, and its line of `results.json`. */
export interface CompletedRun extends KeptRun {
  /** Its line of `results.json`. */
  readonly result: Result;
}

/** A run with its line. */
function completed(run: KeptRun): CompletedRun {
  const { spec, manifest, metrics } = run;
  const { dataset, protocol, method, seed, preprocessing, class: normal } = spec;
  const { seconds, backend: { name: backend } } = manifest;
  const of = { dataset, protocol, class: normal, method, seed, auroc: metrics.auroc, seconds, backend };
  return { ...run, result: { ...of, preprocessing, arithmetic: arithmeticOf(manifest), run: hashOf(spec) } };
}

/** What was said already: a command asks for the same runs many times. */
const told = new Set<string>();

/** Names what is not a run, on standard error, once. */
function tell(line: string): void {
  if (!told.has(line)) console.error(line);
  told.add(line);
}

/** How many runs are read at a time: on a disk of another machine each file is waited for. */
const LANES = 16;

/** The names in a store's `runs/` that are of a run; what else is there is named. */
async function runsIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      // Systems leave files of their own in any folder.
      if (name.startsWith(".")) continue;
      if (!isFile && /^[0-9a-f]{16}$/.test(name)) names.push(name);
      else tell(`"${join(folder, name)}" is left out: it is not the folder of a run`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new StoreError(`Cannot read "${folder}": ${(error as Error).message}`);
    }
  }
  return names;
}

/** A store's runs that hold, of all or of those named; those that do not hold are named, and left out. */
async function readFolders(root: string, wanted?: Iterable<string>): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  const folder = join(root, "runs");
  const names = wanted === undefined ? await runsIn(folder) : [...wanted];
  const lane = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      try {
        const run = await readRun(join(folder, name));
        if (run !== undefined) runs.push(run);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        tell(`run ${name} is left out: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return runs;
}

async function readLines(file: string): Promise<KeptRun[]> {
  const bytes = await readIfThere(file);
  const lines = new TextDecoder().decode(bytes).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    try {
      return parseAs(KEPT_RUN, line);
    } catch (error) {
      throw new StoreError(`Cannot read "${file}": line ${i + 1} is not a run (${(error as Error).message})`);
    }
  });
}

/** By method, class and seed, the longest schedule first; smoke runs, of which not all have epochs, last. */
function orderOf({ spec, result: r, change }: CompletedRun): string {
  const padded = (value: number) => String(value).padStart(5, "0");
  const epochs = padded(99_999 - Number(spec.recipe["epochs"] ?? 0));
  const smoke = Number(isSmoke(spec));
  return [change?.clause ?? "", r.method, padded(r.class), padded(r.seed), smoke, epochs, r.run].join("/");
}

const inOrder = (runs: readonly KeptRun[]): CompletedRun[] =>
  runs.map(completed).map((run) => ({ run, key: orderOf(run) }))
    .sort((a, b) => a.key < b.key ? -1 : 1)
    .map(({ run }) => run);

/**
 * The completed runs of a store or file. A run of a store whose files do not hold is named on standard error, and left out.
 *
 * @param place A store's folder, or a file of kept runs.
 * @param wanted Of a store, the names of the runs that are looked for; all if left out.
 * @returns The runs, by method, class and seed, the longest schedule first; none if the place does not exist.
 * @throws {StoreError} If a line is not a run.
 */
export async function completedRuns(place: string, wanted?: Iterable<string>): Promise<CompletedRun[]> {
  const isFile = await Deno.stat(place).then((found) => found.isFile, () => false);
  return inOrder(isFile ? await readLines(place) : await readFolders(place, wanted));
}

/**
 * One run of those that have a key in common.
 *
 * @param runs Runs in the order of {@linkcode completedRuns}.
 * @param keyOf The key.
 * @returns The first of each key: of several schedules for one method, class and seed the longest.
 */
export function firstOfEach<T>(runs: readonly T[], keyOf: (run: T) => string | number): T[] {
  return [...Map.groupBy(runs, keyOf).values()].map(([first]) => first!);
}

/** Of several schedules for one method, preprocessing, class and seed the longest. */
export function longestOf<T extends { readonly spec: RunSpec }>(runs: readonly T[]): T[] {
  const keyOf = ({ spec: { method, preprocessing, class: normal, seed } }: T) =>
    [method, preprocessing, normal, seed].join("/");
  return firstOfEach(runs, keyOf);
}

/**
 * Stores runs in the file: their lines replace those of the same runs.
 *
 * @param file The file of kept runs.
 * @param root The store's folder.
 * @param wanted Selects the runs.
 * @param change For an ablation's store: what was changed.
 * @returns How many runs the file has now.
 */
export async function keepRuns(
  file: string,
  root: string,
  wanted: (spec: RunSpec) => boolean,
  change?: KeptRun["change"],
): Promise<number> {
  const keyOf = (run: KeptRun) => `${run.change?.clause ?? ""}/${hashOf(run.spec)}`;
  const runs = new Map((await readLines(file)).map((run) => [keyOf(run), run]));
  for (const run of await readFolders(root)) {
    if (!wanted(run.spec)) continue;
    const kept: KeptRun = { ...run, ...(change && { change }) };
    runs.set(keyOf(kept), kept);
  }
  const lines = inOrder([...runs.values()]).map(({ result: _result, ...run }) => JSON.stringify(run) + "\n");
  await writeWhole(file, lines.join(""));
  return lines.length;
}
