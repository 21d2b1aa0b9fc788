/**
 * Makes a store of many complete runs, a megabyte of weights and ten thousand scores each, and times how long a command takes to
 * see what is in it: DIR COUNT. Prints what was measured, as JSON.
 *
 * ```sh
 * deno run -A tests/chaos/large_store.ts DIR 10000 > results/bench/large_store.json
 * ```
 *
 * @module
 */

import process from "node:process";
import { join } from "@std/path";
import { auroc } from "../../src/experiments/auroc.ts";
import { planRuns } from "../../src/experiments/budgets.ts";
import { completedRuns } from "../../src/experiments/completed.ts";
import { sealedJson, sha256Of } from "../../src/experiments/run_files.ts";
import { cpuModel } from "../../src/experiments/processor.ts";
import { hashOf } from "../../src/experiments/run_spec.ts";
import { encodeSafetensors } from "../../src/experiments/safetensors.ts";
import { ofShard } from "../../src/experiments/shards.ts";
import { curveOf, manifestOf } from "../stored_run.ts";

const [root, count] = [Deno.args[0]!, Number(Deno.args[1])];
const seeds = Array.from({ length: Math.ceil(count / 10) }, (_, seed) => seed);
const specs = planRuns({ budget: "paper", methods: ["memgan"], seeds }).slice(0, count);
const labels = Array.from({ length: 10_000 }, (_, i) => Number(i % 10 !== 0));
const scores = labels.map((label, i) => label / 2 + i * 7919 % 10_007 / 10_007);
const memory = { shape: [500, 500], values: Float32Array.from({ length: 250_000 }, (_, i) => i % 251) };
const files = {
  "scores.csv": ["index,label,score", ...scores.map((score, i) => `${i},${labels[i]},${score.toPrecision(9)}`), ""]
    .join("\n"),
  "weights.safetensors": encodeSafetensors({ memory }),
};
const digests = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, sha256Of(content)]));
const area = auroc(scores, labels);
const all = specs.map((spec) => ({ spec, folder: join(root, "runs", hashOf(spec)) }));
for (const { spec, folder } of all) {
  await Deno.mkdir(folder, { recursive: true });
  const curve = curveOf(spec);
  const whole = {
    ...files,
    "spec.json": JSON.stringify(spec),
    "curve.csv": curve,
    "manifest.json": sealedJson(manifestOf()),
  };
  for (const [name, content] of Object.entries(whole)) {
    await Deno.writeFile(join(folder, name), typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
  digests["curve.csv"] = sha256Of(curve);
  await Deno.writeTextFile(join(folder, "metrics.json"), sealedJson({ auroc: area, files: digests }));
}
// As where a disk was synced between two files: the last is later than the others.
for (const { folder } of all) {
  const path = join(folder, "metrics.json");
  await Deno.writeFile(path, await Deno.readFile(path));
}
await new Promise((wake) => setTimeout(wake, 3000));

const rows: Record<string, string | number>[] = [];

/** Wall seconds, and processor seconds of this process. */
async function timed(what: string, act: () => Promise<{ length: number }>): Promise<void> {
  const used = () => (({ user, system }) => (user + system) / 1e6)(process.cpuUsage());
  const [begun, before] = [performance.now(), used()];
  const { length } = await act();
  const [wall, own] = [(performance.now() - begun) / 1000, used() - before];
  rows.push({
    "what is read": what,
    runs: length,
    "wall seconds": wall.toFixed(1),
    "seconds of a processor": own.toFixed(1),
  });
}

const shard = ofShard(specs, { index: 3, count: 16 }).map(hashOf);
await timed("one shard of 16", () => completedRuns(root, shard));
await timed("all runs", () => completedRuns(root));
await timed("all, in the same command", () => completedRuns(root));
const machine = { cpu: cpuModel(), deno: Deno.version.deno };
console.log(JSON.stringify({ machine, rows }, undefined, 1));
