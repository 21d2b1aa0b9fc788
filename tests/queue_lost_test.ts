/** A worker, Redis and the caller are killed in the middle of real runs: the store is as that of a local call. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { addressOf } from "../src/queue/address.ts";
import { keyOf } from "../src/queue/parcel.ts";
import { filesIn } from "./chaos/processes.ts";
import { run, start } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { ofQueue, REDIS, withRedis } from "./redis.ts";

const { queueStates } = await ofQueue(() => import("../src/queue/state.ts"));

/** A network so small that an epoch takes seconds. */
const VARIANTS = { small: { units: 4, width: 8, k: 1, batch: 128, epochs: 5 } };

const WORKER = fromFileUrl(import.meta.resolve("./queue_worker.ts"));

/** Minutes until whatever a test waits for is taken not to come. */
const PATIENCE = 8;

/** A worker of one job, as a process, and what it says. */
function startWorker(url: string, root: string) {
  const said: string[] = [];
  const args = ["run", "--quiet", "-A", WORKER, url, root, "native"];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).spawn();
  const heard = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said.push(text);
  })();
  return { child, said, heard };
}

/** The files of a store's runs; a manifest says when and how long. */
function resultsOf(store: string): Map<string, string> {
  const names = filesIn(join(store, "runs")).filter((name) => !name.endsWith("manifest.json"));
  return new Map(names.map((name) => [name, Deno.readFileSync(join(store, "runs", name)).toBase64()]));
}

testWith(
  [...REDIS, "native"],
  "queue-lost: a worker killed -9 in an epoch, Redis killed, the caller killed and called again leave the bytes of a local call",
  async () => {
    await withRedis(async (redis) => {
      await withFolder(async (folder) => {
        const variants = join(folder, "variants.json");
        await Deno.writeTextFile(variants, JSON.stringify(VARIANTS));
        const flags = ["--variants", variants, "--classes", "3", "--seeds", "0,1", "--backend", "native"];
        const local = await run("search", ...flags, "--jobs", "2", "--out", join(folder, "local"));
        assertEquals(local.code, 0, local.stderr);

        const store = join(folder, "store");
        const call = () => start("search", ...flags, "--queue", redis.url, "--out", store);
        const workers = ["one", "two"].map((name) => startWorker(redis.url, join(folder, name)));
        const late = performance.now() + 60_000 * PATIENCE;
        try {
          const first = call();
          const firstOutcome = first.output();
          /** Waits for a run that has epochs behind it and before it; the process that has it. */
          const middle = async (): Promise<number> => {
            for (;;) {
              assert(performance.now() < late, workers.flatMap(({ said }) => said).join(""));
              const [state] = await queueStates(addressOf(redis.url, undefined), "look", () => {});
              const found = state?.active.find(({ epochs }) => epochs !== null && epochs > 1 && epochs < 4);
              // A busy machine may still be sending it.
              const sent = found && await redis.client.exists(keyOf(state!.queue, "checkpoint", found.run)) > 0;
              if (sent) return Number(/:(\d+)$/.exec(found.where)![1]);
              await new Promise((wake) => setTimeout(wake, 100));
            }
          };
          const victim = await middle();
          const killed = workers.find(({ child }) => child.pid === victim)!;
          const other = workers.find(({ child }) => child.pid !== victim)!;
          killed.child.kill("SIGKILL");
          await killed.child.status;
          await redis.kill();
          first.kill("SIGKILL");
          await firstOutcome;
          await redis.start();
          const again = await call().output();
          const said = new TextDecoder().decode(again.stderr);
          assertEquals(again.code, 0, said);
          assertEquals(new TextDecoder().decode(again.stdout), local.stdout);
          assertEquals(resultsOf(store), resultsOf(join(folder, "local")));
          assertMatch(other.said.join(""), /goes on from epoch [1-4] of the worker before/);
        } finally {
          for (const { child } of workers) {
            try {
              child.kill("SIGTERM");
            } catch {
              // It has ended.
            }
          }
          for (const { child, heard } of workers) {
            await child.status;
            await heard;
          }
        }
      });
    });
  },
);
