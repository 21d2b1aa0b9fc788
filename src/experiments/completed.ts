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
import { readIfThere, StoreError, writeWhole } from "../platform/files.ts";
import { arithmeticOf } from "./arithmetic.ts";
import type { Method } from "./methods.ts";
import type { DatasetName } from "../data/dataset.ts";
import type { Manifest } from "./provenance.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf, RUN_SPEC } from "./run_spec.ts";

/** One line of `results.json`. */
export interface Result {
  /** The data set. */
  dataset: DatasetName;
  /** The protocol. */
  protocol: string;
  /** The normal class. */
  class: number;
  /** The method. */
  method: Method;
  /** The seed. */
  seed: number;
  /** A fraction of 1. */
  auroc: number;
  /** Wall seconds of the run. */
  seconds: number;
  /** The backend. */
  backend: string;
  /** The preprocessing of its images. */
  preprocessing: string;
  /** The arithmetic that made it. */
  arithmetic: number;
  /** The run's folder in `runs/`. */
  run: string;
}

/** What `metrics.json` holds. */
export interface Metrics {
  /** A fraction of 1. */
  readonly auroc: number;
  /** The choice made by test labels, for a method that uses them. */
  readonly chosen?: Readonly<Record<string, number>>;
}

/** A run as stored with the sources. */
export interface KeptRun {
  /** Its description. */
  readonly spec: RunSpec;
  /** Its provenance. */
  readonly manifest: Manifest;
  /** Its results. */
  readonly metrics: Metrics;
  /** The text of `curve.csv`; `null` if nothing was trained. */
  readonly curve: string | null;
  /** The digest of `scores.csv`; `null` in older runs that did not record it. */
  readonly scores_sha256: string | null;
  /** In an ablation: the clause whose choice was changed, and how. */
  readonly change?: { readonly clause: string };
}

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

const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** A run read from its folder; `undefined` if it is not complete. */
async function readFolder(folder: string): Promise<KeptRun | undefined> {
  const read = async (name: string) => textOf(await readIfThere(join(folder, name)));
  const [spec, manifest, metrics] = [await read("spec.json"), await read("manifest.json"), await read("metrics.json")];
  if (spec === undefined || manifest === undefined || metrics === undefined) return undefined;
  const parsed = RUN_SPEC.safeParse(JSON.parse(spec));
  if (!parsed.success) return undefined;
  const curve = await read("curve.csv") ?? null;
  return {
    spec: parsed.data,
    manifest: JSON.parse(manifest),
    metrics: JSON.parse(metrics),
    curve,
    scores_sha256: null,
  };
}

async function readFolders(root: string): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  try {
    for await (const { name } of Deno.readDir(join(root, "runs"))) {
      const run = await readFolder(join(root, "runs", name));
      if (run !== undefined) runs.push(run);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return runs;
}

async function readLines(file: string): Promise<KeptRun[]> {
  const lines = (textOf(await readIfThere(file)) ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    try {
      const run = JSON.parse(line);
      return { ...run, spec: RUN_SPEC.parse(run.spec) };
    } catch (error) {
      throw new StoreError(`Cannot read "${file}": line ${i + 1} is not a run (${(error as Error).message})`);
    }
  });
}

/** By method, class and seed, the longest schedule first. */
function orderOf({ spec: { recipe }, result: r, change }: CompletedRun): string {
  const padded = (value: number) => String(value).padStart(5, "0");
  const epochs = padded(99_999 - Number(recipe["epochs"] ?? 0));
  return [change?.clause ?? "", r.method, padded(r.class), padded(r.seed), epochs, r.run].join("/");
}

const inOrder = (runs: readonly KeptRun[]): CompletedRun[] =>
  runs.map(completed).map((run) => ({ run, key: orderOf(run) }))
    .sort((a, b) => a.key < b.key ? -1 : 1)
    .map(({ run }) => run);

/**
 * The completed runs of a store or file.
 *
 * @param place A store's folder, or a file of kept runs, `….jsonl`.
 * @returns The runs, by method, class and seed, the longest schedule first; none if the place does not exist.
 * @throws {StoreError} If a line is not a run.
 */
export async function completedRuns(place: string): Promise<CompletedRun[]> {
  return inOrder(place.endsWith(".jsonl") ? await readLines(place) : await readFolders(place));
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
    const scores = await readIfThere(join(root, "runs", hashOf(run.spec), "scores.csv"));
    const digest = scores && new Uint8Array(await crypto.subtle.digest("SHA-256", scores as Uint8Array<ArrayBuffer>));
    const scores_sha256 = digest === undefined ? null : digest.toHex();
    const kept: KeptRun = { ...run, scores_sha256, ...(change && { change }) };
    runs.set(keyOf(kept), kept);
  }
  const lines = inOrder([...runs.values()]).map(({ result: _result, ...run }) => JSON.stringify(run) + "\n");
  await writeWhole(file, lines.join(""));
  return lines.length;
}
