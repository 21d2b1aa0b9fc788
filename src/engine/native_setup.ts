/**
 * Setting up the `native` backend: TensorFlow's own library under `npm:@tensorflow/tfjs-node-gpu`.
 *
 * The package's installer fetches libtensorflow 2.9.1 (CUDA 11.2), unverified, from a host that many machines cannot reach, and has
 * no prebuilt addon for current runtimes. The same two parts are to be had elsewhere:
 *
 * 1. the library and its C headers are inside the TensorFlow wheel, which `pip download` brings without running any of
 *    its Python, and which is known by its SHA-256;
 * 2. the addon's C++ is inside the npm package: two files, ten seconds of a compiler.
 *
 * Everything lands in one cache folder, shared by all checkouts, and is complete or absent: the folder gets its final
 * name last. What a killed process has left there is removed by the next.
 *
 * @module
 */

import { existsSync, realpathSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { cacheFolder } from "../platform/cache.ts";
import { holdFolder, sweep } from "../platform/leftovers.ts";
import { ADDON, addonHome, addonPath, placeAddon, TENSORFLOW_VERSION } from "./native_addon.ts";
import { compileAddon, downloadWheels, SetupError, unpackWheels } from "./native_build.ts";
import { run } from "./native_programs.ts";
import { tryOnce } from "./native_trial.ts";
import { HAS_CUDA, wheelsFor } from "./native_wheels.ts";

/** Says one line of progress. */
export type Say = (line: string) => void;

/** Milliseconds that a driver may take to answer. */
const PATIENCE = 15_000;

/**
 * Whether an NVIDIA driver answers.
 *
 * @param patience Milliseconds that it may take: a driver that hangs would hold every command up.
 * @returns True where one does.
 */
export async function hasNvidiaGpu(patience = PATIENCE): Promise<boolean> {
  return (await run("nvidia-smi", ["-L"], { patience })).ok;
}

/** NVIDIA's GPUs and their driver in words; nothing where no driver answers. */
export async function nvidiaGpus(): Promise<string | undefined> {
  const args = ["--query-gpu=name,driver_version", "--format=csv,noheader"];
  const { ok, tail } = await run("nvidia-smi", args, { patience: PATIENCE });
  return ok ? tail : undefined;
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    if ((await run(name, ["-m", "pip", "--version"])).ok) return name;
  }
  return undefined;
}

/** Downloads and builds into `home`. */
async function prepare(home: string, gpu: boolean, say: Say): Promise<void> {
  if (process.platform !== "linux") throw new SetupError(`the wheel route is for Linux, this is ${process.platform}`);
  const python = await findPython();
  if (python === undefined) throw new SetupError("no Python with pip was found");
  if (!(await run("g++", ["--version"])).ok) throw new SetupError("no C++ compiler (g++) was found");
  const part = `${home}.part-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  await mkdir(part, { recursive: true });
  const release = await holdFolder(part);
  try {
    say(
      `native: downloading TensorFlow ${TENSORFLOW_VERSION}${gpu ? " with CUDA" : ""} (${
        gpu ? "3.4 GB" : "275 MB"
      }) ...`,
    );
    const wheels = await downloadWheels(python, part, wheelsFor(gpu));
    say("native: unpacking its libraries and C headers ...");
    await unpackWheels(python, wheels, part);
    await rm(dirname(wheels[0]!), { recursive: true });
    say("native: compiling the addon (about 10 s) ...");
    await compileAddon(part);
    await release();
    await rm(home, { recursive: true, force: true });
    await rename(part, home);
  } finally {
    await release();
    await rm(part, { recursive: true, force: true });
  }
}

/** Sees that `home` holds a library which loads; builds it where there is none, or a damaged one. */
async function provide(home: string, gpu: boolean, say: Say): Promise<void> {
  let damage = "";
  if (existsSync(join(home, ADDON))) {
    const { words, damaged } = await tryOnce(home);
    if (words === undefined) return;
    if (!damaged) throw new SetupError(`the addon did not load: ${words}`);
    say(`native: ${home} is damaged (${words}), and is made anew`);
    damage = `${home} is damaged (${words}), and `;
  }
  try {
    await prepare(home, gpu, say);
  } catch (error) {
    throw error instanceof SetupError ? new SetupError(damage + error.message) : error;
  }
  const { words } = await tryOnce(home);
  if (words !== undefined) throw new SetupError(`the addon did not load: ${words}`);
}

/** Whether the package can be imported as it is. */
async function isInPlace(): Promise<boolean> {
  const path = addonPath();
  if (path === undefined || !existsSync(path)) return false;
  const home = dirname(realpathSync(path));
  // What somebody else has put into the package has no such folder.
  if (basename(home) === "napi-v8") return true;
  return (await tryOnce(home)).words === undefined;
}

/**
 * Makes the `native` backend importable; does nothing where it already is.
 *
 * @param say Receives one line a step.
 * @returns The reason why it cannot be set up here, or `undefined` when it is ready.
 */
export async function setUpNative(say: Say): Promise<string | undefined> {
  if (await isInPlace()) return undefined;
  let reason: string | undefined;
  for (const gpu of HAS_CUDA && await hasNvidiaGpu() ? [true, false] : [false]) {
    if (reason !== undefined) say(`native: ${reason}; taking TensorFlow for the CPU instead`);
    try {
      const home = addonHome(gpu);
      await sweep(cacheFolder(), /\.part-/);
      await provide(home, gpu, say);
      reason = await placeAddon([home], true);
      if (reason === undefined) say(`native: ready in ${home}`);
      return reason;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      reason = error.message;
    }
  }
  return reason;
}
