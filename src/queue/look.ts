/**
 * What is on a queue: all of it, and whatever it is.
 *
 * @module
 */

import type { Job, JobType, Queue } from "bullmq";

/**
 * The names of the jobs in some states.
 *
 * @param queue The queue.
 * @param states The states.
 * @returns All names; BullMQ itself gives two of each state, unless asked for more.
 */
export function idsOf(queue: Queue, states: readonly JobType[]): Promise<string[]> {
  return queue.getRanges([...states], 0, -1);
}

/**
 * A job on a queue.
 *
 * @param queue The queue.
 * @param id The job's name.
 * @returns The job; `undefined` where there is none, `null` where BullMQ cannot read what is there.
 */
export async function readJob(queue: Queue, id: string): Promise<Job | undefined | null> {
  try {
    return await queue.getJob(id);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
