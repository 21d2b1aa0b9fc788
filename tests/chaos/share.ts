/**
 * A process that does a share of many small runs on one store: ROOT LOG I/N COUNT [HOST]. What it begins and completes it writes into LOG.
 * With HOST it is on a machine of that name, from which the system's locks reach no other.
 *
 * @module
 */

import { readShard } from "../../src/cli/environment.ts";
import { DAGMM } from "../../src/detectors/recipes/baselines.ts";
import { startBackend } from "../../src/engine/backend.ts";
import { doRun } from "../../src/experiments/run.ts";
import type { RunSpec } from "../../src/experiments/run_spec.ts";
import { hashOf } from "../../src/experiments/run_spec.ts";
import { ofShard } from "../../src/experiments/shards.ts";
import { BusyError, RunFolder } from "../../src/experiments/store.ts";
import { oneLine } from "../../src/platform/errors.ts";
import { SMALL_DATA, smallSpec } from "../small_run.ts";

const [root, log, part, count, host] = Deno.args as [string, string, string, string, string | undefined];

if (host !== undefined) {
  Deno.hostname = () => host;
  Deno.FsFile.prototype.tryLock = () => Promise.resolve(true);
}

const TRAINED = { method: "dagmm" as const, recipe: { ...DAGMM.mnist, channels: 1, batch: 10, epochs: 3 } };

/** Every second run trains, three epochs with a checkpoint each. */
const SPECS: readonly RunSpec[] = Array.from(
  { length: Number(count) },
  (_, seed) => ({ ...smallSpec(1), seed, ...(seed % 2 === 0 ? { method: "pixelmean", recipe: {} } : TRAINED) }),
);

const note = (what: string, spec: RunSpec) =>
  Deno.writeTextFileSync(log, `${what} ${hashOf(spec)} ${part} ${Deno.pid}\n`, { append: true });

const rename = Deno.rename;
let current: RunSpec;
Deno.rename = async (from, to) => {
  await rename(from, to);
  if (String(to).endsWith("metrics.json")) note("completed", current);
};

try {
  const backend = await startBackend({ only: "cpu" });
  const say = (line: string) => console.error(line);
  const queue = ofShard(SPECS, readShard({ text: () => part })!);
  for (let spec = queue.shift(); spec !== undefined; spec = queue.shift()) {
    current = spec;
    const load = () => {
      note("began", current);
      return Promise.resolve(SMALL_DATA);
    };
    try {
      if (await new RunFolder(root, spec).isBusy()) throw new BusyError("");
      await doRun(spec, { root, load, backend, commit: undefined, say });
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      queue.push(spec);
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
  Deno.exit(0);
} catch (error) {
  console.error(oneLine(error) ?? error);
  Deno.exit(1);
}
