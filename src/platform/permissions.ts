/**
 * What this program may do.
 *
 * @module
 */

/** Whether it has a permission; it has them all where there are none to be had, in Node. */
export async function isGranted(name: "env" | "ffi"): Promise<boolean> {
  return typeof Deno === "undefined" || (await Deno.permissions.query({ name })).state === "granted";
}
