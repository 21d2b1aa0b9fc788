/**
 * A run's files on their way from the queue into a store, by the store's own door.
 *
 * @module
 */

import type { Redis } from "ioredis";
import { filesOf, sha256Of } from "../experiments/run_files.ts";
import { BusyError } from "../experiments/store.ts";
import type { RunFolder } from "../experiments/store.ts";
import { fitted, FormatError } from "../platform/json.ts";
import { RESULT } from "./job.ts";
import { keyOf, receive } from "./parcel.ts";

/** Seconds for which files wait on after they were gathered, for another caller that wants them too. */
const KEPT_AFTER = 60;

/** What became of a result: it is in the store, it is no longer there, or it does not hold. */
export type Gathered = "done" | "gone" | "busy" | { readonly why: string };

/**
 * Puts a run's files into its folder, the metrics last, and reads them there.
 *
 * @param redis The server.
 * @param queue The queue's name.
 * @param folder The run's folder.
 * @param returned What the job says that came of it.
 * @returns What became of it; a run that does not hold is set aside and not complete.
 * @throws {StoreError} If the folder cannot be written.
 */
export async function gather(redis: Redis, queue: string, folder: RunFolder, returned: unknown): Promise<Gathered> {
  if (await folder.isDone()) return "done";
  try {
    const { parcel, files: digests } = fitted(RESULT, returned);
    if (parcel === null) return { why: `its worker had another --shared folder: "${folder.path}" has no such run` };
    if (!parcel.startsWith(keyOf(queue, "parcel", folder.hash, ""))) {
      throw new FormatError("it names no parcel of this run");
    }
    // `metrics.json` completes the run.
    const names = [...filesOf(folder.spec), "metrics.json"];
    const files = await receive(redis, parcel, names);
    if (files === undefined) return "gone";
    for (const [name, bytes] of files) {
      if (sha256Of(bytes) !== digests[name]) throw new FormatError(`${name} has another SHA-256 than its worker says`);
    }
    await folder.open(0);
    try {
      if (!await folder.isDone()) { for (const name of names) await folder.write(name, files.get(name)!); }
    } finally {
      await folder.close();
    }
    if (await folder.isDone()) {
      await redis.expire(parcel, KEPT_AFTER);
      return "done";
    }
  } catch (error) {
    if (error instanceof BusyError) return "busy";
    if (error instanceof FormatError) return { why: error.message };
    throw error;
  }
  let why = "it does not hold";
  await folder.open(0, (line) => why = line);
  await folder.close();
  return { why };
}
