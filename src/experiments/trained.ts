/**
 * The trained MEMGANs of a store, for figures and measurements that look inside.
 *
 * @module
 */

import { ABOUT } from "../data/dataset.ts";
import type { Memgan } from "../detectors/memgan.ts";
import { createMemgan } from "../detectors/memgan.ts";
import type { MemganRecipe } from "../detectors/recipe.ts";
import { MEMGAN_SCHEMA } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { decodeSafetensors } from "./safetensors.ts";
import type { Result } from "./store.ts";
import { completedRuns, RunFolder, StoreError } from "./store.ts";
import { isOfStudyAlone } from "./studies.ts";

/** A completed run of memgan and its detector. */
export interface Trained {
  /** The run's spec. */
  readonly spec: RunSpec;
  /** Its line of `results.json`. */
  readonly result: Result;
  /** Its recipe. */
  readonly recipe: MemganRecipe;
  /** Makes the detector with its weights; a backend must be running. */
  load(): Promise<Memgan>;
}

/**
 * The completed runs of memgan on MNIST's test part.
 *
 * @param root The store's folder.
 * @param wanted The runs wanted; otherwise all but those that only a study of section 7 has.
 * @returns At least one, by class and seed.
 * @throws {StoreError} If there is none.
 */
export async function trainedRuns(root: string, wanted?: ReadonlySet<string>): Promise<Trained[]> {
  const runs = (await completedRuns(root)).filter(({ spec, result }) =>
    spec.method === "memgan" && spec.dataset === "mnist" && spec.evaluate === "test" &&
    (wanted === undefined ? !isOfStudyAlone(spec) : wanted.has(result.run))
  );
  if (runs.length === 0) {
    throw new StoreError(`No trained memgan is in "${root}/runs"; run \`deno task reproduce\``);
  }
  return runs.map(({ spec, result }) => {
    const recipe = MEMGAN_SCHEMA.parse(spec.recipe);
    return {
      spec,
      result,
      recipe,
      async load() {
        const file = new RunFolder(root, spec).file("weights.safetensors");
        const memgan = createMemgan(recipe, spec.seed, ABOUT[spec.dataset].shape);
        memgan.load(decodeSafetensors(file, await Deno.readFile(file)).arrays);
        return memgan;
      },
    };
  });
}

/** The first seed of each class, by class. */
export function firstSeeds(runs: readonly Trained[]): Trained[] {
  const first = new Map<number, Trained>();
  for (const run of runs) if (!first.has(run.spec.class)) first.set(run.spec.class, run);
  return [...first.values()].sort((a, b) => a.spec.class - b.spec.class);
}
