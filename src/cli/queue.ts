/**
 * `deno task queue`: what waits on a queue, what runs and where, what failed, and how long it will take.
 *
 * @module
 */

import { duration } from "../platform/duration.ts";
import type { QueueState } from "../queue/state.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { findQueue, QUEUE_FLAG } from "./queue_flag.ts";

const command: Command<"queue" | "retry" | "clear"> = {
  task: "queue",
  about: "Says what is on a queue, and who works on it.",
  flags: {
    queue: { ...QUEUE_FLAG, help: "the queue (default: MEMGAN_QUEUE): docs/queue.md" },
    retry: { help: "put what failed on the queue again" },
    clear: { help: "remove all but the runs that workers have" },
  },
};

/** A queue in lines. */
function textOf({ queue, workers, waiting, active, failed, completed, seconds }: QueueState): string {
  const slots = workers.reduce((sum, { jobs }) => sum + jobs, 0);
  const left = seconds === null
    ? "nobody works"
    : seconds === 0
    ? "nothing is left"
    : `about ${duration(seconds)} left`;
  return [
    `${queue}: ${waiting} waiting, ${active.length} running, ${failed.length} failed, ${completed} done; ${left}`,
    ...workers.map(({ name, jobs, since }) => `  worker ${name}: ${jobs} at a time, for ${ago(since)}`),
    ...(workers.length > 1 ? [`  ${slots} at a time in all`] : []),
    ...active.map(({ run, what, where, since, epochs, of }) =>
      `  run ${run} (${what}) at ${where}, for ${ago(since)}${
        epochs === null ? "" : `, epoch ${epochs.toFixed(1)} of ${of}`
      }`
    ),
    ...failed.map(({ run, why }) => `  failed: run ${run}: ${why}`),
  ].join("\n");
}

const ago = (since: number) => duration((Date.now() - since) / 1000);

await runMain(command, async (given) => {
  const address = await findQueue(given);
  if (given.on("retry") && given.on("clear")) throw new UsageError("queue takes --retry or --clear, not both");
  const { queueStates } = await load<typeof import("../queue/state.ts")>(import.meta.resolve("../queue/state.ts"));
  const act = given.on("retry") ? "retry" : given.on("clear") ? "clear" : "look";
  const states = await queueStates(address, act, (line) => console.error(line));
  if (given.on("json")) console.log(JSON.stringify(states));
  else console.log(states.length === 0 ? `there is no queue at ${address.shown}` : states.map(textOf).join("\n"));
});
