/** Disks that are full or can only be read: one line, and with room the next call ends with the same bytes. */

import { join } from "@std/path";
import { runProgram } from "../../src/platform/children.ts";
import type { Outcome, Tally } from "./outcomes.ts";
import { differenceOf, isRefusal, resultsIn, start } from "./processes.ts";

const WORK = "tests/chaos/work.ts";

/** Where a mount of one's own is allowed: what a full one holds is copied out, as it goes with its process. */
export const full = (store: string, kilobytes: number) =>
  `exec unshare -rm sh -c 'mount -t tmpfs -o size=${kilobytes}k chaos "${store}" || exit 99; "$@"; code=$?; ` +
  `cp -a "${store}/." "${store}-kept"; exit $code' sh "$@"`;

/** Where it is not: no file may be larger. */
const limited = (kilobytes: number) => `trap "" XFSZ; ulimit -f ${2 * kilobytes}; exec "$@"`;

/** A store that can only be read. */
const readOnly = (store: string) =>
  `exec unshare -rm sh -c 'mount --bind "${store}" "${store}" && mount -o remount,ro,bind "${store}" && exec "$@"' sh "$@"`;

/** Whether this machine lets us mount. */
export async function canMount(root: string): Promise<boolean> {
  const folder = join(root, "mount");
  await Deno.mkdir(folder, { recursive: true });
  return (await runProgram("unshare", ["-rm", "mount", "-t", "tmpfs", "chaos", folder])).code === 0;
}

/** Tries disks of several sizes, and stores that can only be read. */
export async function tryDisks(root: string, tally: Tally, mounts: boolean): Promise<void> {
  const whole = join(root, "whole");
  await Deno.mkdir(whole, { recursive: true });
  const first = await start(WORK, [whole]).ended;
  if (first.code !== 0) throw new Error(`The undisturbed call failed: ${first.stderr}`);
  const wanted = resultsIn(whole);
  for (const kilobytes of mounts ? [4, 16, 32, 48, 64, 96, 128, 192, 256] : [1, 4, 16, 32]) {
    const store = join(root, `full-${kilobytes}`);
    for (const folder of [store, `${store}-kept`]) await Deno.mkdir(folder, { recursive: true });
    const shell = mounts ? full(store, kilobytes) : limited(kilobytes);
    const ended = await start(WORK, [store], { shell }).ended;
    const kept = mounts ? `${store}-kept` : store;
    let [outcome, why] = ["stood", ""] as [Outcome, string];
    if (ended.code !== 0 && (!isRefusal(ended) || !/Cannot \w+/.test(ended.stderr))) {
      [outcome, why] = ["failed", `exit ${ended.code}: ${ended.stderr}`];
    } else {
      const again = await start(WORK, [kept]).ended;
      const difference = again.code === 0 ? differenceOf(wanted, kept) : ["stuck", again.stderr] as [Outcome, string];
      if (difference !== undefined) [outcome, why] = difference;
    }
    tally.add(mounts ? "full disk" : "files too large for ulimit -f", `${kilobytes} KiB`, outcome, why);
  }
  if (!mounts) return;
  const empty = join(root, "empty");
  await Deno.mkdir(empty);
  const calls: [string, string, ...string[]][] = [
    [empty, WORK, empty],
    [whole, WORK, whole],
    ...["table1", "table2", "fig2", "gallery", "book", "reproduce"].map((command): [string, string, ...string[]] => [
      ...[whole, `src/cli/${command}.ts`, "--out", whole] as const,
    ]),
  ];
  for (const [store, script, ...args] of calls) {
    const ended = await start(script, args, { shell: readOnly(store) }).ended;
    const isRefused = isRefusal(ended);
    const difference = store === whole ? differenceOf(wanted, whole) : undefined;
    const [outcome, why] = difference ??
      (isRefused ? ["stood", ""] : ["failed", `exit ${ended.code}: ${ended.stderr}`]);
    tally.add("store that can only be read", script, outcome, why);
  }
}
