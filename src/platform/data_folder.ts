/**
 * Where this machine's user keeps data sets.
 *
 * @module
 */

/** The folder that `MEMGAN_DATA` names, relative to where a command runs if it is relative; `undefined` where it is empty or not set. */
export function userDataFolder(): string | undefined {
  return Deno.env.get("MEMGAN_DATA") || undefined;
}
