/** Callers and workers of a test's own queue, whose runs compute nothing. */

import { assert } from "@std/assert";
import type { Backend } from "../src/engine/backend.ts";
import type { Order } from "../src/experiments/pool.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { addressOf } from "../src/queue/address.ts";
import { queueName } from "../src/queue/job.ts";
import type { WorkerOptions } from "../src/queue/worker.ts";
import { withFolder } from "./needs.ts";
import type { TestRedis } from "./redis.ts";
import { ofQueue, QUICK } from "./redis.ts";
import { smallSpec } from "./small_run.ts";
import { storeRun } from "./stored_run.ts";

const { runOnQueue } = await ofQueue(() => import("../src/queue/caller.ts"));
const { startWorker } = await ofQueue(() => import("../src/queue/worker.ts"));

/** A backend that nothing is computed on. */
export const BACKEND: Backend = {
  name: "cpu",
  reason: "a test",
  computing: { device: "none", threads: 1, versions: {}, environment: {} },
};

export const QUEUE = queueName("cpu");

/** Runs that are quick to describe. */
export const specsOf = (count: number): RunSpec[] =>
  Array.from({ length: count }, (_, seed) => ({ ...smallSpec(1), method: "pixelmean", recipe: {}, seed }));

/** Makes a run without computing it. */
export const fake = async ({ root, spec }: Order) => {
  await storeRun(root, spec);
  return { auroc: 0.75 };
};

/** What a test hears. */
export function listener() {
  const lines: string[] = [];
  const tell = (what: string) => (spec: RunSpec, more?: unknown) =>
    void lines.push(`${what} ${spec.seed}${typeof more === "string" ? `: ${more}` : ""}`);
  const watch = {
    begun: tell("begun"),
    progress: () => {},
    waits: tell("waits"),
    said: tell("said"),
    done: tell("done"),
    failed: tell("failed"),
  };
  return { lines, watch, say: (line: string) => void lines.push(line) };
}

/** Calls `use` while a worker in this process is at the queue; what it says. */
export async function withWorker(
  { url }: TestRedis,
  changes: Partial<WorkerOptions>,
  use: (said: string[]) => Promise<void>,
): Promise<string[]> {
  const said: string[] = [];
  await withFolder(async (root) => {
    const worker = await startWorker({
      address: addressOf(url, undefined),
      backend: BACKEND,
      ...{ jobs: 2, root, isShared: false, data: undefined, commit: undefined, timing: QUICK, work: fake },
      say: (line) => said.push(line),
      ...changes,
    });
    try {
      await use(said);
    } finally {
      worker.stop();
      await worker.ended;
    }
  });
  return said;
}

/** Has the queue do runs. */
export async function call({ url }: TestRedis, root: string, specs: readonly RunSpec[]) {
  const { lines, watch, say } = listener();
  const failures = await runOnQueue(specs, {
    ...{ root, address: addressOf(url, undefined), backendClass: "cpu", watch, say },
    ...{ onSlots: () => {}, look: 500 },
  });
  return { failures, lines };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  for (const late = performance.now() + 1000 * seconds; !await holds();) {
    assert(performance.now() < late, `${what} within ${seconds} s`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
