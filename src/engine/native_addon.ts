/**
 * The addon of the `native` backend: where `npm:@tensorflow/tfjs-node-gpu` looks for it, and where this machine keeps it.
 *
 * `deno task setup` builds it once a machine, into one cache folder, whatever clone it is called in. Each project imports its own
 * copy of the package, which looks for the addon in its own folder: there a link is put.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { cacheFolder } from "../platform/cache.ts";
import { packageFolder } from "../platform/packages.ts";
import { taskLine } from "../platform/task.ts";

/** The TensorFlow release that the addon is linked with. */
export const TENSORFLOW_VERSION = "2.21.0";

/** The npm package. */
export const PACKAGE = "@tensorflow/tfjs-node-gpu";

/** The addon's file name. */
export const ADDON = "tfjs_binding.node";

/** TensorFlow's library: its files in the folder of the addon. */
export const LIBRARIES = ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"] as const;

/** This processor, as Python's wheels name it. */
export const ARCH: "aarch64" | "x86_64" = process.arch === "arm64" ? "aarch64" : "x86_64";

/** The folder in which this machine keeps the addon and TensorFlow's library. */
export function addonHome(gpu: boolean): string {
  return join(cacheFolder(), `native-${TENSORFLOW_VERSION}-${gpu ? "cuda" : "cpu"}-${ARCH}`);
}

/** Where the package's `index.js` looks for its addon; `undefined` where the package is not on this disk. */
export function addonPath(): string | undefined {
  const folder = packageFolder(PACKAGE);
  return folder && join(folder, "lib", "napi-v8", ADDON);
}

/** True where the addon is in place, so that the package can be imported. */
export function isNativeReady(): boolean {
  const path = addonPath();
  return path !== undefined && existsSync(path);
}

/**
 * Puts in place what this machine has built, where that is missing; downloads and builds nothing.
 *
 * @param homes Where it may have been built, best first; default: in the cache.
 * @param anew Whether what is in place is replaced.
 * @returns The reason why it cannot, or `undefined` when the package can be imported.
 */
export async function placeAddon(homes?: readonly string[], anew = false): Promise<string | undefined> {
  const path = addonPath();
  if (path === undefined) return `the files of npm:${PACKAGE} are not on this disk`;
  if (!anew && existsSync(path)) return undefined;
  // Only now: where the addon is in place, nobody needs a cache.
  const built = (homes ?? [addonHome(true), addonHome(false)]).map((home) => join(home, ADDON)).find(existsSync);
  if (built === undefined) return `it is not set up on this machine; run \`${taskLine("setup")}\` in a clone of memgan`;
  await mkdir(dirname(path), { recursive: true });
  // Another process may be at it, and there may be a link to what is gone: renaming replaces either.
  const part = `${path}.part-${process.pid}`;
  await rm(part, { force: true });
  await symlink(built, part);
  await rename(part, path);
  return undefined;
}
