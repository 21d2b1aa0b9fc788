/**
 * One run: from data and detector to scores and AUROC, stored in its folder.
 *
 * @module
 */

import type { Dataset } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Detector } from "../detectors/detector.ts";
import { CheckpointError, NonFiniteLossError } from "../detectors/detector.ts";
import type { Backend } from "../engine/backend.ts";
import { StoreError } from "../platform/files.ts";
import { auroc } from "./auroc.ts";
import { measureMemory } from "./memory_measures.ts";
import { REGISTRY, SUBSETS } from "./methods.ts";
import { chooseByTestLabels, isUndecided } from "./oracle_choice.ts";
import { chosen, pick, prepareData } from "./prepare.ts";
import { cpuFeatures, cpuModel } from "./processor.ts";
import type { Manifest } from "./provenance.ts";
import { conditionsHere } from "./provenance.ts";
import { Curve, resumable } from "./resume.ts";
import { sealedJson, sha256Of } from "./run_files.ts";
import type { RunSpec } from "./run_spec.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { CHECKPOINT } from "./checkpoint_file.ts";
import { RunFolder } from "./store.ts";

/** The progress of a run. */
export interface Progress {
  /** Epochs done, including the fraction of the current one. */
  readonly epochs: number;
  /** The number of epochs in all. */
  readonly of: number;
}

/** What a run needs besides its spec. */
export interface RunOptions {
  /** The store's folder. */
  readonly root: string;
  /** Loads the data set of the spec; a function, so that the whole set need not stay in memory during the run. */
  readonly load: () => Promise<Dataset>;
  /** The backend, already started. */
  readonly backend: Backend;
  /** The commit of the code, if git knows it. */
  readonly commit: string | undefined;
  /** Receives progress, at most a few times per second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Is told of each checkpoint that is in the run's folder, by its epoch. */
  readonly onCheckpoint?: (epoch: number) => void;
  /** Receives messages for the user about the run, one line each. */
  readonly say?: (line: string) => void;
}

/** The maximum number of epochs at which a run's AUROC is computed, and of evaluation images used for it: enough for a curve. */
const MONITORED = { epochs: 10, images: 1000 };

/**
 * Carries out a run, from its last checkpoint if there is one; does nothing if it is already complete.
 *
 * @param spec The run.
 * @param options The store, the data and the backend.
 * @throws {StoreError} If a loss is not finite, with step and term, or if the folder cannot be written.
 */
export async function doRun(
  spec: RunSpec,
  { root, load, backend, commit, onProgress, onCheckpoint, say = () => {} }: RunOptions,
): Promise<void> {
  const folder = new RunFolder(root, spec);
  if (await folder.isDone()) return;
  await folder.open(undefined, say);
  let used: Detector | undefined;
  try {
    // The previous holder of the lock may have completed it.
    if (await folder.isDone()) return;
    const started = performance.now();
    const { train, evaluated, files } = prepareData(spec, await load());
    const monitor = pick(evaluated, chosen(evaluated.labels.length, MONITORED.images));
    const made = conditionsHere(backend, { cpu: cpuModel(), features: cpuFeatures() }, Deno.version.deno);
    let resumed = await resumable(folder, made, say);
    const seconds = () => (resumed?.checkpoint.seconds ?? 0) + (performance.now() - started) / 1000;

    /** A detector, fitted from the checkpoint on if there is one. */
    const fitted = async (): Promise<Detector> => {
      used?.dispose();
      const detector = await REGISTRY[spec.method].create(spec.recipe, spec.seed, ABOUT[spec.dataset].shape);
      used = detector;
      if (spec.method === "untrained") return detector;
      const curve = resumed?.curve ?? new Curve(undefined, 0);
      const of = Math.max(1, detector.epochs);
      let epochs = resumed?.checkpoint.epoch ?? 0;
      let told = 0;
      try {
        await detector.fit(train, {
          resume: resumed?.checkpoint,
          onStep(done, steps) {
            if (performance.now() - told < 500) return;
            told = performance.now();
            onProgress?.({ epochs: epochs + done / steps, of });
          },
          async onEpoch(report) {
            epochs = report.epoch;
            // This is a monitor: it decides nothing, and the last epoch is reported whatever it shows.
            const due = report.epoch % Math.ceil(report.epochs / MONITORED.epochs) === 0 && !(spec.method in SUBSETS);
            curve.add(report, due ? auroc(await detector.score(monitor.images), monitor.labels) : undefined);
            await folder.write("curve.csv", curve.text());
            const checkpoint = await report.checkpoint();
            await folder.writeCheckpoint({ ...checkpoint, made, curve: sha256Of(curve.text()), seconds: seconds() });
            onCheckpoint?.(epochs);
            onProgress?.({ epochs, of });
          },
        });
      } catch (error) {
        if (error instanceof CheckpointError && resumed !== undefined) {
          say(await folder.setAside(error.message, CHECKPOINT, "curve.csv"));
          resumed = undefined;
          return await fitted();
        }
        if (!(error instanceof NonFiniteLossError)) throw error;
        const kept = epochs > 0 ? `the checkpoint of epoch ${epochs} is kept in "${folder.path}"` : "no epoch was done";
        throw new StoreError(`${error.message}; ${kept}`);
      }
      return detector;
    };

    const detector = await fitted();
    const choice = isUndecided(detector) ? await chooseByTestLabels(detector, evaluated, spec.seed) : undefined;
    const { images, labels, indices } = choice?.rest ?? evaluated;
    const scores = await detector.score(images);
    const odd = scores.findIndex((score) => !Number.isFinite(score));
    if (odd >= 0) {
      throw new StoreError(
        `Cannot store the scores of ${spec.method}: that of image ${indices[odd]} is ${scores[odd]}`,
      );
    }
    const rows = Array.from(scores, (score, i) => `${indices[i]},${labels[i]},${Number(score).toPrecision(9)}`);
    await folder.write("scores.csv", ["index,label,score", ...rows, ""].join("\n"));
    if (spec.method !== "untrained") {
      await folder.write("weights.safetensors", encodeSafetensors(await detector.save()));
    }
    const { backend: name, ...under } = made;
    const manifest: Manifest = {
      seconds: seconds(),
      backend: { name, reason: backend.reason },
      ...under,
      commit: commit ?? null,
      data: { ...files },
    };
    await folder.write("manifest.json", sealedJson(manifest));
    const measures = await measureMemory(detector, spec, { root, load, say });
    await folder.complete({ auroc: auroc(scores, labels), ...(choice && { chosen: choice.candidate }), ...measures });
    await folder.forget(CHECKPOINT);
  } finally {
    used?.dispose();
    await folder.close();
  }
}
