/**
 * What is measured of a memory besides AUROC, while there are weights and the images that it started from: results are kept
 * without them.
 *
 * ```text
 * recognised = (1/n) Σᵢ [ĉ(G(mᵢ)) = c]       ĉ: the digit classifier, c: the normal digit
 * moved      = ‖M − M₀‖ / ‖M₀‖
 * ```
 *
 * An ablation's changed code trains a changed classifier too, so that there `recognised` does not measure the change.
 *
 * @module
 */

import type { Dataset } from "../data/dataset.ts";
import type { Detector } from "../detectors/detector.ts";
import type { Memgan } from "../detectors/memgan.ts";
import type { Metrics } from "./run_files.ts";
import type { RunSpec } from "./run_spec.ts";

/** What is needed besides the detector. */
interface Needs {
  /** The store's folder, which keeps the digit classifier. */
  readonly root: string;
  /** Loads the run's data set. */
  readonly load: () => Promise<Dataset>;
  /** Receives a line if the classifier has to be trained. */
  readonly say: (line: string) => void;
}

/**
 * The measures of a run of memgan.
 *
 * @param detector The fitted detector; a backend must be running.
 * @param spec Its run.
 * @param needs What is needed besides.
 * @returns Nothing where the run has no memory; `recognised` of a search alone, and where there are digits.
 */
export async function measureMemory(
  detector: Detector,
  { method, evaluate, dataset, class: digit }: RunSpec,
  { root, load, say }: Needs,
): Promise<Pick<Metrics, "recognised" | "moved">> {
  if (method !== "memgan") return {};
  const memgan = detector as Memgan;
  const moved = await memgan.memoryMoved();
  if (evaluate !== "validation" || dataset !== "mnist") return { moved };
  const { shareNamed, trainedDigitClassifier } = await import("./digit_classifier.ts");
  const classifier = await trainedDigitClassifier(root, await load(), say);
  return { recognised: await shareNamed(classifier, await memgan.decodeMemory(), digit), moved };
}
