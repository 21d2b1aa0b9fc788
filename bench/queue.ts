/**
 * What a queue of 1,000 workers and 10,000 runs of three minutes would ask of Redis and of the caller, from what 200 workers ask of it
 * whose short runs only wait, through a real Redis on this machine. Files have a tenth of a real run's bytes.
 *
 * ```sh
 * deno run -A bench/queue.ts > results/bench/queue.json
 * ```
 *
 * @module
 */

import process from "node:process";
import { fromFileUrl, join } from "@std/path";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { cpuModel } from "../src/experiments/processor.ts";
import { filesOf, sha256Of } from "../src/experiments/run_files.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { seededRng } from "../src/engine/random.ts";
import { LANES } from "../src/queue/call.ts";
import { gather } from "../src/queue/gather.ts";
import { keyOf, send } from "../src/queue/parcel.ts";
import { storeRun } from "../tests/stored_run.ts";
import { addressOf } from "../src/queue/address.ts";
import { runOnQueue } from "../src/queue/caller.ts";
import { filesIn } from "../tests/chaos/processes.ts";
import type { TestRedis } from "../tests/redis.ts";
import { withRedis } from "../tests/redis.ts";
import { smallSpec } from "../tests/small_run.ts";

/** Processes of workers, and workers of each. */
const [PROCESSES, WORKERS] = [2, 100];

/** Seconds that a run waits. */
const WAIT = 20;

/** How many runs: a few for each worker. */
const RUNS = Number(Deno.args[0] ?? 600);

/** How many results of a real run's size are gathered. */
const GATHERED = 10;

/** Bytes of MEMGAN's files on MNIST. */
const REAL = { checkpoint: 27.4e6, weights: 9.12e6 };

/** The share of them that is sent here. */
const SHARE = 0.1;

/** What it is extrapolated to. */
const WANTED = { workers: 1000, runs: 10_000, seconds: 180 };

const WORKER = fromFileUrl(import.meta.resolve("./queue_workers.ts"));

/** What a server has done by now, of its own description. */
async function usage({ client }: TestRedis) {
  const about = await client.info();
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(about)![1]);
  return {
    cpu: of("used_cpu_sys") + of("used_cpu_user"),
    commands: of("total_commands_processed"),
    bytes: of("total_net_input_bytes") + of("total_net_output_bytes"),
    peak: of("used_memory_peak"),
  };
}

/** Starts a process of workers, and waits until they are at the queue. */
async function startWorkers(url: string): Promise<Deno.ChildProcess> {
  const sizes = [SHARE * REAL.checkpoint, SHARE * REAL.weights].map((each) => String(Math.round(each)));
  const args = ["run", "--quiet", "-A", WORKER, url, String(WORKERS), String(WAIT), ...sizes];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return child;
}

/** Seconds in which a caller puts a result of a real run's size into its store, one after the other. */
async function gatherSeconds({ client }: TestRedis, folder: string): Promise<number> {
  const values = seededRng(0, "gather").uniforms(REAL.weights / 4);
  await client.set("lock", "bench");
  let seconds = 0;
  for (let seed = 0; seed < GATHERED; seed++) {
    const spec: RunSpec = { ...smallSpec(1), seed };
    const made = await storeRun(join(folder, "made"), spec, { arrays: { memory: { shape: [values.length], values } } });
    const names = [...filesOf(spec), "metrics.json"];
    const files = new Map(names.map((name) => [name, Deno.readFileSync(made.file(name))]));
    const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Of(bytes)]));
    const parcel = keyOf("bench", "parcel", made.hash, "0");
    await send(client, parcel, files, 60, ["lock", "bench"]);
    const start = performance.now();
    const store = new RunFolder(join(folder, "gathered"), spec);
    const gathered = await gather(client, "bench", store, { parcel, files: digests });
    if (gathered !== "done") throw new Error(`It was not gathered: ${JSON.stringify(gathered)}`);
    seconds += (performance.now() - start) / 1000;
  }
  return seconds / GATHERED;
}

/** What a process has computed by now, in seconds. */
const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

const specs = Array.from({ length: RUNS }, (_, seed): RunSpec => ({ ...smallSpec(1), seed }));
const root = await Deno.makeTempDir({ prefix: "memgan-bench-" });
await withRedis(async (redis) => {
  const workers = await Promise.all(Array.from({ length: PROCESSES }, () => startWorkers(redis.url)));
  const [before, start, idle] = [await usage(redis), performance.now(), cpuSeconds()];
  const quiet = () => {};
  const failures = await runOnQueue(specs, {
    ...{ root, address: addressOf(redis.url, undefined), backendClass: "cpu" as const, say: quiet, onSlots: quiet },
    watch: { begun: quiet, progress: quiet, waits: quiet, said: quiet, done: quiet, failed: quiet },
  });
  if (failures > 0) throw new Error(`${failures} runs failed`);
  const [seconds, after, busy] = [(performance.now() - start) / 1000, await usage(redis), cpuSeconds()];
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map(({ status }) => status));
  const gathering = await gatherSeconds(redis, root);
  const files = filesIn(join(root, "runs")).length;

  const perSecond = WANTED.workers / WANTED.seconds;
  const each = (value: number) => value / RUNS;
  const [redisMs, callerMs] = [1000 * each(after.cpu - before.cpu), 1000 * each(busy - idle)];
  const megabytes = each(after.bytes - before.bytes) / 1e6 / SHARE;
  const percent = (ms: number) => `${(ms * perSecond / 10).toFixed(1)} %`;
  const held = (WANTED.workers * (REAL.checkpoint + REAL.weights)) / 1e9;
  const rows = [
    ["runs a second", (RUNS / seconds).toFixed(1), `${perSecond.toFixed(1)} are done`],
    ["Redis: processor time a run", `${redisMs.toFixed(1)} ms`, `${percent(redisMs)} of a core`],
    ["Redis: commands a run", Math.round(each(after.commands - before.commands)), ""],
    [
      "through Redis, a run with one checkpoint",
      `${megabytes.toFixed(0)} MB`,
      `${(megabytes * perSecond).toFixed(0)} MB/s, ${(megabytes * WANTED.runs / 1e6).toFixed(1)} TB in all`,
    ],
    [
      "most memory of Redis",
      `${(after.peak / 1e9).toFixed(2)} GB with a tenth of the bytes`,
      `${held.toFixed(0)} GB: a checkpoint and a result of each worker`,
    ],
    ["caller: processor time a run", `${callerMs.toFixed(0)} ms`, `${percent(callerMs)} of a core`],
    [
      "caller: putting a result of full size into its store",
      `${(1000 * gathering).toFixed(0)} ms`,
      `${LANES} at a time, ${(LANES / gathering).toFixed(0)} a second`,
    ],
    ["store: folders and files", `${RUNS} and ${files}`, `${WANTED.runs} and ${files / RUNS * WANTED.runs}`],
  ].map(([what, measured, then]) => ({
    "": what!,
    [`${PROCESSES * WORKERS} workers, ${RUNS} runs of ${WAIT} s`]: measured!,
    [`${WANTED.workers} workers, ${WANTED.runs} runs of ${WANTED.seconds} s`]: then!,
  }));
  const version = /^redis_version:(\S+)/m.exec(await redis.client.info("server"))![1];
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, backend: `Redis ${version}, nothing is computed` };
  console.log(JSON.stringify({ machine, rows }, undefined, 1));
});
await Deno.remove(root, { recursive: true });
Deno.exit(0);
