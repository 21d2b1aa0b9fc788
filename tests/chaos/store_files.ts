/**
 * Corrupts the files of a small store one by one, in each way that `corruptions.ts` knows, and sees what becomes of it: what a table
 * says, and what doing the runs again makes.
 *
 * @module
 */

import { join } from "@std/path";
import { writeTable } from "../../figures/tables.ts";
import { DAGMM } from "../../src/detectors/recipes/baselines.ts";
import type { Backend } from "../../src/engine/backend.ts";
import type { Rng } from "../../src/engine/random.ts";
import { doRun } from "../../src/experiments/run.ts";
import type { RunSpec } from "../../src/experiments/run_spec.ts";
import { RunFolder } from "../../src/experiments/store.ts";
import { oneLine } from "../../src/platform/errors.ts";
import { SMALL_DATA, smallSpec } from "../small_run.ts";
import type { Corruption } from "./corruptions.ts";
import { corruptionsOf } from "./corruptions.ts";
import type { Outcome, Tally } from "./outcomes.ts";

/** A run that trains nothing, one more for the table, and one that has a curve and checkpoints. */
const SPECS: readonly RunSpec[] = [
  { ...smallSpec(1), method: "pixelmean", recipe: {} },
  { ...smallSpec(1), method: "pixelmean", recipe: {}, class: 1 },
  { ...smallSpec(1), method: "dagmm", recipe: { ...DAGMM.mnist, channels: 1, batch: 10, epochs: 2 } },
];

const FILES = ["metrics.json", "spec.json", "manifest.json", "curve.csv", "scores.csv", "weights.safetensors"];

/** A store under test. */
class Store {
  readonly root: string;
  readonly #backend: Backend;

  constructor(root: string, backend: Backend) {
    this.root = root;
    this.#backend = backend;
  }

  /** What `reproduce` does of one run, and what it says. */
  async make(spec: RunSpec, onProgress: () => void = () => {}): Promise<string[]> {
    const said: string[] = [];
    const load = () => Promise.resolve(SMALL_DATA);
    const options = { root: this.root, load, backend: this.#backend, commit: undefined, onProgress };
    await doRun(spec, { ...options, say: (line) => said.push(line) });
    return said;
  }

  /** What `table1` prints, and what it says beside it. */
  async table(): Promise<{ text: string; said: string[] }> {
    const [said, own] = [[] as string[], console.error];
    console.error = (line: string) => said.push(line);
    try {
      const text = await writeTable(this.root, { dataset: "mnist", protocol: "official" }, "chaos");
      return { text, said };
    } finally {
      console.error = own;
    }
  }

  /** The result of a run: all its files but the manifest, which says how long it took. */
  result(spec: RunSpec): string {
    const folder = new RunFolder(this.root, spec);
    return FILES.filter((name) => name !== "manifest.json").map((name) => {
      try {
        return Deno.readFileSync(folder.file(name)).toBase64();
      } catch {
        return "";
      }
    }).join();
  }
}

/** Puts bytes into a file, or removes it. */
async function put(path: string, bytes: Uint8Array | undefined): Promise<void> {
  await (bytes === undefined ? Deno.remove(path) : Deno.writeFile(path, bytes));
}

/** Corrupts a file of a complete run: the table must be the whole one, or lack this run and name the file. */
async function corruptRun(
  store: Store,
  spec: RunSpec,
  file: string,
  { corrupt }: Corruption,
  rng: Rng,
): Promise<Outcome> {
  const [whole, wanted] = [(await store.table()).text, store.result(spec)];
  const path = new RunFolder(store.root, spec).file(file);
  const bad = corrupt(await Deno.readFile(path), rng);
  try {
    await put(path, bad);
    const { text, said } = await store.table();
    const isWhole = text === whole;
    // Without its metrics a run is not complete; that is no fault that could be named.
    const isNamed = said.some((line) => line.includes(path)) || (file === "metrics.json" && bad === undefined);
    if (!isWhole && !isNamed) return "silently wrong";
    const again = await store.make(spec);
    if ((await store.table()).text !== whole) return "stuck";
    if (isWhole && again.length === 0) return "stood";
    return store.result(spec) === wanted ? "stood" : "silently wrong";
  } catch (error) {
    return oneLine(error) === undefined ? "failed" : "stuck";
  }
}

/** Corrupts a file of a run of which the first epoch is done: it must end as it would have. */
async function corruptCheckpoint(
  store: Store,
  spec: RunSpec,
  half: ReadonlyMap<string, Uint8Array>,
  file: string,
  { corrupt }: Corruption,
  rng: Rng,
): Promise<Outcome> {
  const wanted = store.result(spec);
  const folder = new RunFolder(store.root, spec);
  await Deno.remove(folder.path, { recursive: true });
  await Deno.mkdir(folder.path, { recursive: true });
  for (const [name, bytes] of half) await Deno.writeFile(folder.file(name), bytes);
  try {
    const bad = corrupt(half.get(file)!, rng);
    await put(folder.file(file), bad);
    await store.make(spec);
    if (store.result(spec) !== wanted) return "silently wrong";
    return "stood";
  } catch (error) {
    return oneLine(error) === undefined ? "failed" : "stuck";
  }
}

/** The checkpoint and the curve of a run's first epoch. */
async function firstEpoch(store: Store, spec: RunSpec): Promise<Map<string, Uint8Array>> {
  const folder = new RunFolder(store.root, spec);
  const half = new Map<string, Uint8Array>();
  await store.make(spec, () => {
    if (half.size > 0) return;
    try {
      for (const name of ["checkpoint.safetensors", "curve.csv"]) half.set(name, Deno.readFileSync(folder.file(name)));
    } catch {
      half.clear();
    }
  });
  return half;
}

/** Tries `count` corruptions or a few more. */
export async function corruptStore(
  root: string,
  rng: Rng,
  tally: Tally,
  count: number,
  backend: Backend,
): Promise<void> {
  const store = new Store(join(root, "good"), backend);
  const trained = SPECS.at(-1)!;
  const half = await firstEpoch(store, trained);
  for (const spec of SPECS) await store.make(spec);
  const use = async (act: (copy: Store) => Promise<Outcome>): Promise<Outcome> => {
    // What was said once is not said again of the same place.
    const copy = join(root, `copy-${count--}`);
    for (const { name } of Deno.readDirSync(join(store.root, "runs"))) {
      await Deno.mkdir(join(copy, "runs", name), { recursive: true });
      for (const { name: file } of Deno.readDirSync(join(store.root, "runs", name))) {
        await Deno.copyFile(join(store.root, "runs", name, file), join(copy, "runs", name, file));
      }
    }
    const outcome = await act(new Store(copy, backend));
    await Deno.remove(copy, { recursive: true });
    return outcome;
  };
  while (count > 0) {
    for (const file of FILES) {
      for (const corruption of corruptionsOf(file)) {
        const spec = file === "curve.csv" ? trained : SPECS[0]!;
        const outcome = await use((copy) => corruptRun(copy, spec, file, corruption, rng));
        tally.add(`corrupt ${file}`, corruption.kind, outcome);
      }
    }
    for (const file of half.keys()) {
      for (const corruption of corruptionsOf(file)) {
        const outcome = await use((copy) => corruptCheckpoint(copy, trained, half, file, corruption, rng));
        tally.add(`corrupt ${file} of a stopped run`, corruption.kind, outcome);
      }
    }
  }
}
