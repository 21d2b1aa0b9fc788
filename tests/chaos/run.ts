/**
 * Tries to break a store and the commands: corrupt files, kills, full disks, odd paths and variables, several processes at once.
 * Writes what was tried and what stood. Takes about twenty minutes on 2 cores; with KIND only those trials.
 *
 * ```sh
 * deno run -A tests/chaos/run.ts docs/reliability.md
 * deno run -A tests/chaos/run.ts - kills
 * ```
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { startBackend } from "../../src/engine/backend.ts";
import { isNativeReady } from "../../src/engine/native_addon.ts";
import { seededRng } from "../../src/engine/random.ts";
import { corruptCommands } from "./command_files.ts";
import { canMount, tryDisks } from "./disks.ts";
import { tryPaths, tryVariables } from "./environments.ts";
import { killReal, killSmall } from "./kills.ts";
import { Tally, tell } from "./outcomes.ts";
import { corruptStore } from "./store_files.ts";
import { tryShards } from "./shards.ts";
import { tryTogether } from "./together.ts";

const rng = seededRng(0, "chaos");

/** The trials, each in a folder of its own. All but the first are in processes of their own. */
const TRIALS: Readonly<Record<string, (root: string, tally: Tally) => Promise<void>>> = {
  files: async (root, tally) => {
    const backend = await startBackend({ only: isNativeReady() ? "native" : "cpu" });
    await corruptStore(root, rng, tally, 1100, backend);
    await corruptCommands(join(root, "commands"), rng, tally, backend);
  },
  kills: (root, tally) => killSmall(root, rng, tally, 75, 0),
  random: (root, tally) => killSmall(root, rng, tally, 0, 15),
  reproduce: (root, tally) => killReal(root, rng, tally, 12),
  disks: async (root, tally) => {
    if (await canMount(root)) await tryDisks(root, tally, true);
    await tryDisks(join(root, "limited"), tally, false);
  },
  paths: tryPaths,
  variables: tryVariables,
  together: (root, tally) => tryTogether(root, tally, 4),
  shards: (root, tally) => tryShards(root, rng, tally, { count: 40, kills: 6, times: 2 }),
};

/** How many of them at a time. */
const LANES = 4;

/** The page. */
function pageOf(tally: Tally): string {
  return `# Reliability

\`deno run -A tests/chaos/run.ts\` does to small stores, and to the commands, what happens to them in the end: ${
    tally.tried("corrupt")
  } corrupt files, ${tally.tried("kill")} kills and ${
    tally.tried("")
  } trials in all. Any reader can run it; it takes about twenty minutes on 2 cores.

${tally.table()}

**Stood**: the results are the same bytes as undisturbed, at once or after the next call; or the command refused with a message, no stack
trace and no result. A corrupt file is named in a line, the table leaves its run out, and the run is done again.
**Silently wrong**: another result without a word. **Stuck**: the next call does not complete, or a process does not end.
**Failed**: a stack trace, or a process or a temporary file left behind.

- **Corrupt files** go bad in the ways of \`tests/chaos/corruptions.ts\`: emptied, truncated, filled with NULs, a bit flipped, a value
  replaced, deleted, and more.
- **Kills** come before chosen changes of a file (half written, before it is renamed, before the folder is synced) and at random.
  Small runs are four methods on drawn images with their table and report; \`reproduce\` is the command on MNIST.
- **Full disks** are small file systems in memory; where mounting is not allowed, a limit on the size of files.
- **Odd paths** are those of \`--out\`, \`--data\`, \`HOME\`, \`TMPDIR\` and the cache at once.
- **Odd variables** are refused where there is no folder for temporary files or no data; under a \`HOME\` that cannot hold
  its cache Deno itself refuses, before this code runs. Under all others the bytes are the same.
`;
}

if (import.meta.main) {
  const [page = "-", ...kinds] = Deno.args;
  const root = await Deno.makeTempDir({ prefix: "memgan-chaos-" });
  const tally = new Tally();
  try {
    const queue = Object.entries(TRIALS).filter(([kind]) => kinds.length === 0 || kinds.includes(kind));
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [kind, act] = next;
        const folder = join(root, kind);
        await Deno.mkdir(folder);
        await act(folder, tally);
        await Deno.remove(folder, { recursive: true });
        tell(`${kind}: done, ${tally.tried("")} trials so far`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    if (page === "-") console.log(pageOf(tally));
    else {
      await Deno.writeTextFile(page, pageOf(tally));
      const cwd = fromFileUrl(new URL("../..", import.meta.url));
      await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", page], cwd }).output();
    }
    await Deno.remove(root, { recursive: true });
  }
  Deno.exit(tally.stood ? 0 : 1);
}
