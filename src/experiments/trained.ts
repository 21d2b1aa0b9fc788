/**
 * The trained detectors of a store that have a memory, for figures and measurements of the memory.
 *
 * @module
 */

import { ABOUT } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { MemoryDetector } from "../detectors/detector.ts";
import type { MemaeRecipe } from "../detectors/memae.ts";
import type { Memgan } from "../detectors/memgan.ts";
import { MEMAE_SCHEMA } from "../detectors/recipes/baselines.ts";
import type { MemganRecipe } from "../detectors/recipes/memgan.ts";
import { MEMGAN_SCHEMA } from "../detectors/recipes/memgan.ts";
import type { Provenance } from "./provenance.ts";
import { REGISTRY } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { decodeSafetensors } from "./safetensors.ts";
import type { Result } from "./completed.ts";
import { completedRuns, firstOfEach } from "./completed.ts";
import { RunFolder } from "./store.ts";
import { StoreError } from "../platform/files.ts";
import { taskLine } from "../platform/task.ts";
import { isOfStudyAlone } from "./studies.ts";

/** A completed run and its detector. */
export interface Trained<D extends MemoryDetector = Memgan, R = MemganRecipe> {
  /** The run's spec. */
  readonly spec: RunSpec;
  /** Its line of `results.json`. */
  readonly result: Result;
  /** Its recipe. */
  readonly recipe: R;
  /** What it was computed on, as far as that is known. */
  readonly device?: string | undefined;
  /** How far training moved its memory, if that was measured. */
  readonly moved?: number | undefined;
  /** Makes the detector with its weights, which the caller disposes of; a backend must be running. */
  load(): Promise<D>;
}

/** How a run was made, for captions. */
export function provenanceOf({ spec, result, recipe, device }: Omit<TrainedMemory, "load">): Provenance {
  const { seed, preprocessing } = spec;
  return { epochs: recipe.epochs, seed, preprocessing, backend: result.backend, device, arithmetic: result.arithmetic };
}

/** The runs of a method whose weights are stored, on MNIST's test part, under the method's own preprocessing. */
async function runsWithWeights<D extends MemoryDetector, R>(
  root: string,
  method: "memgan" | "memae",
  wanted: ReadonlySet<string> | undefined,
  schema: { parse(recipe: unknown): R },
  create: (recipe: R, seed: number, shape: ImageShape) => Promise<D>,
): Promise<Trained<D, R>[]> {
  const runs: Trained<D, R>[] = [];
  for (const { spec, result, manifest, metrics } of await completedRuns(root)) {
    const { preprocessing } = REGISTRY[method];
    if (spec.method !== method || spec.dataset !== "mnist" || spec.evaluate !== "test") continue;
    if (spec.preprocessing !== preprocessing) continue;
    if (wanted === undefined ? isOfStudyAlone(spec) : !wanted.has(result.run)) continue;
    const file = new RunFolder(root, spec).file("weights.safetensors");
    const recipe = schema.parse(spec.recipe);
    runs.push({
      spec,
      result,
      recipe,
      device: manifest.device,
      moved: metrics.moved,
      async load() {
        const detector = await create(recipe, spec.seed, ABOUT[spec.dataset].shape);
        detector.load(decodeSafetensors(file, await Deno.readFile(file)).arrays);
        return detector;
      },
    });
  }
  return runs;
}

function memgans(root: string, wanted?: ReadonlySet<string>): Promise<Trained[]> {
  const create = async (...given: [MemganRecipe, number, ImageShape]) =>
    (await import("../detectors/memgan.ts")).createMemgan(...given);
  return runsWithWeights(root, "memgan", wanted, MEMGAN_SCHEMA, create);
}

/**
 * The completed runs of memgan that have weights, on MNIST's test part.
 *
 * @param root The store's folder.
 * @param wanted The runs wanted; otherwise all except those that belong only to a study of section 7.
 * @returns At least one, by class and seed.
 * @throws {StoreError} If there is none.
 */
export async function trainedRuns(root: string, wanted?: ReadonlySet<string>): Promise<Trained[]> {
  const runs = await memgans(root, wanted);
  if (runs.length === 0) {
    throw new StoreError(
      `No trained memgan with its weights is in "${root}/runs"; run \`${taskLine("reproduce", "--out", root)}\``,
    );
  }
  return runs;
}

/** The first run of each class, by class: in the order of `completedRuns`, the first seed's longest. */
export function firstSeeds<T extends { readonly spec: RunSpec }>(runs: readonly T[]): T[] {
  return firstOfEach(runs, ({ spec }) => spec.class).sort((a, b) => a.spec.class - b.spec.class);
}

/** A completed run of any method that has a memory. */
export type TrainedMemory = Trained<MemoryDetector, MemganRecipe | MemaeRecipe>;

/**
 * The first seed of each class of every method that has a memory.
 *
 * @param root The store's folder.
 * @param wanted The runs wanted; otherwise all except those that belong only to a study of section 7.
 * @returns At least one, those of memgan first, by class.
 * @throws {StoreError} If there is none.
 */
export async function trainedMemories(root: string, wanted?: ReadonlySet<string>): Promise<TrainedMemory[]> {
  const create = async (...given: [MemaeRecipe, number, ImageShape]) =>
    (await import("../detectors/memae.ts")).createMemae(...given);
  const memaes = await runsWithWeights(root, "memae", wanted, MEMAE_SCHEMA, create);
  const runs = [...firstSeeds(await memgans(root, wanted)), ...firstSeeds(memaes)];
  if (runs.length === 0) {
    throw new StoreError(
      `No trained memgan or memae with its weights is in "${root}/runs"; ` +
        `run \`${taskLine("reproduce", "--methods", "memgan,memae", "--out", root)}\``,
    );
  }
  return runs;
}
