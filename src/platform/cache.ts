/**
 * Where things are kept that a machine needs once.
 *
 * @module
 */

import { isAbsolute, join } from "node:path";
import process from "node:process";

/** There is no folder for what a machine needs once. */
export class CacheError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "CacheError";
  }
}

/**
 * The folder for what is downloaded and built once a machine: `MEMGAN_CACHE`, else `memgan` in the user's cache folder, which is
 * `XDG_CACHE_HOME` or `.cache` in `HOME`. A relative or empty variable of the system's is as none, as the XDG specification has it: it
 * would name another folder wherever a command is started.
 *
 * @returns Its absolute path; it need not exist.
 * @throws {CacheError} If `MEMGAN_CACHE` is relative, or no variable names a folder.
 */
export function cacheFolder(): string {
  const { MEMGAN_CACHE: own, XDG_CACHE_HOME: caches = "", HOME: home = "" } = process.env;
  if (own && !isAbsolute(own)) {
    throw new CacheError(`Cannot find the cache: MEMGAN_CACHE must be an absolute path, it is "${own}"`);
  }
  if (own) return own;
  if (isAbsolute(caches)) return join(caches, "memgan");
  if (isAbsolute(home)) return join(home, ".cache", "memgan");
  throw new CacheError(
    "Cannot find the cache: none of MEMGAN_CACHE, XDG_CACHE_HOME and HOME is an absolute path; set MEMGAN_CACHE to one",
  );
}
