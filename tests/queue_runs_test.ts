/** Runs on a queue: what travels, and what comes of it. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Backend } from "../src/engine/backend.ts";
import type { Order } from "../src/experiments/pool.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { addressOf } from "../src/queue/address.ts";
import { classOf, queueName } from "../src/queue/job.ts";
import { receive, send } from "../src/queue/parcel.ts";
import { run, start } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { BACKEND, call, fake, listener, QUEUE, specsOf, until, withWorker } from "./queue_calls.ts";
import { ofQueue, REDIS, withRedis } from "./redis.ts";

const { Queue } = await ofQueue(() => import("bullmq"));
const { Call } = await ofQueue(() => import("../src/queue/call.ts"));
const { optionsOf } = await ofQueue(() => import("../src/queue/connection.ts"));

Deno.test("queue-runs: a GPU's runs and a CPU's have queues of their own, and each arithmetic has", () => {
  const of = (name: Backend["name"], device: string) => classOf({ name, computing: { ...BACKEND.computing, device } });
  assertEquals(of("native", "TensorFlow 2.21.0 on CUDA (NVIDIA H100)"), "native-gpu");
  assertEquals(of("native", "TensorFlow 2.21.0 on the CPU, 1 thread"), "native-cpu");
  assertEquals(of("wasm", "WebAssembly"), "wasm");
  assertMatch(queueName("native-gpu"), /^memgan-a\d+-native-gpu$/);
});

testWith(
  REDIS,
  "queue-runs: files arrive as they were, no others, none that unpack to more than a bound, and only from the lock's holder",
  async () => {
    await withRedis(async ({ client }) => {
      await client.set("lock", "mine");
      const files = new Map([["a", Uint8Array.of(1, 2, 3)], ["b", new Uint8Array(100_000)]]);
      const sent = await send(client, "key", files, 60, ["lock", "mine"]);
      assert(sent!.bytes === 100_003 && sent!.packed < 2000);
      assertEquals(await receive(client, "key", ["a", "b"]), files);
      assert((await client.ttl("key")) > 50);
      await assertRejects(() => receive(client, "key", ["a"]), Error, "the parcel has a, b; a are wanted");
      assertEquals(await send(client, "key", new Map([["a", Uint8Array.of(4)]]), 60, ["lock", "another's"]), undefined);
      assertEquals(await receive(client, "key", ["a", "b"]), files);
      await client.hset("key", "a", "no gzip");
      await assertRejects(() => receive(client, "key", ["a", "b"]), Error, "the parcel's a cannot be unpacked");
      assertEquals(await receive(client, "none", ["a"]), undefined);
    });
  },
);

testWith(
  REDIS,
  "queue-runs: asked for by two callers, every run is done once, gathered by both, and nothing is lost",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const specs = specsOf(40);
        const made: string[] = [];
        const work = (order: Order) => {
          made.push(hashOf(order.spec));
          return fake(order);
        };
        await withWorker(redis, { work, jobs: 4 }, async () => {
          const both = await Promise.all(["one", "two"].map((name) => call(redis, join(root, name), specs)));
          for (const { failures, lines } of both) {
            assertEquals(failures, 0);
            assertEquals(lines.filter((line) => line.startsWith("done")).length, specs.length);
          }
        });
        assertEquals([made.length, new Set(made).size], [specs.length, specs.length]);
        for (const name of ["one", "two"]) {
          for (const spec of specs) assert(await new RunFolder(join(root, name), spec).isDone());
        }
      });
    });
  },
);

testWith(
  REDIS,
  "queue-runs: a run that ends while a caller looks at it is gathered, and not done again",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const address = addressOf(redis.url, undefined);
        /** Runs are in no list when this queue is asked, and have ended when it answers. */
        class Late extends Queue {
          override getRanges() {
            return Promise.resolve([]);
          }
          override async getJob(id: string) {
            const job = await super.getJob(id);
            if (job !== undefined) await until("the run ends", () => job.isCompleted());
            return job;
          }
        }
        const queue = new Late(QUEUE, { connection: optionsOf(address) });
        const { lines, watch, say } = listener();
        const options = { root, address, backendClass: "cpu", watch, say, onSlots: () => {}, look: 100 } as const;
        await withWorker(redis, {}, async () => {
          const waiting = new Call(specsOf(1), options, redis.client, queue);
          assertEquals(await waiting.run(), "ended");
          waiting.close();
        });
        await queue.close();
        assertEquals(lines.filter((line) => !/^(begun|progress)/.test(line)), ["done 0"]);
      });
    });
  },
);

testWith(
  REDIS,
  "queue-runs: in a folder that all machines share no file travels, and another folder is noticed",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const [one, two] = specsOf(2) as [RunSpec, RunSpec];
        await withWorker(redis, { root, isShared: true }, async () => {
          assertEquals((await call(redis, root, [one])).failures, 0);
          assertEquals(await redis.client.keys("memgan:*:parcel:*"), []);
          await withFolder(async (elsewhere) => {
            const { failures, lines } = await call(redis, elsewhere, [two]);
            assertEquals(failures, 1);
            assertStringIncludes(lines.at(-1)!, "its worker had another --shared folder");
          });
        });
      });
    });
  },
);

testWith(
  REDIS,
  "queue-runs: a search in two stages asks the queue twice",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const file = join(root, "variants.json");
        await Deno.writeTextFile(file, '{"one": {"k": 1}}');
        const flags = ["--classes", "8", "--seeds", "0,1", "--within", "0.01", "--backend", "cpu", "--json"];
        await withWorker(redis, {}, async () => {
          const called = await run("search", "--variants", file, ...flags, "--queue", redis.url, "--out", root);
          assertEquals(called.code, 0, called.stderr);
          assertEquals(JSON.parse(called.stdout).rows[0].aurocs, [[0.75, 0.75]]);
        });
      });
    });
  },
);

testWith(
  REDIS,
  "queue-runs: reproduce by a queue ends with the table and the report of a local call, and names no password",
  async () => {
    await withRedis(async ({ url: open }) => {
      await withFolder(async (folder) => {
        const url = open.replace("//", "//:secret@");
        const worker = start("worker", "--backend", "cpu", "--jobs", "1", "--queue", url);
        const outcome = worker.output();
        const flags = ["--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5", "--budget", "smoke"];
        const local = await run("reproduce", ...flags, "--jobs", "1", "--out", join(folder, "local"));
        const called = await run("reproduce", ...flags, "--queue", url, "--out", join(folder, "store"));
        worker.kill("SIGTERM");
        const { code, stdout } = await outcome;
        assertEquals([local.code, called.code, code], [0, 0, 0], called.stderr);
        assertMatch(new TextDecoder().decode(stdout), /^\d runs completed, 0 failures\n$/);
        const table = (text: string) => text.slice(0, text.indexOf("report: "));
        assertEquals(table(called.stdout), table(local.stdout));
        assertMatch(called.stderr, /queue: redis:\/\/127[^]*time: about \d+ s, 1 at a time[^]*AUROC/);
        const report = await Deno.readTextFile(join(folder, "store", "report", "report.md"));
        assertStringIncludes(report, `--queue ${open}`);
        for (const text of [report, called.stdout, called.stderr]) assert(!text.includes("secret"));
      });
    }, ["--requirepass", "secret"]);
  },
);
