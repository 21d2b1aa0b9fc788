/**
 * Where things are kept that a machine needs once.
 *
 * @module
 */

import { join } from "@std/path";

/** The folder for what is downloaded and built once a machine: `MEMGAN_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  const own = Deno.env.get("MEMGAN_CACHE");
  if (own) return own;
  const base = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? Deno.cwd(), ".cache");
  return join(base, "memgan");
}
