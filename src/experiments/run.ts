/**
 * One run: its data, its detector, its scores and its AUROC, into its folder.
 *
 * @module
 */

import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Images, NormalTrain } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { fitPreprocessing } from "../data/preprocess.ts";
import { officialSplit, validationSplit } from "../data/splits.ts";
import type { EpochReport } from "../detectors/detector.ts";
import { NonFiniteLossError } from "../detectors/detector.ts";
import type { Backend } from "../engine/backend.ts";
import { TENSORFLOW_VERSION } from "../engine/native_setup.ts";
import { stream } from "../engine/random.ts";
import { auroc } from "./auroc.ts";
import { ENTRIES, SUBSETS } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { RunFolder, StoreError, writeWhole } from "./store.ts";

/** What a run tells while it goes on. */
export interface Progress {
  /** Epochs done, with the fraction of the present one. */
  readonly epochs: number;
  /** How many there will be. */
  readonly of: number;
}

/** What a run needs besides its spec. */
export interface RunOptions {
  /** The store's folder. */
  readonly root: string;
  /** Loads the data set of the spec; a function, so that nothing holds the whole of it while the run goes on. */
  readonly load: () => Promise<Dataset>;
  /** The backend, already started. */
  readonly backend: Backend;
  /** The commit of the code, where git knows it. */
  readonly commit: string | undefined;
  /** Receives progress, some times a second at most. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The images that a run is judged on. */
export interface Evaluated {
  /** Preprocessed. */
  readonly images: Images;
  /** 1 for an anomaly. */
  readonly labels: Uint8Array;
  /** Where each stands in the official order. */
  readonly indices: Uint32Array;
}

/** What a run sees of a data set. */
export interface Prepared {
  /** What is fitted on. */
  readonly train: NormalTrain;
  /** What is scored. */
  readonly evaluated: Evaluated;
  /** The md5 of each file that the images are from, by its name. */
  readonly files: Dataset["files"];
}

/** All indices, or a random subset of them in order. */
function chosen(count: number, subset = count): Uint32Array {
  if (subset >= count) return Uint32Array.from({ length: count }, (_, i) => i);
  return stream(0, "subset").permutation(count).subarray(0, subset).sort();
}

/** The two sets of a spec, preprocessed; the transform is fitted on normal training images alone. */
export function prepareData(spec: RunSpec, data: Dataset): Prepared {
  const split = (() => {
    if (spec.evaluate === "test") {
      const { train, test } = officialSplit(data, spec.class);
      return { train, judged: test };
    }
    const { train, validation } = validationSplit(data, spec.class);
    return { train, judged: validation };
  })();
  const transform = fitPreprocessing(spec.preprocessing, split.train);
  const { images, labels } = split.judged;
  const all = { images, labels, indices: chosen(labels.length) };
  const judged = spec.subset === undefined ? all : pick(all, chosen(labels.length, spec.subset));
  return {
    train: { role: "normal-train", images: transform(split.train.images) },
    evaluated: { ...judged, images: transform(judged.images) },
    files: data.files,
  };
}

/** At about how many epochs of a run its AUROC is looked at, and on how many of the judged images: for a curve, enough. */
const MONITORED = { epochs: 10, images: 1000 };

/** Some of the judged images. */
function pick({ images, labels, indices }: Evaluated, which: Uint32Array): Evaluated {
  return {
    images: gather(images, which),
    labels: Uint8Array.from(which, (i) => labels[i]!),
    indices: Uint32Array.from(which, (i) => indices[i]!),
  };
}

/** `curve.csv`: a line an epoch. */
class Curve {
  readonly #lines: string[] = [];

  constructor(text: string | undefined) {
    if (text) this.#lines.push(...text.trimEnd().split("\n"));
  }

  /** The curve up to an epoch, so that a resumed run does not repeat a line. */
  truncate(epoch: number): void {
    if (this.#lines.length > 0) this.#lines.length = epoch + 1;
  }

  add({ epoch, losses }: EpochReport, monitor: number | undefined): void {
    if (this.#lines.length === 0) this.#lines.push(["epoch", ...Object.keys(losses), "auroc_monitor"].join(","));
    this.#lines.push([epoch, ...Object.values(losses), monitor ?? ""].join(","));
  }

  text(): string {
    return this.#lines.join("\n") + "\n";
  }
}

/**
 * Does a run, from its last checkpoint if there is one; does nothing where it is done already.
 *
 * @param spec The run.
 * @param options Where, on what data, on which backend.
 * @throws {StoreError} If a loss is not finite, with step and term, or if the folder cannot be written.
 */
export async function doRun(spec: RunSpec, { root, load, backend, commit, onProgress }: RunOptions): Promise<void> {
  const folder = new RunFolder(root, spec);
  if (await folder.isDone()) return;
  await folder.open();
  try {
    // Whoever held the lock until now may have done it.
    if (await folder.isDone()) return;
    const started = performance.now();
    const detector = ENTRIES[spec.method].create(spec.recipe, spec.seed, ABOUT[spec.dataset].shape);
    const { train, evaluated, files } = prepareData(spec, await load());
    const monitor = pick(evaluated, chosen(evaluated.labels.length, MONITORED.images));
    const saved = await folder.checkpoint();
    const resume = saved?.backend === backend.name ? saved : undefined;
    const seconds = () => (resume?.seconds ?? 0) + (performance.now() - started) / 1000;
    const curve = new Curve(resume && await folder.readText("curve.csv"));
    curve.truncate(resume?.epoch ?? 0);
    let epochs = resume?.epoch ?? 0;
    let told = 0;
    const of = Math.max(1, detector.epochs);
    if (spec.method !== "untrained") {
      try {
        await detector.fit(train, {
          resume,
          onStep(done, steps) {
            if (performance.now() - told < 500) return;
            told = performance.now();
            onProgress?.({ epochs: epochs + done / steps, of });
          },
          async onEpoch(report) {
            epochs = report.epoch;
            // A monitor: no choice is made by it, and the last epoch is reported whatever it says.
            const due = report.epoch % Math.ceil(report.epochs / MONITORED.epochs) === 0 && !(spec.method in SUBSETS);
            curve.add(report, due ? auroc(await detector.score(monitor.images), monitor.labels) : undefined);
            await folder.write("curve.csv", curve.text());
            await folder.writeCheckpoint({ ...await report.checkpoint(), backend: backend.name, seconds: seconds() });
            onProgress?.({ epochs, of });
          },
        });
      } catch (error) {
        if (!(error instanceof NonFiniteLossError)) throw error;
        const kept = epochs > 0 ? `the checkpoint of epoch ${epochs} is kept in "${folder.path}"` : "no epoch was done";
        throw new StoreError(`${error.message}; ${kept}`);
      }
    }
    const scores = await detector.score(evaluated.images);
    const rows = Array.from(
      scores,
      (score, i) => `${evaluated.indices[i]},${evaluated.labels[i]},${Number(score).toPrecision(9)}`,
    );
    await folder.write("scores.csv", ["index,label,score", ...rows, ""].join("\n"));
    if (spec.method !== "untrained") {
      await writeWhole(folder.file("weights.safetensors"), encodeSafetensors(await detector.save()));
    }
    await folder.write(
      "manifest.json",
      JSON.stringify(
        {
          seconds: seconds(),
          backend,
          versions: {
            deno: Deno.version.deno,
            tfjs: tf.version_core,
            ...(backend.name === "native" ? { tensorflow: TENSORFLOW_VERSION } : {}),
          },
          cpu: cpuModel(),
          threads: 1,
          commit: commit ?? null,
          data: files,
        },
        undefined,
        2,
      ) + "\n",
    );
    await folder.write("metrics.json", JSON.stringify({ auroc: auroc(scores, evaluated.labels) }) + "\n");
    await folder.forget("checkpoint.safetensors");
  } finally {
    await folder.close();
  }
}

/** The processor's name. */
export function cpuModel(): string {
  return cpus()[0]?.model ?? Deno.build.arch;
}
