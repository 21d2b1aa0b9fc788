/**
 * Which machine made a file: on a disk that several share, a lock of the system may reach no further than its own.
 *
 * @module
 */

import { hostname } from "node:os";

/** Whether this program may ask for the machine's name; asking without leave would ask the user. */
function mayAsk(): boolean {
  return typeof Deno === "undefined" ||
    Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted";
}

let known: string | undefined;

/** This machine's name, a container's if it has one of its own; where that may not be asked for, a name that no other has. */
export function hostName(): string {
  return known ??= mayAsk()
    ? (typeof Deno === "undefined" ? hostname() : Deno.hostname())
    : `unknown-${crypto.randomUUID()}`;
}

/** Ten digits that are the same for all processes of a machine, and for hardly two machines. */
function hostDigits(name: string): string {
  let sum = 2166136261;
  for (const byte of new TextEncoder().encode(name)) sum = Math.imul(sum ^ byte, 16777619);
  return String(sum >>> 0).padStart(10, "0");
}

/** What tells this process from all others: containers number theirs alike. */
const OWN = String(parseInt(crypto.randomUUID().slice(0, 6), 16)).padStart(8, "0");

/** The name under which this process writes what will be at a path, once it is whole. */
export function partOf(path: string): string {
  return `${path}.part-${hostDigits(hostName())}${OWN}`;
}

/** Whether such a name was given on another machine. (Older versions of this code gave shorter ones, which tell nothing.) */
export function isOfAnotherHost(part: string): boolean {
  const digits = /\.part-(\d{10})\d{8}$/.exec(part)?.[1];
  return digits !== undefined && digits !== hostDigits(hostName());
}
