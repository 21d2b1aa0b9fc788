/**
 * A process with many workers whose runs only wait: URL WORKERS SECONDS CHECKPOINT_BYTES WEIGHTS_BYTES. Their files have those sizes,
 * and travel as those of real runs do.
 *
 * @module
 */

import type { Backend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import type { Order, Watching } from "../src/experiments/pool.ts";
import { CHECKPOINT } from "../src/experiments/checkpoint_file.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { addressOf } from "../src/queue/address.ts";
import { startWorker } from "../src/queue/worker.ts";
import { curveOf, storeRun } from "../tests/stored_run.ts";

const [url, workers, seconds, checkpointBytes, weightsBytes] = Deno.args as [string, ...string[]];
const backend: Backend = {
  name: "cpu",
  reason: "a benchmark",
  computing: { device: "none", threads: 1, versions: {}, environment: {} },
};
/** Numbers that are as hard to compress as weights. */
const noise = (bytes: string) => seededRng(0, "queue").uniforms(Math.round(Number(bytes) / 4));
const [checkpoint, weights] = [new Uint8Array(noise(checkpointBytes!).buffer), noise(weightsBytes!)];
const root = await Deno.makeTempDir({ prefix: "memgan-bench-" });

/** One checkpoint, a wait, and a result. */
const wait = async ({ spec, root }: Order, watch: Watching) => {
  const folder = new RunFolder(root, spec);
  await folder.open();
  await folder.write("curve.csv", curveOf(spec));
  await folder.write(CHECKPOINT, checkpoint);
  await folder.close();
  watch.kept?.(spec, 1);
  await new Promise((wake) => setTimeout(wake, 1000 * Number(seconds)));
  await storeRun(root, spec, { arrays: { memory: { shape: [weights.length], values: weights } } });
  return { auroc: 0.75 };
};

const all = await Promise.all(Array.from({ length: Number(workers) }, () =>
  startWorker({
    ...{ address: addressOf(url, undefined), backend, jobs: 1, root, isShared: false },
    ...{ data: undefined, commit: undefined, say: () => {}, work: wait },
  })));
Deno.addSignalListener("SIGTERM", () => all.forEach((worker) => worker.stop()));
console.log("ready");
await Promise.all(all.map(({ ended }) => ended));
await Deno.remove(root, { recursive: true });
Deno.exit(0);
