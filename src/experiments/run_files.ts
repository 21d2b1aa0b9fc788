/**
 * The door of the store: what a run's folder must hold, and that it holds it.
 *
 * Each file is read through a schema and held against the run that the folder is named after: the hash of `spec.json` is the name,
 * the AUROC of `scores.csv` is that of `metrics.json`, the curve has a line an epoch, and each file has its SHA-256: the
 * two JSON files their own, the others that which `metrics.json`, written last, says of them. (Runs of older versions of this code say none.)
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join } from "@std/path";
import { z } from "zod";
import { readIfThere, StoreError } from "../platform/files.ts";
import { fitted, FormatError, parseAs, parseJson } from "../platform/json.ts";
import { auroc } from "./auroc.ts";
import { REGISTRY } from "./methods.ts";
import { DECIDING } from "./oracle_choice.ts";
import { MANIFEST } from "./provenance.ts";
import type { RunSpec } from "./run_spec.ts";
import { parseCurve, parseScores } from "./run_csv.ts";
import { hashOf, RUN_SPEC } from "./run_spec.ts";
import { decodeSafetensors } from "./safetensors.ts";

const AUROC = z.number().min(0).max(1);
const SHA256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is wanted");

/** The schema of `metrics.json`. */
export const METRICS = z.object({
  /** A fraction of 1. */
  auroc: AUROC,
  /** Of a search's run on MNIST: the share of decoded memory units that the digit classifier names as the normal digit. */
  recognised: z.number().min(0).max(1).optional(),
  /** Of a run of memgan: how far training moved M, ‖M − M₀‖ over ‖M₀‖. */
  moved: z.number().min(0).optional(),
  /** The choice made by test labels, for a method that uses them. */
  chosen: z.record(z.string(), z.number()).optional(),
});

/** What `metrics.json` holds of a run's result. */
export type Metrics = z.infer<typeof METRICS>;

/** The file as stored: with the digests of the files that are the same whenever the run is made. */
const STORED_METRICS = METRICS.extend({ files: z.record(z.string(), SHA256).optional() });

/** The schema of a run as it is stored with the sources, a line of `results/<name>.jsonl`. */
export const KEPT_RUN = z.object({
  /** Its description. */
  spec: RUN_SPEC,
  /** Its provenance. */
  manifest: MANIFEST,
  /** Its results. */
  metrics: METRICS,
  /** The text of `curve.csv`; `null` if nothing was trained. */
  curve: z.string().nullable(),
  /** The digest of `scores.csv`; `null` in older runs that did not record it. */
  scores_sha256: SHA256.nullable(),
  /** In an ablation: the clause whose choice was changed, and how. */
  change: z.looseObject({ clause: z.string() }).optional(),
}).superRefine(({ spec, metrics, curve }, context) => {
  try {
    checkResult(spec, metrics, curve);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

/** A run as stored with the sources. */
export type KeptRun = z.infer<typeof KEPT_RUN>;

/** The SHA-256 of a file's content, in hexadecimal digits. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The text of a JSON file that holds its own digest. */
export function sealedJson(value: object): string {
  return JSON.stringify({ ...value, sha256: sha256Of(JSON.stringify(value)) }, undefined, 2) + "\n";
}

/** The value of such a file, and whether it has its digest. (Older versions of this code wrote none.) */
function unsealed(bytes: Uint8Array): { value: unknown; isSealed: boolean } {
  const value = parseJson(bytes);
  if (typeof value !== "object" || value === null || !("sha256" in value)) return { value, isSealed: false };
  const { sha256, ...rest } = value;
  const digest = sha256Of(JSON.stringify(rest));
  if (digest !== sha256) {
    throw new FormatError(`its SHA-256 is ${digest}, it was written with ${JSON.stringify(sha256)}`);
  }
  return { value: rest, isSealed: true };
}

/** How many epochs a run trains, in all phases. */
export function epochsOf({ method, recipe }: RunSpec): number {
  return method === "untrained" ? 0 : Number(recipe["epochs"] ?? 0) + Number(recipe["pretrainEpochs"] ?? 0);
}

/** The file of what a run learned. */
const WEIGHTS = "weights.safetensors";

/** The files of a complete run besides `metrics.json`, in the order in which they are written. */
export function filesOf(spec: RunSpec): string[] {
  return [
    "spec.json",
    ...(epochsOf(spec) > 0 ? ["curve.csv"] : []),
    "scores.csv",
    ...(spec.method === "untrained" ? [] : [WEIGHTS]),
    "manifest.json",
  ];
}

/** Images in the test part of either data set. */
const TEST_IMAGES = 10_000;

/** How many images a run scores, as far as its spec tells. */
export function scoredOf(
  { method, evaluate, subset = TEST_IMAGES }: Pick<RunSpec, "method" | "evaluate" | "subset">,
): number | undefined {
  if (evaluate !== "test") return undefined;
  return REGISTRY[method].seesTestLabels ? subset - Math.round(DECIDING * subset) : subset;
}

/** Holds a curve and a choice against the spec. */
function checkResult(spec: RunSpec, { chosen }: Metrics, curve: string | null): void {
  const wanted = epochsOf(spec);
  const epochs = curve === null ? 0 : parseCurve(curve).length;
  if (epochs !== wanted) throw new FormatError(`the curve has ${epochs} epochs, the spec ${wanted}`);
  if ((chosen !== undefined) !== (REGISTRY[spec.method].seesTestLabels === true)) {
    throw new FormatError(
      chosen === undefined ? "chosen is missing" : `chosen is there, and ${spec.method} chooses nothing`,
    );
  }
}

/** The files whose digests are in `metrics.json`. The spec's is its folder's name, and the manifest holds its own. */
export const SEALED_APART = /\.(csv|safetensors)$/;

/** The spec, held against the name of its folder. */
function specIn(bytes: Uint8Array, folder: string): RunSpec {
  const [hash, name] = [hashOf(parseJson(bytes) as RunSpec), basename(folder)];
  if (hash !== name) throw new FormatError(`it is the spec of run ${hash}, that of ${name} is wanted`);
  return parseAs(RUN_SPEC, bytes);
}

/** Holds scores against the AUROC of the metrics, and against the number of images where that is known. */
function checkScores(text: string, wanted: number, images: number | undefined): void {
  const scores = parseScores(text);
  if (images !== undefined && scores.length !== images) {
    throw new FormatError(`it has ${scores.length} scores, the run ${images} images`);
  }
  const reached = auroc(scores.map(({ score }) => score), scores.map(({ anomaly }) => Number(anomaly)));
  if (reached !== wanted) throw new FormatError(`its AUROC is ${reached}, metrics.json says ${wanted}`);
}

/**
 * Whether nothing has been done to a file since another was written: the system's own time of its last change, which no program can
 * set, is before the other's.
 */
async function isUntouchedSince(file: string, other: string): Promise<boolean> {
  const [{ ctime: changed }, { ctime: written }] = await Promise.all([Deno.stat(file), Deno.stat(other)]);
  return changed !== null && written !== null && changed < written;
}

/**
 * Reads a run's folder.
 *
 * @param folder The folder, named after the hash of the run's spec.
 * @returns The run; `undefined` if it is not complete, since `metrics.json` is not there.
 * @throws {StoreError} If it is complete and one of its files is missing or does not hold, with that file.
 */
async function readFolder(folder: string): Promise<KeptRun | undefined> {
  let file = "metrics.json";
  const bytesOf = async (name: string): Promise<Uint8Array> => {
    file = name;
    const bytes = await readIfThere(join(folder, name));
    if (bytes === undefined) throw new FormatError("the file is missing");
    return bytes;
  };
  const textOf = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  try {
    const first = await readIfThere(join(folder, file));
    if (first === undefined) return undefined;
    const { value, isSealed } = unsealed(first);
    const { files, ...metrics } = fitted(STORED_METRICS, value);
    const spec = specIn(await bytesOf("spec.json"), folder);
    const found = new Map<string, Uint8Array>();
    for (const name of filesOf(spec)) {
      // Megabytes of each run, which tables do not need. Whoever uses them holds them against their digest.
      if ((name === WEIGHTS || name === "scores.csv") && isSealed && files?.[name] !== undefined) {
        if (await isUntouchedSince(join(folder, name), join(folder, "metrics.json")).catch(() => false)) continue;
      }
      const bytes = await bytesOf(name);
      found.set(name, bytes);
      if (files === undefined || !SEALED_APART.test(name)) continue;
      const digest = sha256Of(bytes);
      if (digest !== files[name]) {
        throw new FormatError(`its SHA-256 is ${digest}, metrics.json says ${files[name] ?? "none"}`);
      }
    }
    const of = <T>(name: string, read: (bytes: Uint8Array) => T): T => {
      file = name;
      return read(found.get(name)!);
    };
    const manifest = of("manifest.json", (bytes) => fitted(MANIFEST, unsealed(bytes).value));
    const scores_sha256 = files?.["scores.csv"] ?? of("scores.csv", sha256Of);
    // Scores and weights that the digests vouch for are as they were written.
    if (files === undefined || !isSealed) {
      of(
        "scores.csv",
        (bytes) => checkScores(textOf(bytes), metrics.auroc, files === undefined ? scoredOf(spec) : undefined),
      );
      if (found.has(WEIGHTS)) of(WEIGHTS, (bytes) => decodeSafetensors(join(folder, WEIGHTS), bytes));
    }
    const curve = found.has("curve.csv") ? of("curve.csv", textOf) : null;
    if (curve === null) file = "metrics.json";
    checkResult(spec, metrics, curve);
    return { spec, manifest, metrics, curve, scores_sha256 };
  } catch (error) {
    const { message } = error as Error;
    // The reader of arrays names the file itself.
    const isNamed = error instanceof RangeError && message.startsWith("Cannot read");
    throw new StoreError(isNamed ? message : `Cannot read "${join(folder, file)}": ${message}`);
  }
}

/** What was read already, and of which files: a command asks for the same runs many times, and they are large. */
const read = new Map<string, { stamp: string; run: Promise<KeptRun | undefined> }>();

/** Milliseconds in which two changes of a file may have one time. */
const CLOCK_STEP = 2000;

/** What tells whether a folder's files are those of before; nothing where one was changed just now, and may be again. */
async function stampOf(folder: string): Promise<string | undefined> {
  const names = ["metrics.json", "spec.json", "curve.csv", "scores.csv", WEIGHTS, "manifest.json"];
  const stats = await Promise.all(names.map((name) => Deno.stat(join(folder, name)).catch(() => undefined)));
  const changed = (stat: Deno.FileInfo) => Math.max(stat.mtime?.getTime() ?? Infinity, stat.ctime?.getTime() ?? 0);
  if (stats.some((stat) => stat !== undefined && Math.abs(Date.now() - changed(stat)) < CLOCK_STEP)) return undefined;
  return stats.map((stat) => stat && [stat.ino, stat.size, changed(stat)].join(":")).join();
}

/** Reads a run's folder as {@linkcode readFolder} does, and only if its files have changed since. */
export async function readRun(folder: string): Promise<KeptRun | undefined> {
  const stamp = await stampOf(folder);
  if (stamp === undefined) return await readFolder(folder);
  const known = read.get(folder);
  if (known?.stamp === stamp) return await known.run;
  const run = readFolder(folder);
  read.set(folder, { stamp, run });
  return await run;
}
