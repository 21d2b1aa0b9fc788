/**
 * Where things are kept that a machine needs once.
 *
 * @module
 */

import { join } from "node:path";
import process from "node:process";

/** The folder for what is downloaded and built once a machine: `MEMGAN_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  const { MEMGAN_CACHE: own, XDG_CACHE_HOME: caches, HOME: home } = process.env;
  return own || join(caches ?? join(home ?? process.cwd(), ".cache"), "memgan");
}
