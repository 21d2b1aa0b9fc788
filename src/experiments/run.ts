/**
 * One run: from data and detector to scores and AUROC, stored in its folder.
 *
 * @module
 */

import { cpus } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Detector, EpochReport } from "../detectors/detector.ts";
import { NonFiniteLossError } from "../detectors/detector.ts";
import type { Backend } from "../engine/backend.ts";
import { TENSORFLOW_VERSION } from "../engine/native_addon.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { auroc } from "./auroc.ts";
import { chooseByTestLabels, isUndecided } from "./oracle_choice.ts";
import { REGISTRY, SUBSETS } from "./methods.ts";
import { chosen, pick, prepareData } from "./prepare.ts";
import type { RunSpec } from "./run_spec.ts";
import { encodeSafetensors } from "./safetensors.ts";
import type { StoredCheckpoint } from "./store.ts";
import { RunFolder } from "./store.ts";
import { StoreError, writeWhole } from "../platform/files.ts";

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
  /** Receives messages for the user about the run, one line each. */
  readonly say?: (line: string) => void;
}

/** The maximum number of epochs at which a run's AUROC is computed, and of evaluation images used for it: enough for a curve. */
const MONITORED = { epochs: 10, images: 1000 };

/** Why a run cannot resume from a checkpoint: its two parts would have been computed differently. */
function unfit({ epoch, ...saved }: StoredCheckpoint, backend: Backend): string | undefined {
  const what = saved.backend !== backend.name
    ? `on backend ${saved.backend}; this is ${backend.name}`
    : saved.arithmetic !== ARITHMETIC
    ? `with arithmetic version ${saved.arithmetic}; this code has version ${ARITHMETIC}`
    : undefined;
  return what && `starts over: its checkpoint of epoch ${epoch} was made ${what}`;
}

/** `curve.csv`: one line per epoch. */
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
 * Carries out a run, from its last checkpoint if there is one; does nothing if it is already complete.
 *
 * @param spec The run.
 * @param options The store, the data and the backend.
 * @throws {StoreError} If a loss is not finite, with step and term, or if the folder cannot be written.
 */
export async function doRun(
  spec: RunSpec,
  { root, load, backend, commit, onProgress, say }: RunOptions,
): Promise<void> {
  const folder = new RunFolder(root, spec);
  if (await folder.isDone()) return;
  await folder.open();
  let used: Detector | undefined;
  try {
    // The previous holder of the lock may have completed it.
    if (await folder.isDone()) return;
    const started = performance.now();
    const detector = await REGISTRY[spec.method].create(spec.recipe, spec.seed, ABOUT[spec.dataset].shape);
    used = detector;
    const { train, evaluated, files } = prepareData(spec, await load());
    const monitor = pick(evaluated, chosen(evaluated.labels.length, MONITORED.images));
    const saved = await folder.checkpoint();
    const reason = saved && unfit(saved, backend);
    if (reason !== undefined) say?.(reason);
    const resume = reason === undefined ? saved : undefined;
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
            // This is a monitor: it decides nothing, and the last epoch is reported whatever it shows.
            const due = report.epoch % Math.ceil(report.epochs / MONITORED.epochs) === 0 && !(spec.method in SUBSETS);
            curve.add(report, due ? auroc(await detector.score(monitor.images), monitor.labels) : undefined);
            await folder.write("curve.csv", curve.text());
            const provenance = { backend: backend.name, arithmetic: ARITHMETIC, seconds: seconds() };
            await folder.writeCheckpoint({ ...await report.checkpoint(), ...provenance });
            onProgress?.({ epochs, of });
          },
        });
      } catch (error) {
        if (!(error instanceof NonFiniteLossError)) throw error;
        const kept = epochs > 0 ? `the checkpoint of epoch ${epochs} is kept in "${folder.path}"` : "no epoch was done";
        throw new StoreError(`${error.message}; ${kept}`);
      }
    }
    const choice = isUndecided(detector) ? await chooseByTestLabels(detector, evaluated, spec.seed) : undefined;
    const { images, labels, indices } = choice?.rest ?? evaluated;
    const scores = await detector.score(images);
    const rows = Array.from(scores, (score, i) => `${indices[i]},${labels[i]},${Number(score).toPrecision(9)}`);
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
          arithmetic: ARITHMETIC,
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
    await folder.write(
      "metrics.json",
      JSON.stringify({ auroc: auroc(scores, labels), chosen: choice?.candidate }) + "\n",
    );
    await folder.forget("checkpoint.safetensors");
  } finally {
    used?.dispose();
    await folder.close();
  }
}

/** The processor's name. */
export function cpuModel(): string {
  return cpus()[0]?.model ?? Deno.build.arch;
}
