/**
 * What this program may do.
 *
 * @module
 */

/** Whether it has a permission; it has them all where there are none to be had, in Node. */
export async function isGranted(name: "env" | "ffi"): Promise<boolean> {
  return typeof Deno === "undefined" || (await Deno.permissions.query({ name })).state === "granted";
}

/** The programs that set-up runs; a shell, which ends what is left behind, is needed for as long as anything is run. */
const SETUP = ["python3", "python", "g++", "nvidia-smi"];

/**
 * Gives up what only set-up needs: to run these programs. Where every program may be run, by `-A` for instance, there is nothing
 * to be given up.
 */
export async function endSetUp(): Promise<void> {
  if ((await Deno.permissions.query({ name: "run" })).state === "granted") return;
  for (const command of SETUP) await Deno.permissions.revoke({ name: "run", command });
}

/** Variables that tell the system's loader which libraries a program gets. */
const LOADER = ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT", "LD_BIND_NOW", "LD_DEBUG", "DYLD_LIBRARY_PATH"];

/**
 * Withholds the loader's variables from programs that are started, where only named ones may be: with them Deno starts none, as they
 * could make anything of it. They have had their effect on this process.
 */
export function withholdLoaderVariables(): void {
  const granted = (name: "env" | "run") => Deno.permissions.querySync({ name }).state === "granted";
  if (granted("run") || !granted("env")) return;
  for (const name of LOADER) Deno.env.delete(name);
}

/** Gives up all rights but those to read and to answer: what serves needs no other. */
export async function dropRights(): Promise<void> {
  for (const name of ["run", "write", "ffi", "env", "sys"] as const) await Deno.permissions.revoke({ name });
}
