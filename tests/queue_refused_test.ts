/** What is refused of a queue, its server and its workers: a line each, and the rest goes on. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Order } from "../src/experiments/pool.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { AddressError, addressOf, withoutSecrets } from "../src/queue/address.ts";
import { jobIdOf, specOf } from "../src/queue/job.ts";
import { assertOneLine, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { call, QUEUE, specsOf, until, withWorker } from "./queue_calls.ts";
import { freePort, ofQueue, REDIS, withRedis } from "./redis.ts";
import { smallSpec } from "./small_run.ts";
import { storeRun } from "./stored_run.ts";

const { Queue } = await ofQueue(() => import("bullmq"));
const { connect, optionsOf, QueueError } = await ofQueue(() => import("../src/queue/connection.ts"));
const { queueStates } = await ofQueue(() => import("../src/queue/state.ts"));

Deno.test("queue-refused: what is no address is refused in a line that quotes no password", () => {
  for (
    const bad of [
      "redis://me:100%@host",
      "",
      "host",
      "http://me:secret@host",
      "redis://",
      "redis://me:secret@host/queue",
      "redis://host:x",
    ]
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
  assertEquals(withoutSecrets(["REDIS://me:s\n@h", "Rediss://me:s@h"]), ["REDIS://h", "Rediss://h"]);
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
