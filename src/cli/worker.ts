/**
 * `deno task worker`: does the runs of a queue, on as many machines as there are.
 *
 * @module
 */

import { StoppedError } from "../platform/errors.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { announceBackend, commitHash, DATA_FLAGS, JOBS_FLAG } from "./environment.ts";
import { findQueue, QUEUE_FLAG } from "./queue_flag.ts";
import { userDataFolder } from "../platform/data_folder.ts";

const command: Command<"queue" | "jobs" | "data" | "shared"> = {
  task: "worker",
  about:
    "Does the runs that `reproduce --queue` and its like put on a queue, and hands them back; until it is stopped. SIGTERM or\n" +
    "Ctrl-C has it end after the runs that it has, a second one at once: other workers go on with them.",
  flags: {
    queue: { ...QUEUE_FLAG, help: "the queue (default: MEMGAN_QUEUE): docs/queue.md" },
    jobs: JOBS_FLAG,
    data: DATA_FLAGS.data,
    shared: { value: "DIR", help: "the caller's --out, where all machines have it: then no file travels" },
  },
};

/** Milliseconds that runs have to go back to the queue in. */
const HANDING_BACK = 3000;

await runMain(command, async (given) => {
  const address = await findQueue(given);
  const [asked, shared] = [given.whole("jobs", 1), given.text("shared")];
  const [{ jobsOn, thisMachine }, { tryFolder }, { withTemporaryFolder }] = [
    await load<typeof import("../experiments/jobs.ts")>(import.meta.resolve("../experiments/jobs.ts")),
    await load<typeof import("../platform/files.ts")>(import.meta.resolve("../platform/files.ts")),
    await load<typeof import("../platform/leftovers.ts")>(import.meta.resolve("../platform/leftovers.ts")),
  ];
  if (shared !== undefined) await tryFolder(shared);
  const backend = await announceBackend(given);
  const { startWorker } = await load<typeof import("../queue/worker.ts")>(import.meta.resolve("../queue/worker.ts"));
  const { jobs, warning } = jobsOn(thisMachine(), asked);
  if (warning !== undefined) console.error(warning);
  const commit = await commitHash();
  const say = (line: string) => console.error(line);
  const serve = async (root: string) => {
    const worker = await startWorker({
      ...{ address, backend, jobs, root, commit, say },
      isShared: shared !== undefined,
      data: given.text("data") ?? userDataFolder(),
    });
    say(`queue: ${address.shown}, ${jobs} run${jobs === 1 ? "" : "s"} at a time`);
    let signals = 0;
    const stop = () => {
      signals++;
      say(
        signals === 1
          ? "ends after the runs that it has; once more ends it now"
          : "ends now; other workers go on with its runs",
      );
      worker.stop();
      // Where the server is away nothing can be given back.
      if (signals > 1) setTimeout(() => Deno.exit(130), HANDING_BACK);
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, stop);
    const done = await worker.ended;
    if (signals > 1) throw new StoppedError(`Stopped; ${done.completed} runs were completed`);
    return done;
  };
  const done = shared === undefined ? await withTemporaryFolder("worker", serve) : await serve(shared);
  console.log(given.on("json") ? JSON.stringify(done) : `${done.completed} runs completed, ${done.failed} failures`);
});
