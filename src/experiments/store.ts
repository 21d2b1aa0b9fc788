/**
 * The store of results: one folder per run, named by the hash of its spec.
 *
 * Every file is written under a temporary name and then renamed, and `metrics.json` comes last: a run is complete if it exists,
 * and files left half-written by a killed process are never read.
 *
 * @module
 */

import { join } from "@std/path";
import { readIfThere, setAside, StoreError, writeWhole } from "../platform/files.ts";
import type { Lock } from "../platform/lock.ts";
import { isLocked, tryLock } from "../platform/lock.ts";
import type { StoredCheckpoint } from "./checkpoint_file.ts";
import { CHECKPOINT, decodeCheckpoint, encodeCheckpoint } from "./checkpoint_file.ts";
import type { Scored } from "./run_csv.ts";
import { parseScores } from "./run_csv.ts";
import type { KeptRun, Metrics } from "./run_files.ts";
import { filesOf, readRun, SEALED_APART, sealedJson, sha256Of } from "./run_files.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";

/** A run cannot start because another process is working on it. */
export class BusyError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "BusyError";
  }
}

/** A run cannot go on because another process has taken it over. */
export class LostError extends BusyError {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "LostError";
  }
}

/** Seconds to wait for another process to release a run: a worker whose parent was killed needs a step to notice. */
const PATIENCE = 15;

/** The folder of one run. */
export class RunFolder {
  /** Its path. */
  readonly path: string;
  /** Its name. */
  readonly hash: string;
  /** Its run. */
  readonly spec: RunSpec;
  readonly #root: string;
  #lock: Lock | undefined;

  /** The folder of a spec under the store's root; nothing is created yet. */
  constructor(root: string, spec: RunSpec) {
    this.#root = root;
    this.spec = spec;
    this.hash = hashOf(spec);
    this.path = join(root, "runs", this.hash);
  }

  /** The path of one of its files. */
  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * The run, if it is complete.
   *
   * @throws {StoreError} If it is, and one of its files does not hold.
   */
  async read(): Promise<KeptRun | undefined> {
    return await readRun(this.path);
  }

  /** Why the run, which looks complete, does not hold; nothing where it does, or is not complete. */
  async #fault(): Promise<string | undefined> {
    try {
      await this.read();
      return undefined;
    } catch (error) {
      if (error instanceof StoreError) return error.message;
      throw error;
    }
  }

  /** True if the run is complete, and all its files hold. */
  async isDone(): Promise<boolean> {
    return await this.#fault() === undefined && await this.read() !== undefined;
  }

  /**
   * Creates the folder and takes its lock, which another process can have when this one ends, however it ends. What does not hold of
   * a complete run is set aside, so that it is done again.
   *
   * @param patience Seconds to wait for another process that has it.
   * @param say Is told what was set aside, in a line.
   * @throws {BusyError} If another process keeps it.
   */
  async open(patience = PATIENCE, say: (line: string) => void = () => {}): Promise<void> {
    await this.#create(say);
    for (const giveUp = performance.now() + 1000 * patience; !this.#lock;) {
      this.#lock = await tryLock(this.file("lock"));
      if (this.#lock) break;
      if (performance.now() > giveUp) throw new BusyError(`Cannot start run ${this.hash}: another process is at it`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
    try {
      await this.#begin(say);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Clears what was left half-written, sets aside what does not hold, and says what the run is. */
  async #begin(say: (line: string) => void): Promise<void> {
    for await (const { name } of Deno.readDir(this.path)) if (name.includes(".part-")) await this.forget(name);
    const fault = await this.#fault();
    // `metrics.json` goes first: without it the run is not complete, however far this comes.
    if (fault !== undefined) say(await this.setAside(fault, "metrics.json", ...filesOf(this.spec), CHECKPOINT));
    if (await this.isDone()) return;
    await this.write("spec.json", JSON.stringify(this.spec, undefined, 2) + "\n");
  }

  async #create(say: (line: string) => void): Promise<void> {
    const stat = await Deno.stat(this.path).catch(() => undefined);
    if (stat?.isFile) {
      say(`set aside in "${await setAside(this.#root, this.hash, [this.path])}": a file where a run's folder belongs`);
    }
    await Deno.mkdir(this.path, { recursive: true }).catch((error) => {
      throw new StoreError(`Cannot create "${this.path}": ${error.message}`);
    });
  }

  /**
   * Moves files out of the way; nothing is deleted.
   *
   * @param why What is wrong with them.
   * @param names The files.
   * @returns A line about it.
   */
  async setAside(why: string, ...names: readonly string[]): Promise<string> {
    const folder = await setAside(this.#root, this.hash, names.map((name) => this.file(name)));
    return `starts over; what was there is set aside in "${folder}": ${why}`;
  }

  /** Releases the lock. */
  async close(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /**
   * Writes one of its files, completely or not at all.
   *
   * @throws {LostError} If the run was opened, and another process has taken it over since.
   */
  async write(name: string, text: string | Uint8Array): Promise<void> {
    if (this.#lock !== undefined && !await this.#lock.isOurs()) {
      throw new LostError(
        `Cannot go on with run ${this.hash}: this process stood still for so long that another has taken it over`,
      );
    }
    await writeWhole(this.file(name), text);
  }

  /** The text of one of its files, if it exists. */
  async readText(name: string): Promise<string | undefined> {
    const bytes = await readIfThere(this.file(name));
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /**
   * The AUROC of a complete run.
   *
   * @throws {StoreError} If it is not complete, or its files do not hold.
   */
  async auroc(): Promise<number> {
    return (await this.#complete()).metrics.auroc;
  }

  async #complete(): Promise<KeptRun> {
    const run = await this.read();
    if (run === undefined) throw new StoreError(`Cannot read "${this.file("metrics.json")}": the run is not complete`);
    return run;
  }

  /**
   * `scores.csv`, in its order.
   *
   * @throws {StoreError} If the run is not complete, or its files do not hold.
   */
  async readScores(): Promise<Scored[]> {
    const { scores_sha256: wanted } = await this.#complete();
    const text = await this.readText("scores.csv");
    if (text === undefined || sha256Of(text) !== wanted) {
      throw new StoreError(`Cannot read "${this.file("scores.csv")}": it has not the SHA-256 in metrics.json`);
    }
    return parseScores(text);
  }

  /** Completes the run: its metrics, with the digests of its other files. */
  async complete(metrics: Metrics): Promise<void> {
    const files: Record<string, string> = {};
    for (const name of filesOf(this.spec).filter((name) => SEALED_APART.test(name))) {
      files[name] = sha256Of(await Deno.readFile(this.file(name)));
    }
    await this.write("metrics.json", sealedJson({ ...metrics, files }));
  }

  /** True while another process is at the run; the lock of one that has ended is removed. */
  async isBusy(): Promise<boolean> {
    return await isLocked(this.file("lock"));
  }

  /** Removes files that are no longer needed. */
  async forget(...names: string[]): Promise<void> {
    for (const name of names) await Deno.remove(this.file(name)).catch(() => {});
  }

  /**
   * The last checkpoint, if there is one.
   *
   * @throws {RangeError} If it does not hold: its digest, its run, its epoch, or a value that is not finite.
   */
  async checkpoint(): Promise<StoredCheckpoint | undefined> {
    const name = this.file(CHECKPOINT);
    const bytes = await readIfThere(name);
    return bytes && decodeCheckpoint(name, bytes, this.spec);
  }

  /** Replaces the checkpoint. */
  async writeCheckpoint(checkpoint: StoredCheckpoint): Promise<void> {
    await this.write(CHECKPOINT, encodeCheckpoint(checkpoint, this.spec));
  }
}
