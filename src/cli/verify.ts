/**
 * `deno task verify`: makes runs whose results are kept in `results/` again, and compares the bytes of their scores.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { CompletedRun } from "../experiments/completed.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend, DATA_FLAGS, JOBS_FLAG, outFolder } from "./environment.ts";
import { userDataFolder } from "../platform/data_folder.ts";
import { readIfThere, StoreError } from "../platform/files.ts";

const command: Command<"sample" | "runs" | "data" | "jobs" | "out"> = {
  task: "verify",
  about:
    "Makes runs that are kept in results/ again, and compares the bytes of their scores. Under other conditions than\n" +
    "theirs, which are named, AUROC is compared instead. Exit 1 if a run differs.",
  flags: {
    sample: { value: "K", help: "K runs, drawn from those of this code's arithmetic" },
    runs: { value: "HASH,…", help: "these runs, by the hash of their spec" },
    data: { ...DATA_FLAGS.data, help: `${DATA_FLAGS.data.help}; of each data set that is drawn` },
    jobs: JOBS_FLAG,
    out: { value: "DIR", help: "the folder for the runs made again (default: out/verify)" },
  },
};

/** The runs that a list of hashes names. */
function named(hashes: string, kept: ReadonlyMap<string, CompletedRun>): CompletedRun[] {
  return [...new Set(hashes.split(","))].map((hash) => {
    const run = kept.get(hash.trim());
    if (run === undefined) throw new UsageError(`--runs: no run that this code can make again is kept as "${hash}"`);
    return run;
  });
}

await runMain(command, async (given) => {
  const [hashes, count, jobs] = [given.text("runs"), given.whole("sample", 1), given.whole("jobs", 1)];
  if ((hashes === undefined) === (count === undefined)) {
    throw new UsageError("verify wants either --sample K or --runs HASH,…");
  }
  const { keptRuns, sampleOf, verified, verifiedText } = await load<typeof import("../experiments/verification.ts")>(
    import.meta.resolve("../experiments/verification.ts"),
  );
  const kept = await keptRuns(fromFileUrl(import.meta.resolve("../../results")));
  // Another sample each time: its hashes are printed, and --runs repeats it.
  const runs = hashes === undefined ? sampleOf(kept, count!, Date.now()) : named(hashes, kept);
  if (runs.length === 0) {
    throw new RangeError("Cannot draw a sample: no kept run is of this code's arithmetic and has its scores' digest");
  }
  const root = await outFolder(given, "out/verify");
  // Runs that are there are dropped below: tables are made of none of these.
  if (await readIfThere(join(root, "results.json")) !== undefined) {
    throw new UsageError(`--out wants a folder for runs made again; "${root}" is a store with tables of its own`);
  }
  const { CHECKPOINT } = await load<typeof import("../experiments/checkpoint_file.ts")>(
    import.meta.resolve("../experiments/checkpoint_file.ts"),
  );
  const { RunFolder } = await load<typeof import("../experiments/store.ts")>(
    import.meta.resolve("../experiments/store.ts"),
  );
  const { loadDataset } = await load<typeof import("../data/load.ts")>(import.meta.resolve("../data/load.ts"));
  const { announce, fillGap, findGap } = await load<typeof import("./train_missing.ts")>(
    import.meta.resolve("./train_missing.ts"),
  );
  // What an earlier call made is no evidence of what this code makes now.
  for (const { spec } of runs) await new RunFolder(root, spec).forget("metrics.json", CHECKPOINT);
  const backend = await announceBackend(given);
  const data = given.text("data") ?? userDataFolder();
  const groups = [...Map.groupBy(runs, ({ spec }) => `${spec.dataset}, ${spec.protocol}`).values()];
  // Of all groups, before the first is trained on and the network given up: are the data there and whole?
  for (const of of groups.slice(1)) await loadDataset(of[0]!.spec.dataset, of[0]!.spec.protocol, data);
  const results = [];
  for (const of of groups) {
    const { dataset, protocol } = of[0]!.spec;
    const gap = await findGap(root, of.map(({ spec }) => spec), jobs, 0);
    announce(`kept runs on ${dataset}, made again`, gap);
    await fillGap(gap, { dataset, protocol, data, backend });
    for (const run of of) {
      const made = await new RunFolder(root, run.spec).read();
      if (made === undefined) {
        throw new StoreError(
          `Cannot compare run ${run.result.run}: another call took it out of "${root}"; give each its own --out`,
        );
      }
      const found = verified(run, made);
      results.push(found);
      if (!given.on("json")) console.log(verifiedText(run, found));
    }
  }
  if (given.on("json")) console.log(JSON.stringify(results));
  return results.some(({ outcome }) => outcome === "differs") ? 1 : 0;
});
