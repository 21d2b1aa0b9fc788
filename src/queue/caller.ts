/**
 * The caller's side: has a queue's workers do runs, and gathers what comes of them into its store.
 *
 * A run that is asked for by two callers is on the queue once, and gathered by both.
 *
 * @module
 */

import { Queue, QueueEvents } from "bullmq";
import type { RunSpec } from "../experiments/run_spec.ts";
import { StoppedError } from "../platform/errors.ts";
import type { CallerOptions } from "./call.ts";
import { Call } from "./call.ts";
import { connect, errorListener, optionsOf } from "./connection.ts";
import { queueName } from "./job.ts";

/**
 * Has a queue's workers do runs; ends when all are in the store or have failed.
 *
 * @param specs The runs.
 * @param options Where, and who is told.
 * @returns How many failed.
 * @throws {QueueError} If the queue cannot be reached.
 * @throws {StoppedError} After Ctrl-C.
 */
export async function runOnQueue(specs: readonly RunSpec[], options: CallerOptions): Promise<number> {
  const redis = await connect(options.address, options.say);
  const [name, connection] = [queueName(options.backendClass), optionsOf(options.address)];
  const [queue, events] = [new Queue(name, { connection }), new QueueEvents(name, { connection })];
  const listener = errorListener(options.say);
  queue.on("error", listener);
  events.on("error", listener);
  const { promise: stopped, resolve } = Promise.withResolvers<"stopped">();
  const stop = () => resolve("stopped");
  Deno.addSignalListener("SIGINT", stop);
  const call = new Call(specs, options, redis, queue);
  try {
    call.listen(events);
    await events.waitUntilReady();
    if (await Promise.race([call.run(), stopped]) === "ended") return call.failures;
  } finally {
    call.close();
    Deno.removeSignalListener("SIGINT", stop);
    redis.disconnect();
    // Where the server is away they would wait for it.
    await Promise.race([Promise.all([events.close(), queue.close()]), new Promise((end) => setTimeout(end, 1000))]);
  }
  throw new StoppedError("Stopped; the runs stay on the queue, and the same command gathers what comes of them");
}
