/**
 * The flag that names a queue, and what commands do about it.
 *
 * @module
 */

import type { Address } from "../queue/address.ts";
import { AddressError, addressOf } from "../queue/address.ts";
import type { Given } from "./flags.ts";
import { load } from "./command.ts";
import { UsageError } from "./flags.ts";

/** The queue of the runs, as a flag. */
export const QUEUE_FLAG = {
  value: "redis://HOST:6379",
  help: "have workers do the runs: docs/queue.md (user and password: in the URL, or in MEMGAN_QUEUE)",
};

/**
 * The queue that a command was given, found to be there before anything is loaded, started or trained: that of the flag, or else
 * `MEMGAN_QUEUE`.
 *
 * @param given The flags.
 * @returns Its address.
 * @throws {UsageError} If there is none, or it is none.
 * @throws {QueueError} If it cannot be reached.
 */
export async function findQueue(given: Pick<Given<"queue">, "text">): Promise<Address> {
  const { tryServer } = await load<typeof import("../queue/connection.ts")>(
    import.meta.resolve("../queue/connection.ts"),
  );
  try {
    const address = addressOf(given.text("queue"), Deno.env.get("MEMGAN_QUEUE"));
    await tryServer(address);
    return address;
  } catch (error) {
    throw error instanceof AddressError ? new UsageError(error.message) : error;
  }
}

/**
 * The address of the queue that a command was given. One that was given none has no use for a network, but for a data set that has to be
 * downloaded.
 *
 * @param given The flags.
 * @param needsNetwork Whether there may be something to download.
 * @returns The address; `undefined` where the runs are done here.
 */
export async function readQueue(
  given: Pick<Given<"queue">, "text">,
  needsNetwork: boolean,
): Promise<Address | undefined> {
  if (given.text("queue") !== undefined) return await findQueue(given);
  if (!needsNetwork) await Deno.permissions.revoke({ name: "net" });
  return undefined;
}
