/**
 * What a process leaves half-made where it is killed, and how the next one knows that nobody is at it any more.
 *
 * A process holds a lock on what it is making, which the system releases when the process ends, however it ends. No number of a
 * process can tell as much: numbers are given again, and mean nothing to another container that has the same disk.
 *
 * @module
 */

import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flock, flockOwn } from "./flock.ts";
import { isOfAnotherHost } from "./host.ts";
import { isLocked } from "./lock.ts";

/** The file in a folder whose lock tells that somebody is at it. */
const LOCK = ".lock";

/** Milliseconds after which whatever has no lock is taken for made before there were any. */
const OLD = 24 * 3600 * 1000;

/** Milliseconds between the making of a thing and of its lock, at most. */
const NEW = 2000;

/** Whether the lock can be had; `undefined` where there is none that tells. Node has no locks: there all are taken. */
async function isFree(path: string): Promise<boolean | undefined> {
  if (typeof Deno === "undefined") return false;
  if (isOfAnotherHost(path)) return undefined;
  try {
    const file = await Deno.open(path, { read: true, write: true });
    try {
      return await flock(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return false;
  }
}

/**
 * Removes what no living process is making.
 *
 * @param folder Where to look.
 * @param name What to look at, by name: files that are locked, or folders that {@linkcode holdFolder} was called with.
 */
export async function sweep(folder: string, name: RegExp): Promise<void> {
  const all = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of all) {
    if (!name.test(entry.name) || entry.isSymbolicLink()) continue;
    const path = join(folder, entry.name);
    const age = Date.now() - (await stat(path).catch(() => undefined))?.mtimeMs!;
    const free = await isFree(entry.isDirectory() ? join(path, LOCK) : path) ?? age > OLD;
    // It may be a disk that can only be read: what is left there is no fault of this call.
    if (free && age > NEW) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** What a run's folder has only until the run is complete. */
const OF_UNFINISHED = /^(lock(-.*)?|checkpoint\.safetensors)$/;

/** What this project writes whole, while it is being written: the process locks it. */
const PART = /(^|\.(json|jsonl|csv|md|html|svg|png|css|js|safetensors|gz))\.part-\d+$/;

/**
 * Removes files of a store that nobody is writing any more: in its folder, in those directly below, and in those of complete runs. An
 * unfinished run's folder is cleared by whoever does the run.
 *
 * @param root The store's folder; it need not exist.
 */
export async function sweepStore(root: string): Promise<void> {
  await sweep(root, PART);
  const all = await readdir(root, { withFileTypes: true }).catch(() => []);
  for (const entry of all) if (entry.isDirectory()) await sweep(join(root, entry.name), PART);
  for (const name of await readdir(join(root, "runs")).catch(() => [])) {
    const run = join(root, "runs", name);
    const files: string[] = await readdir(run).catch(() => []);
    // Once a run is complete nobody opens its folder again.
    if (!files.includes("metrics.json") || !files.some((file) => OF_UNFINISHED.test(file))) continue;
    await sweep(run, /^lock-/);
    if (!await isLocked(join(run, "lock")).catch(() => true)) await sweep(run, /^checkpoint\.safetensors$/);
  }
}

/**
 * Holds a folder while this process is at it.
 *
 * @param folder The folder, which exists.
 * @returns What releases it, and removes the lock's file; may be called again.
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  let file: Deno.FsFile | undefined;
  if (typeof Deno === "undefined") await writeFile(path, "");
  else {
    file = await Deno.open(path, { create: true, read: true, write: true });
    await flockOwn(file);
  }
  return async () => {
    file?.close();
    file = undefined;
    await rm(path, { force: true });
  };
}

/** There is no folder for what is needed for a moment. */
export class TemporaryFolderError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "TemporaryFolderError";
  }
}

/**
 * Makes a temporary folder, and removes those of processes that were killed.
 *
 * @param name How its name begins, after `memgan-`.
 * @param use Is called with its path.
 * @returns What `use` returns; the folder is gone by then.
 * @throws {TemporaryFolderError} If it cannot be made.
 */
export async function withTemporaryFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const prefix = `memgan-${name}-`;
  let folder: string;
  let release: () => Promise<void>;
  try {
    await sweep(tmpdir(), new RegExp(`^${prefix}`));
    folder = await mkdtemp(join(tmpdir(), prefix));
    release = await holdFolder(folder);
  } catch (error) {
    // What this program may not do is another matter.
    if ((error as Error).name === "NotCapable") throw error;
    throw new TemporaryFolderError(
      `Cannot make a temporary folder in "${tmpdir()}": ${
        (error as Error).message
      }; set TMPDIR to a folder that can be written`,
    );
  }
  try {
    return await use(folder);
  } finally {
    await release();
    await rm(folder, { recursive: true, force: true });
  }
}
