/**
 * The store of results: one folder per run, named by the hash of its spec.
 *
 * Every file is written under a temporary name and then renamed, and `metrics.json` comes last: a run is complete if it exists,
 * and files left half-written by a killed process are never read.
 *
 * @module
 */

import { join } from "@std/path";
import type { Checkpoint } from "../detectors/detector.ts";
import { arithmeticOf } from "./arithmetic.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";
import { readIfThere, StoreError, writeWhole } from "../platform/files.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** A run cannot start because another process is working on it. */
export class BusyError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "BusyError";
  }
}

/** A checkpoint as stored. */
export interface StoredCheckpoint extends Checkpoint {
  /** The backend that it was trained on; another one would continue with other numbers. */
  readonly backend: string;
  /** The arithmetic by which it was trained, for the same reason. */
  readonly arithmetic: number;
  /** Wall seconds spent on it. */
  readonly seconds: number;
}

/** Seconds to wait for another process to release a run: a worker whose parent was killed needs a step to notice. */
const PATIENCE = 15;

/** An image's score and label. */
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
  /** Its run. */
  readonly spec: RunSpec;
  #lock: Deno.FsFile | undefined;

  /** The folder of a spec under the store's root; nothing is created yet. */
  constructor(root: string, spec: RunSpec) {
    this.spec = spec;
    this.hash = hashOf(spec);
    this.path = join(root, "runs", this.hash);
  }

  /** The path of one of its files. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** True if the run is complete. */
  async isDone(): Promise<boolean> {
    return await readIfThere(this.file("metrics.json")) !== undefined;
  }

  /**
   * Creates the folder and takes its lock, which the system releases when this process ends, however it ends.
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
    // The previous holder may have removed the file between our opening and locking it.
    const isOurs = async () => (await file.stat()).ino === (await Deno.stat(path).catch(() => undefined))?.ino;
    if (await file.tryLock(true) && await isOurs()) {
      this.#lock = file;
      return true;
    }
    file.close();
    return false;
  }

  /** Releases the lock. */
  async close(): Promise<void> {
    await this.forget("lock");
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** Writes one of its files, completely or not at all. */
  async write(name: string, text: string): Promise<void> {
    await writeWhole(this.file(name), text);
  }

  /** The text of one of its files, if it exists. */
  async readText(name: string): Promise<string | undefined> {
    const bytes = await readIfThere(this.file(name));
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /** The lines of one of its CSV files below the header, each split into columns; none if the file does not exist. */
  async readCsv(name: string): Promise<string[][]> {
    const text = await this.readText(name) ?? "";
    return text.trimEnd().split("\n").slice(1).map((line) => line.split(","));
  }

  /** The AUROC of a complete run. */
  async auroc(): Promise<number> {
    return JSON.parse(await Deno.readTextFile(this.file("metrics.json"))).auroc;
  }

  /** `scores.csv`, in its order. */
  async readScores(): Promise<Scored[]> {
    return (await this.readCsv("scores.csv")).map(([, label, score]) => ({
      score: Number(score),
      anomaly: label === "1",
    }));
  }

  /** Removes files that are no longer needed. */
  async forget(...names: string[]): Promise<void> {
    for (const name of names) await Deno.remove(this.file(name)).catch(() => {});
  }

  /** The last checkpoint, if there is one. */
  async checkpoint(): Promise<StoredCheckpoint | undefined> {
    const name = this.file("checkpoint.safetensors");
    const bytes = await readIfThere(name);
    if (bytes === undefined) return undefined;
    const { arrays, metadata } = decodeSafetensors(name, bytes);
    const provenance = { backend: String(metadata["backend"]), arithmetic: arithmeticOf(metadata) };
    return { epoch: Number(metadata["epoch"]), ...provenance, seconds: Number(metadata["seconds"]), arrays };
  }

  /** Replaces the checkpoint. */
  async writeCheckpoint({ epoch, arrays, backend, arithmetic, seconds }: StoredCheckpoint): Promise<void> {
    const metadata = { epoch: String(epoch), backend, arithmetic: String(arithmetic), seconds: String(seconds) };
    await writeWhole(this.file("checkpoint.safetensors"), encodeSafetensors(arrays, metadata));
  }
}
