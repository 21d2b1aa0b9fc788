/**
 * Five hundred runs of the smoke budget by two workers of one job each, of which one is killed -9 again and again, with Redis killed
 * and restarted on the way: nothing is lost, nothing is completed twice. A run whose worker was killed three times has failed, and is
 * asked for by another call. Prints what was counted, as JSON. Takes half an hour on 2 cores.
 *
 * ```sh
 * deno run -A tests/chaos/queue.ts > results/bench/queue_runs.json
 * ```
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { isNativeReady } from "../../src/engine/native_addon.ts";
import { seededRng } from "../../src/engine/random.ts";
import type { Method } from "../../src/experiments/methods.ts";
import { planRuns } from "../../src/experiments/budgets.ts";
import { cpuModel } from "../../src/experiments/processor.ts";
import type { RunSpec } from "../../src/experiments/run_spec.ts";
import { hashOf } from "../../src/experiments/run_spec.ts";
import { RunFolder } from "../../src/experiments/store.ts";
import { addressOf } from "../../src/queue/address.ts";
import type { CallerOptions } from "../../src/queue/call.ts";
import { runOnQueue } from "../../src/queue/caller.ts";
import { withRedis } from "../redis.ts";

const RUNS = Number(Deno.args[0] ?? 500);
const METHODS: readonly Method[] = ["pixelmean", "pca", "iforest"];
const WORKER = fromFileUrl(import.meta.resolve("../queue_worker.ts"));

/** Milliseconds between two kills of a worker, at least and at most: at a beat, the same run would be hit again and again. */
const KILL_EVERY = [30_000, 90_000] as const;

/** How many calls there are at most. */
const CALLS = 3;

/** Runs of the smoke budget, seed by seed; that some of them do not depend on it is no matter here. */
function specs(): RunSpec[] {
  const all = planRuns({ budget: "smoke", methods: METHODS, classes: [5] });
  return Array.from({ length: RUNS }, (_, i) => ({ ...all[i % all.length]!, seed: Math.floor(i / all.length) }));
}

const only = isNativeReady() ? "native" : "cpu";
const root = await Deno.makeTempDir({ prefix: "memgan-chaos-" });
const lines: string[] = [];
let [kills, isOver] = [0, false];
await withRedis(async ({ url, kill, start }) => {
  /** Keeps a worker at the queue; a killed one is followed by another. */
  const keepWorker = async (name: string): Promise<void> => {
    while (!isOver) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", WORKER, url, join(root, name), only],
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const reading = (async () => {
        let rest = "";
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          const all = (rest + text).split("\n");
          rest = all.pop()!;
          lines.push(...all);
        }
      })();
      current.set(name, child);
      await child.status;
      await reading;
    }
  };
  const current = new Map<string, Deno.ChildProcess>();
  const workers = ["one", "two"].map(keepWorker);
  const rng = seededRng(0, "queue");
  const [least, most] = KILL_EVERY;
  let killer: ReturnType<typeof setTimeout> | undefined;
  const killLater = () => {
    killer = setTimeout(() => {
      kills++;
      current.get("one")?.kill("SIGKILL");
      killLater();
    }, least + rng.uniform() * (most - least));
  };
  killLater();
  const told: string[] = [];
  const tell = (what: string) => (spec: RunSpec, more?: unknown) => {
    told.push(what);
    if (what === "failed" || what === "said") console.error(what, hashOf(spec), more);
  };
  const [quiet, wanted] = [() => {}, specs()];
  /** The runs that are not in the store. */
  const lacking = async () => {
    const found = await Promise.all(wanted.map((spec) => new RunFolder(join(root, "store"), spec).isDone()));
    return wanted.filter((_, i) => !found[i]);
  };
  const begun = performance.now();
  let done = 0;
  const options: CallerOptions = {
    root: join(root, "store"),
    address: addressOf(url, undefined),
    backendClass: only === "native" ? "native-cpu" : "cpu",
    say: (line) => console.error(line),
    onSlots: quiet,
    watch: {
      ...{ begun: quiet, progress: quiet, waits: quiet, said: tell("said"), failed: tell("failed") },
      done(_spec) {
        told.push("done");
        if (++done % 25 === 0) console.error(`${done} of ${wanted.length}`);
        if (done === Math.floor(wanted.length / 2)) kill().then(() => setTimeout(start, 5000));
      },
    },
  };
  let [missing, calls, failures] = [wanted, 0, 0];
  while (missing.length > 0 && calls < CALLS) {
    calls++;
    failures += await runOnQueue(missing, options);
    missing = await lacking();
  }
  const seconds = (performance.now() - begun) / 1000;
  isOver = true;
  clearTimeout(killer);
  for (const child of current.values()) child.kill("SIGTERM");
  await Promise.all(workers);
  const times = Map.groupBy(
    lines.filter((line) => / done in /.test(line)),
    (line) => /^run ([0-9a-f]{16})/.exec(line)![1]!,
  );
  const begins = lines.filter((line) => line.endsWith(": begun")).length;
  const row = {
    workers: 2,
    "kills of a worker": kills,
    "kills of Redis": 1,
    runs: wanted.length,
    calls,
    "failed, its worker killed three times": failures,
    "in the store, whole": wanted.length - missing.length,
    "told as done": told.filter((what) => what === "done").length,
    "completed twice": [...times.values()].filter(({ length }) => length > 1).length,
    "begun again": begins - wanted.length,
    minutes: Math.round(seconds / 60),
  };
  const rows = Object.entries(row).map(([what, count]) => ({ what, count }));
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, backend: only };
  console.log(JSON.stringify({ machine, rows }, undefined, 1));
});
await Deno.remove(root, { recursive: true });
Deno.exit(0);
