/** A worker for tests that kill it: URL ROOT BACKEND. It is as impatient as a test, and counts as lost after seconds. */

import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { addressOf } from "../src/queue/address.ts";
import type { Timing } from "../src/queue/worker.ts";
import { startWorker } from "../src/queue/worker.ts";

/** The times of a test. */
export const QUICK: Timing = { lock: 20_000, renew: 1000, look: 2000, progress: 200 };

if (import.meta.main) {
  const [url, root, only] = Deno.args as [string, string, BackendName];
  const worker = await startWorker({
    address: addressOf(url, undefined),
    backend: await startBackend({ only }),
    ...{ jobs: 1, root, isShared: false, data: undefined, commit: undefined },
    say: (line) => console.error(line),
    timing: QUICK,
  });
  Deno.addSignalListener("SIGTERM", worker.stop);
  await worker.ended;
  Deno.exit(0);
}
