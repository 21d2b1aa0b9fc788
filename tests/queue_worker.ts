/** A worker for tests that kill it: URL ROOT BACKEND. It is as impatient as a test, and counts as lost after seconds. */

import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { addressOf } from "../src/queue/address.ts";
import { startWorker } from "../src/queue/worker.ts";
import { QUICK } from "./redis.ts";

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
