/**
 * The store of results: a folder a run, named by the hash of its spec.
 *
 * Every file is written under another name and then renamed, and `metrics.json` comes last: a run is done where it is there, and
 * what a killed process left half-written is never read.
 *
 * @module
 */

import { join } from "@std/path";
import type { Checkpoint } from "../detectors/detector.ts";
import { arithmeticOf } from "./arithmetic.ts";
import type { Manifest } from "./made.ts";
import type { Method } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf, RUN_SPEC } from "./run_spec.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** One line of `results.json`. */
export interface Result {
  /** The data set. */
  dataset: string;
  /** Which split. */
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
  /** How its images were preprocessed. */
  preprocessing: string;
  /** The arithmetic by which it was made. */
  arithmetic: number;
  /** The run's folder in `runs/`. */
  run: string;
}

/** A run cannot start because another process is at it. */
export class BusyError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "BusyError";
  }
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part-${Deno.pid}`;
  try {
    await Deno.writeFile(part, typeof content === "string" ? new TextEncoder().encode(content) : content);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new StoreError(`Cannot write "${path}": ${(error as Error).message}`);
  }
}

/** A file of the store could not be written or read. */
export class StoreError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "StoreError";
  }
}

/** A file's bytes, `undefined` where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const bytes = await readIfThere(path);
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}

/** A checkpoint as stored. */
export interface StoredCheckpoint extends Checkpoint {
  /** The backend that it was trained on; another one would go on with other numbers. */
  readonly backend: string;
  /** The arithmetic by which it was trained; likewise. */
  readonly arithmetic: number;
  /** Wall seconds spent on it. */
  readonly seconds: number;
}

/** Seconds to wait for another process to leave a run: a worker whose parent was killed needs a step to notice. */
const PATIENCE = 15;

/** An image's score, and what it is. */
export interface Scored {
  /** Higher is more anomalous. */
  readonly score: number;
  /** True for an anomaly. */
  readonly anomaly: boolean;
}

/** The folder of one run. */
export class RunFolder {
  /** Its path. */
  readonly path: string;
  /** Its name. */
  readonly hash: string;
  #lock: Deno.FsFile | undefined;

  /** The folder of a spec under the store's root; nothing is created yet. */
  constructor(root: string, readonly spec: RunSpec) {
    this.hash = hashOf(spec);
    this.path = join(root, "runs", this.hash);
  }

  /** The path of one of its files. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** True where the run is complete. */
  async isDone(): Promise<boolean> {
    return await readIfThere(this.file("metrics.json")) !== undefined;
  }

  /**
   * Creates the folder and takes its lock, which the system frees when this process ends, however it ends.
   *
   * @param patience Seconds to wait for another process that has it.
   * @throws {BusyError} If another process keeps it.
   */
  async open(patience = PATIENCE): Promise<void> {
    await Deno.mkdir(this.path, { recursive: true }).catch((error) => {
      throw new StoreError(`Cannot create "${this.path}": ${error.message}`);
    });
    for (const giveUp = performance.now() + 1000 * patience; !await this.#tryLock();) {
      if (performance.now() > giveUp) throw new BusyError(`Cannot start run ${this.hash}: another process is at it`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
    for await (const { name } of Deno.readDir(this.path)) if (name.includes(".part-")) await this.forget(name);
    await writeWhole(this.file("spec.json"), JSON.stringify(this.spec, undefined, 2) + "\n");
  }

  async #tryLock(): Promise<boolean> {
    const path = this.file("lock");
    const file = await Deno.open(path, { create: true, write: true });
    // Whoever was here before may have removed the file between our opening and locking it.
    const isOurs = async () => (await file.stat()).ino === (await Deno.stat(path).catch(() => undefined))?.ino;
    if (await file.tryLock(true) && await isOurs()) {
      this.#lock = file;
      return true;
    }
    file.close();
    return false;
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.forget("lock");
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** Writes one of its files, whole or not at all. */
  async write(name: string, text: string): Promise<void> {
    await writeWhole(this.file(name), text);
  }

  /** The text of one of its files, if it is there. */
  async readText(name: string): Promise<string | undefined> {
    const bytes = await readIfThere(this.file(name));
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /** The lines of one of its CSV files below the head, each as its columns; none where it is not there. */
  async readCsv(name: string): Promise<string[][]> {
    const text = await this.readText(name) ?? "";
    return text.trimEnd().split("\n").slice(1).map((line) => line.split(","));
  }

  /** `scores.csv`, in its order. */
  async readScores(): Promise<Scored[]> {
    return (await this.readCsv("scores.csv")).map(([, label, score]) => ({
      score: Number(score),
      anomaly: label === "1",
    }));
  }

  /** Removes files that have served. */
  async forget(...names: string[]): Promise<void> {
    for (const name of names) await Deno.remove(this.file(name)).catch(() => {});
  }

  /** The last checkpoint, if there is one. */
  async checkpoint(): Promise<StoredCheckpoint | undefined> {
    const name = this.file("checkpoint.safetensors");
    const bytes = await readIfThere(name);
    if (bytes === undefined) return undefined;
    const { arrays, metadata } = decodeSafetensors(name, bytes);
    const made = { backend: String(metadata["backend"]), arithmetic: arithmeticOf(metadata) };
    return { epoch: Number(metadata["epoch"]), ...made, seconds: Number(metadata["seconds"]), arrays };
  }

  /** Replaces the checkpoint. */
  async writeCheckpoint({ epoch, arrays, backend, arithmetic, seconds }: StoredCheckpoint): Promise<void> {
    const metadata = { epoch: String(epoch), backend, arithmetic: String(arithmetic), seconds: String(seconds) };
    await writeWhole(this.file("checkpoint.safetensors"), encodeSafetensors(arrays, metadata));
  }
}

/**
 * The completed runs of a store.
 *
 * @param root The store's folder.
 * @returns Spec and line of `results.json` of each, by method, class and seed, the longest schedule first.
 */
export async function completedRuns(root: string): Promise<{ spec: RunSpec; result: Result }[]> {
  const runs: { spec: RunSpec; result: Result }[] = [];
  const folders: string[] = [];
  try {
    for await (const entry of Deno.readDir(join(root, "runs"))) folders.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const name of folders) {
    const read = <T>(file: string) => readJson<T>(join(root, "runs", name, file));
    const metrics = await read<{ auroc: number }>("metrics.json");
    const manifest = await read<Manifest>("manifest.json");
    const parsed = RUN_SPEC.safeParse(await read("spec.json"));
    if (metrics === undefined || manifest === undefined || !parsed.success) continue;
    const { dataset, protocol, method, seed, preprocessing, class: normal } = parsed.data;
    const { seconds, backend: { name: backend } } = manifest;
    const result = { dataset, protocol, class: normal, method, seed, auroc: metrics.auroc, seconds, backend };
    const made = { preprocessing, arithmetic: arithmeticOf(manifest), run: name };
    runs.push({ spec: parsed.data, result: { ...result, ...made } });
  }
  const padded = (value: number) => String(value).padStart(5, "0");
  const key = ({ spec: { recipe }, result: r }: typeof runs[number]) =>
    [r.method, padded(r.class), padded(r.seed), padded(99_999 - Number(recipe["epochs"] ?? 0)), r.run].join("/");
  return runs.sort((a, b) => key(a) < key(b) ? -1 : 1);
}
