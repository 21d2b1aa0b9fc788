/** A Redis of a test's own, on a free port of this machine, which can be killed and comes back with what it had. */

import type { Redis } from "ioredis";
import type { Timing } from "../src/queue/worker.ts";
import type { Need } from "./needs.ts";

/** Why no Redis can be started; nothing where one can. */
function absence(): string | undefined {
  const granted = (descriptor: Deno.PermissionDescriptor) => Deno.permissions.querySync(descriptor).state === "granted";
  if (!granted({ name: "run" })) return "needs --allow-run";
  if (!granted({ name: "net", host: "127.0.0.1" })) return "needs --allow-net=127.0.0.1";
  try {
    new Deno.Command("redis-server", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return undefined;
  } catch {
    return "there is no redis-server";
  }
}

const absent = absence();

/** What tests of a queue need. */
export const REDIS: readonly Need[] = [
  "read",
  "write",
  "env",
  "run",
  "sys",
  ...(absent === undefined ? [] : [{ absent }]),
];

/**
 * A module of the queue. BullMQ reads variables as soon as it is imported: without leave to, the tests are ignored and nothing is
 * loaded.
 */
export async function ofQueue<M>(load: () => Promise<M>): Promise<M> {
  return Deno.permissions.querySync({ name: "env" }).state === "granted" ? await load() : {} as M;
}

/** The times of a worker in a test. */
export const QUICK: Timing = { lock: 20_000, renew: 1000, look: 2000, progress: 200 };

/** A port that nothing listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** A server of this test's own. */
export interface TestRedis {
  /** Its address. */
  readonly url: string;
  /** A connection to it. */
  readonly client: Redis;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, with what it had. */
  start(): Promise<void>;
}

/**
 * Starts a server, and ends it.
 *
 * @param use Is called with the server.
 * @param flags Flags of the server.
 */
export async function withRedis(
  use: (redis: TestRedis) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "memgan-redis-" });
  const port = freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", ...flags];
  let server: Deno.ChildProcess;
  const client = new (await import("ioredis")).Redis({
    host: "127.0.0.1",
    port,
    lazyConnect: true,
    maxRetriesPerRequest: null,
  });
  client.on("error", () => {});
  const start = async () => {
    server = new Deno.Command("redis-server", { args: [...args, "--appendfsync", "always"], stdout: "null" }).spawn();
    for (;;) {
      const isUp = await Deno.connect({ hostname: "127.0.0.1", port }).then((c) => (c.close(), true), () => false);
      if (isUp) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  };
  const kill = async () => {
    server.kill("SIGKILL");
    await server.status;
  };
  await start();
  try {
    await use({ url: `redis://127.0.0.1:${port}`, client, kill, start });
  } finally {
    client.disconnect();
    await kill().catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}
