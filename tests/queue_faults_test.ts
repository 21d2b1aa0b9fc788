/** What becomes of runs on a queue when they fail, and when workers, callers and Redis come and go. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Order } from "../src/experiments/pool.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { addressOf } from "../src/queue/address.ts";
import { jobIdOf } from "../src/queue/job.ts";
import { keyOf } from "../src/queue/parcel.ts";
import type { WorkerOptions } from "../src/queue/worker.ts";
import { testWith, withFolder } from "./needs.ts";
import { BACKEND, call, fake, QUEUE, specsOf, until, withWorker } from "./queue_calls.ts";
import { ofQueue, QUICK, REDIS, withRedis } from "./redis.ts";

const { Queue } = await ofQueue(() => import("bullmq"));
const { optionsOf } = await ofQueue(() => import("../src/queue/connection.ts"));
const { queueStates } = await ofQueue(() => import("../src/queue/state.ts"));
const { startWorker } = await ofQueue(() => import("../src/queue/worker.ts"));

testWith(
  REDIS,
  "queue-failures: runs that fail three times are reported with their last error, the others are done, and a new call tries all again",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const specs = specsOf(6);
        const tries = [0, 0, 0, 0];
        let isMended = false;
        const work = (order: Order) => {
          const { seed } = order.spec;
          return seed < tries.length && !isMended
            ? Promise.resolve({ why: `it broke, ${++tries[seed]!}` })
            : fake(order);
        };
        await withWorker(redis, { work }, async () => {
          const first = await call(redis, root, specs);
          assertEquals(first.failures, tries.length);
          assertEquals(first.lines.filter((line) => /^(done|failed)/.test(line)).sort(), [
            ...["done 4", "done 5"],
            ...tries.map((_, seed) => `failed ${seed}: it broke, 3`),
          ]);
          const [state] = await queueStates(addressOf(redis.url, undefined), "look", () => {});
          const byName = (a: { run: string }, b: { run: string }) => a.run < b.run ? -1 : 1;
          assertEquals(
            state!.failed.toSorted(byName),
            tries.map((_, seed) => ({ run: hashOf(specs[seed]!), why: "it broke, 3" })).sort(byName),
          );
          isMended = true;
          assertEquals((await call(redis, root, specs)).failures, 0);
        });
        assertEquals(tries, [3, 3, 3, 3]);
      });
    });
  },
);

testWith(
  REDIS,
  "queue-failures: a run whose worker was lost three times is given up, and one that was lost twice is done",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const specs = specsOf(2);
        const calling = call(redis, root, specs);
        const jobKeyOf = (spec: RunSpec) => `bull:${QUEUE}:${jobIdOf(spec)}`;
        await until("both wait", async () => await redis.client.llen(`bull:${QUEUE}:wait`) === 2);
        await redis.client.hset(jobKeyOf(specs[0]!), "stc", 3);
        await redis.client.hset(jobKeyOf(specs[1]!), "stc", 2);
        await withWorker(redis, {}, async () => {
          const { failures, lines } = await calling;
          assertEquals(failures, 1);
          assertEquals(lines.filter((line) => /^(done|failed)/.test(line)).sort(), [
            "done 1",
            "failed 0: its worker was lost each time",
          ]);
        });
      });
    });
  },
);

testWith(
  REDIS,
  "queue-lost: a worker that has lost its lock ends its run, and its result is dropped",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const [spec] = specsOf(1) as [RunSpec];
        let late = 0;
        const ended: (string | null)[] = [];
        const slow: WorkerOptions["work"] = async (order, _watch, children) => {
          const child = new Deno.Command("sleep", { args: ["30"] }).spawn();
          children.add(child);
          late++;
          ended.push((await child.status).signal);
          return await fake(order);
        };
        const called = { lines: [] as string[] };
        const said = await withWorker(redis, { work: slow, jobs: 1 }, async () => {
          const calling = call(redis, root, [spec]);
          await until("the first has it", () => late === 1);
          // As if it had not been heard of for too long.
          await redis.client.set(`bull:${QUEUE}:${jobIdOf(spec)}:lock`, "another's", "PX", 100);
          await withWorker(redis, { jobs: 1 }, async () => void Object.assign(called, await calling));
        });
        assertEquals(called.lines.filter((line) => line.startsWith("done")), ["done 0"]);
        assertEquals(ended, ["SIGKILL"]);
        assertEquals(
          said.filter((line) => line.includes("dropped; the lock on it is lost")).length,
          1,
          said.join("\n"),
        );
        assertEquals((await redis.client.keys("memgan:*:parcel:*")).length, 1);
      });
    });
  },
);

testWith(
  REDIS,
  "queue-away: while Redis is away workers and callers wait, say so once, and go on",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const specs = specsOf(6);
        let made = 0;
        const work = async (order: Order) => {
          if (made++ === 2) {
            // As after a minute of silence.
            await redis.client.del(keyOf(QUEUE, "workers"));
            await redis.kill();
            setTimeout(redis.start, 3000);
          }
          return await fake(order);
        };
        let lines: string[] = [];
        const said = await withWorker(redis, { work, jobs: 1, timing: { ...QUICK, lock: 30_000 } }, async () => {
          const called = await call(redis, root, specs);
          assertEquals(called.failures, 0);
          lines = called.lines;
        });
        for (const all of [lines, said]) {
          const told = all.flatMap((line) => /does not answer; waiting for it|answers again/.exec(line)?.[0] ?? []);
          assertEquals(told, ["does not answer; waiting for it", "answers again"], all.join("\n"));
        }
        assertEquals(lines.filter((line) => line.startsWith("no worker is at")), []);
        assertEquals(made, specs.length);
      });
    });
  },
);

testWith(
  REDIS,
  "queue-state: what waits, runs and failed is told; --retry puts it back, --clear leaves what runs",
  async () => {
    await withRedis(async (redis) => {
      const address = addressOf(redis.url, undefined);
      const queue = new Queue(QUEUE, { connection: optionsOf(address) });
      const specs = specsOf(4);
      for (const spec of specs) await queue.add("run", { spec }, { jobId: jobIdOf(spec) });
      let release = () => {};
      const held = new Promise<void>((resolve) => release = resolve);
      const work = async (order: Order) => {
        if (order.spec.seed === 0) return { why: "it broke" };
        await held;
        return await fake(order);
      };
      await withWorker(redis, { work, jobs: 1 }, async () => {
        using _ = { [Symbol.dispose]: () => release() };
        const state = async (act: "look" | "retry" | "clear") => (await queueStates(address, act, () => {}))[0]!;
        await until("one failed and one runs", async () => {
          const { failed, active } = await state("look");
          return failed.length === 1 && active.length === 1;
        });
        const looked = await state("look");
        assertEquals([looked.queue, looked.waiting, looked.workers.map(({ jobs }) => jobs)], [QUEUE, 2, [1]]);
        assertEquals([looked.active[0]!.run, looked.failed[0]!.why], [hashOf(specs[1]!), "it broke"]);
        assertMatch(looked.active[0]!.where, /:\d+$/);
        assert(looked.seconds! > 0);
        const retried = await state("retry");
        assertEquals([retried.waiting, retried.failed], [3, []]);
        const cleared = await state("clear");
        assertEquals([cleared.waiting, cleared.active.length, cleared.failed], [0, 1, []]);
      });
      await queue.close();
    });
  },
);

testWith(
  REDIS,
  "queue-stop: a worker that is stopped ends its run and takes no other; stopped twice, it gives the run back",
  async () => {
    await withRedis(async (redis) => {
      const queue = new Queue(QUEUE, { connection: optionsOf(addressOf(redis.url, undefined)) });
      const specs = specsOf(2);
      for (const spec of specs) await queue.add("run", { spec }, { jobId: jobIdOf(spec), attempts: 3 });
      await withFolder(async (root) => {
        const begin = (work: NonNullable<WorkerOptions["work"]>, said: string[]) =>
          startWorker({
            ...{ address: addressOf(redis.url, undefined), backend: BACKEND, jobs: 1, root, isShared: false },
            ...{ data: undefined, commit: undefined, timing: QUICK, work, say: (line: string) => void said.push(line) },
          });
        let release = (_end: { why: string }) => {};
        const held = new Promise<{ why: string }>((resolve) => release = resolve);
        const said: string[] = [];
        const killed = await begin(() => held, said);
        await until("it has a run", () => said.some((line) => line.endsWith("begun")));
        killed.stop();
        killed.stop();
        release({ why: "its process is gone" });
        await killed.ended;
        assert(said.some((line) => line.endsWith("handed back")), said.join("\n"));
        assertEquals(await queue.getJobCounts("waiting", "active", "failed"), { waiting: 2, active: 0, failed: 0 });
        const polite = await begin(async (order) => {
          polite.stop();
          return await fake(order);
        }, said);
        assertEquals(await polite.ended, { completed: 1, failed: 0 });
        assertEquals(await queue.getJobCounts("waiting", "completed"), { waiting: 1, completed: 1 });
      });
      await queue.close();
    });
  },
);
