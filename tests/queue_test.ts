/** Runs on a queue: what travels, what is refused, and what becomes of them when workers, callers and Redis come and go. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Backend } from "../src/engine/backend.ts";
import type { Order } from "../src/experiments/pool.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { AddressError, addressOf, withoutSecrets } from "../src/queue/address.ts";
import { classOf, jobIdOf, queueName, specOf } from "../src/queue/job.ts";
import { keyOf, receive, send } from "../src/queue/parcel.ts";
import type { WorkerOptions } from "../src/queue/worker.ts";
import { assertOneLine, run, start } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import type { TestRedis } from "./redis.ts";
import { freePort, ofQueue, QUICK, REDIS, withRedis } from "./redis.ts";
import { smallSpec } from "./small_run.ts";
import { storeRun } from "./stored_run.ts";

const { Queue } = await ofQueue(() => import("bullmq"));
const { Call } = await ofQueue(() => import("../src/queue/call.ts"));
const { runOnQueue } = await ofQueue(() => import("../src/queue/caller.ts"));
const { connect, optionsOf, QueueError } = await ofQueue(() => import("../src/queue/connection.ts"));
const { queueStates } = await ofQueue(() => import("../src/queue/state.ts"));
const { startWorker } = await ofQueue(() => import("../src/queue/worker.ts"));

/** A backend that nothing is computed on. */
const BACKEND: Backend = {
  name: "cpu",
  reason: "a test",
  computing: { device: "none", threads: 1, versions: {}, environment: {} },
};

const QUEUE = queueName("cpu");

/** Runs that are quick to describe. */
const specsOf = (count: number): RunSpec[] =>
  Array.from({ length: count }, (_, seed) => ({ ...smallSpec(1), method: "pixelmean", recipe: {}, seed }));

/** Makes a run without computing it. */
const fake = async ({ root, spec }: Order) => {
  await storeRun(root, spec);
  return { auroc: 0.75 };
};

/** What a test hears. */
function listener() {
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
async function withWorker(
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
async function call({ url }: TestRedis, root: string, specs: readonly RunSpec[]) {
  const { lines, watch, say } = listener();
  const failures = await runOnQueue(specs, {
    ...{ root, address: addressOf(url, undefined), backendClass: "cpu", watch, say },
    ...{ onSlots: () => {}, look: 500 },
  });
  return { failures, lines };
}

/** Waits until something holds. */
async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  for (const late = performance.now() + 1000 * seconds; !await holds();) {
    assert(performance.now() < late, `${what} within ${seconds} s`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

Deno.test("queue-refused: what is no address is refused in a line that quotes no password", () => {
  for (
    const bad of ["", "host", "http://me:secret@host", "redis://", "redis://me:secret@host/queue", "redis://host:x"]
  ) {
    const error = (() => {
      try {
        return addressOf(bad, undefined);
      } catch (error) {
        return error;
      }
    })();
    assert(error instanceof AddressError, bad);
    assert(!error.message.includes("secret"));
  }
  assertEquals(addressOf(undefined, "rediss://h:7/2").shown, "rediss://h:7/2");
  // The password of one server is none of another's.
  assertEquals(addressOf("redis://other", "redis://me:secret@host").password, undefined);
  assertEquals(withoutSecrets(["--queue=redis://me:s@crt@h:1", "--out", "a@b"]), [
    "--queue=redis://h:1",
    "--out",
    "a@b",
  ]);
});

Deno.test("queue-runs: a GPU's runs and a CPU's have queues of their own, and each arithmetic has", () => {
  const of = (name: Backend["name"], device: string) => classOf({ name, computing: { ...BACKEND.computing, device } });
  assertEquals(of("native", "TensorFlow 2.21.0 on CUDA (NVIDIA H100)"), "native-gpu");
  assertEquals(of("native", "TensorFlow 2.21.0 on the CPU, 1 thread"), "native-cpu");
  assertEquals(of("wasm", "WebAssembly"), "wasm");
  assertMatch(queueName("native-gpu"), /^memgan-a\d+-native-gpu$/);
});

Deno.test("queue-refused: a job is a run of its name, as a command line could have asked for it", () => {
  const [spec] = specsOf(1) as [RunSpec];
  assertEquals(specOf(jobIdOf(spec), { spec }), spec);
  const memgan = smallSpec(1);
  const large = { ...memgan, recipe: { ...memgan.recipe, units: 1e9 } };
  const cases: [data: unknown, message: RegExp, id?: string][] = [
    [null, /it is null/],
    [{ spec: { ...spec, method: "rm -rf" } }, /spec\.method is "rm -rf"/],
    [{ spec, run: "rm" }, /Unrecognized key/],
    [{ spec: { ...spec, seed: 1 } }, /its name says another/],
    [{ spec: large }, /a number beyond 1000000/, jobIdOf(large)],
    [{ spec, more: "x".repeat(20_000) }, /bytes, 10000 are allowed/],
  ];
  for (const [data, message, id = jobIdOf(spec)] of cases) {
    const error = (() => {
      try {
        return specOf(id, data);
      } catch (error) {
        return error;
      }
    })();
    assertMatch((error as Error).message, message);
  }
});

testWith(
  REDIS,
  "queue-refused: nothing there, no such host, a wrong password and an old Redis are one line each",
  async () => {
    const asks = async (url: string) => await run("queue", "--queue", url);
    assertOneLine(await asks(`redis://127.0.0.1:${freePort()}`), 1, "nothing answers at redis://127.0.0.1:");
    assertOneLine(await asks("redis://queue.invalid"), 1, 'no host "queue.invalid" is known');
    assertOneLine(await asks("nonsense"), 2, "redis://HOST:6379 or rediss://HOST:6379 is wanted");
    await withRedis(async ({ url }) => {
      assertOneLine(await asks(url), 1, "wants a password");
      const wrong = await asks(url.replace("//", "//:wrong@"));
      assertOneLine(wrong, 1, "does not take this user and password");
      assert(!wrong.stderr.includes("wrong@"));
      assertEquals((await asks(url.replace("//", "//:right@"))).code, 0);
      assertOneLine(await run("worker", "--backend", "cpu", "--queue", url), 1, "wants a password");
    }, ["--requirepass", "right"]);
    // An old server, as far as it describes itself.
    const old = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = old.addr as Deno.NetAddr;
    const answering = (async () => {
      for await (const connection of old) {
        const about = "redis_version:4.0.9\r\nloading:0\r\n";
        (async () => {
          const bytes = new Uint8Array(4096);
          for (let length = await connection.read(bytes); length !== null; length = await connection.read(bytes)) {
            for (
              const [, command] of new TextDecoder().decode(bytes.subarray(0, length)).matchAll(
                /\*\d+\r\n\$\d+\r\n(\w+)/g,
              )
            ) {
              const isInfo = command!.toLowerCase() === "info";
              const answer = isInfo ? `$${about.length}\r\n${about}\r\n` : "+OK\r\n";
              await connection.write(new TextEncoder().encode(answer));
            }
          }
        })().catch(() => {}).finally(() => connection.close());
      }
    })();
    await assertRejects(
      () => connect(addressOf(`redis://127.0.0.1:${port}`, undefined), () => {}),
      QueueError,
      "is Redis 4.0, 6.2 or later is wanted",
    );
    old.close();
    await answering.catch(() => {});
  },
);

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
  "queue-refused: what is no run fails at once, in one line, and the worker goes on",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const [spec, other] = specsOf(2) as [RunSpec, RunSpec];
        const queue = new Queue(QUEUE, { connection: optionsOf(addressOf(redis.url, undefined)) });
        await queue.add("run", "rm -rf /", { jobId: "run-odd", attempts: 3 });
        await queue.add("run", { spec }, { jobId: jobIdOf(other), attempts: 3 });
        // Put there by hand, not by BullMQ.
        await redis.client.hset(`bull:${QUEUE}:run-raw`, {
          data: "{no JSON",
          name: "run",
          opts: "{}",
          timestamp: 1,
          delay: 0,
          priority: 0,
        });
        await redis.client.rpush(`bull:${QUEUE}:wait`, "run-raw");
        const said = await withWorker(redis, {}, async () => {
          const { failures, lines } = await call(redis, root, [spec]);
          assertEquals([failures, lines.at(-1)], [0, `done ${spec.seed}`]);
          await until("three have failed", async () => await queue.getFailedCount() === 3);
        });
        for (const id of ["run-odd", "run-raw", jobIdOf(other)]) {
          assertEquals(said.filter((line) => line.startsWith(`job ${id} is refused: `)).length, 1, said.join("\n"));
        }
        await queue.close();
      });
    });
  },
);

testWith(
  REDIS,
  "queue-refused: what cannot be read is told as that, and a run under whose name it stands is put on the queue again",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const specs = specsOf(2);
        for (const [i, set] of ["failed", "completed"].entries()) {
          const id = jobIdOf(specs[i]!);
          await redis.client.hset(`bull:${QUEUE}:${id}`, { data: "{", name: "run", timestamp: "1", opts: "no JSON" });
          await redis.client.zadd(`bull:${QUEUE}:${set}`, 1, id);
        }
        await redis.client.zadd(`bull:${QUEUE}:failed`, 1, "nothing");
        await redis.client.hset(`bull:${QUEUE}:meta`, "version", "bullmq");
        const state = async (act: "look" | "retry") => {
          const { failed, completed } = (await queueStates(addressOf(redis.url, undefined), act, () => {}))[0]!;
          return [failed.map(({ run, why }) => `${run}: ${why}`), completed];
        };
        const why = "it cannot be read";
        assertEquals(await state("look"), [[`${hashOf(specs[0]!)}: ${why}`, `nothing: ${why}`], 1]);
        await withWorker(redis, {}, async () => {
          const { failures, lines } = await call(redis, root, specs);
          assertEquals(failures, 0);
          assertEquals(lines.filter((line) => line.endsWith("it is put there again")), [
            `run ${hashOf(specs[1]!)} cannot be read; it is put there again`,
          ]);
        });
        assertEquals(await state("retry"), [[], 2]);
      });
    });
  },
);

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
  "queue-refused: a result that does not hold never enters the store: it is refused, and the run done again",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (root) => {
        const [spec] = specsOf(1) as [RunSpec];
        let made = 0;
        const work = async (order: Order) => {
          const folder = await storeRun(order.root, order.spec);
          if (made++ === 0) await Deno.writeTextFile(folder.file("scores.csv"), "index,label,score\n");
          return { auroc: 0.75 };
        };
        await withWorker(redis, { work }, async () => {
          const { failures, lines } = await call(redis, root, [spec]);
          assertEquals(failures, 0);
          assertMatch(
            lines.join("|"),
            /said 0: its result is refused, and it is put on the queue again: [^|]*scores\.csv[^|]*\|.*done 0$/,
          );
        });
        assertEquals([made, await new RunFolder(root, spec).isDone()], [2, true]);
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
