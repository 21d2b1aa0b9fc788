/** Complete runs in a store, made without training: each file is what the run's spec and its AUROC want it to be. */

import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import type { Manifest } from "../src/experiments/provenance.ts";
import type { Metrics } from "../src/experiments/run_files.ts";
import { epochsOf, sealedJson } from "../src/experiments/run_files.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { encodeSafetensors } from "../src/experiments/safetensors.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { REGISTRY } from "../src/experiments/methods.ts";

/** A manifest. */
export function manifestOf(changes: Partial<Manifest> = {}): Manifest {
  return {
    seconds: 2,
    backend: { name: "native", reason: "asked for" },
    arithmetic: ARITHMETIC,
    versions: { deno: "2.9.6", tfjs: "4.22.0", tensorflow: "2.21.0" },
    cpu: "a processor",
    threads: 1,
    commit: null,
    data: {},
    ...changes,
  };
}

/** Scores of one anomaly among a thousand normal images, with this AUROC, a multiple of a thousandth. */
export function scoresOf(auroc: number): string {
  const lines = Array.from({ length: 1000 }, (_, i) => `${i},0,${(i < Math.round(1000 * auroc) ? 0.25 : 0.75)}`);
  return ["index,label,score", ...lines, "1000,1,0.5", ""].join("\n");
}

/** The curve of a run that trained. */
export function curveOf(spec: RunSpec): string {
  const lines = Array.from({ length: epochsOf(spec) }, (_, i) => `${i + 1},0.5,0.25,0.125,`);
  return ["epoch,cycle,projection,mutual_information,auroc_monitor", ...lines, ""].join("\n");
}

/** Puts a complete run into a store. */
export async function storeRun(
  root: string,
  spec: RunSpec,
  {
    auroc = 0.75,
    measures = {},
    manifest = manifestOf(),
    scores = scoresOf(auroc),
    arrays = { memory: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) } },
  }: {
    auroc?: number;
    measures?: Pick<Metrics, "recognised" | "moved">;
    manifest?: Manifest;
    scores?: string;
    arrays?: Parameters<typeof encodeSafetensors>[0];
  } = {},
): Promise<RunFolder> {
  const folder = new RunFolder(root, spec);
  await folder.open();
  if (epochsOf(spec) > 0) await folder.write("curve.csv", curveOf(spec));
  await folder.write("scores.csv", scores);
  if (spec.method !== "untrained") await folder.write("weights.safetensors", encodeSafetensors(arrays));
  await folder.write("manifest.json", sealedJson(manifest));
  const chosen = REGISTRY[spec.method].seesTestLabels ? { chosen: { gamma: 0.5 } } : {};
  await folder.complete({ auroc, ...chosen, ...measures });
  await folder.close();
  return folder;
}
