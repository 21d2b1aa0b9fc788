/**
 * What `deno task bench` measures of a classical method on our side, in a process of its own: a description as JSON in, seconds out.
 *
 * @module
 */

import { join } from "@std/path";
import { loadDataset } from "../src/data/load.ts";
import { fitPreprocessing } from "../src/data/preprocess.ts";
import { officialSplit } from "../src/data/splits.ts";
import { coordinates, holding, principalComponents } from "../src/detectors/components.ts";
import { isolationForest } from "../src/detectors/iforest.ts";
import { kernelDensity } from "../src/detectors/kde.ts";
import { scaleOf, supportVectorMachine } from "../src/detectors/ocsvm.ts";
import { createPca } from "../src/detectors/pca.ts";
import type { Rows } from "../src/detectors/rows.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { BackendName } from "../src/engine/backend_names.ts";
import { ENTRIES } from "../src/experiments/methods.ts";
import { IFOREST, KDE, OCSVM } from "../src/detectors/recipes.ts";
import { processor } from "./processor.ts";

/** What is to be measured. */
export interface ClassicalWork {
  /** Whose fit and score. */
  readonly method: "ocsvm" | "kde" | "iforest" | "pca";
  /** The normal digit. */
  readonly digit: number;
  /** The backend. */
  readonly backend: BackendName;
  /** Where the rows are left for the rival: `train.bin` and `test.bin`, float32. */
  readonly folder: string;
}

/** A measurement. */
export interface ClassicalMeasured {
  /** Seconds to fit. */
  readonly fit: number;
  /** Seconds to score all test images. */
  readonly score: number;
  /** The length of a row. */
  readonly width: number;
  /** γ of the OC-SVM. */
  readonly gamma: number;
  /** k of the principal components. */
  readonly components: number;
  /** The processor. */
  readonly cpu: string;
}

if (import.meta.main) {
  const { method, digit, backend, folder }: ClassicalWork = JSON.parse(Deno.args[0]!);
  await startBackend({ only: backend });
  const { train, test } = officialSplit(await loadDataset("mnist", "official"), digit);
  const preprocess = fitPreprocessing(method === "pca" ? "std" : "gcn-l1", train);
  const [normal, judged] = [preprocess(train.images), preprocess(test.images)];
  const components = Number(ENTRIES.pca.recipes.mnist["components"]);
  const leave = async (rows: Float32Array, name: string) =>
    await Deno.writeFile(join(folder, name), new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  let [width, gamma] = [normal.pixels.length / normal.count, 0];
  let fit: () => unknown;
  let score: () => unknown;
  if (method === "pca") {
    await leave(normal.pixels, "train.bin");
    await leave(judged.pixels, "test.bin");
    const detector = createPca(components);
    fit = () => detector.fit({ role: "normal-train", images: normal });
    score = () => detector.score(judged);
  } else {
    const found = principalComponents(normal, holding(OCSVM.mnist.variance));
    const [rows, others] = [normal, judged].map((images) => {
      const all = coordinates(found, images);
      return { ...all, values: all.values.map((value) => value / 2) };
    }) as [Rows, Rows];
    await leave(rows.values, "train.bin");
    await leave(others.values, "test.bin");
    [width, gamma] = [rows.width, OCSVM.mnist.factor * scaleOf(rows)];
    const model = {
      ocsvm: () => supportVectorMachine(OCSVM.mnist.nu, () => gamma),
      kde: () => kernelDensity(KDE.mnist),
      iforest: () => isolationForest(IFOREST.mnist, 0),
    }[method]();
    fit = () => model.fit(rows);
    score = () => model.score(others);
  }
  const start = performance.now();
  await fit();
  const fitted = performance.now();
  await score();
  const end = performance.now();
  const measured: ClassicalMeasured = {
    fit: (fitted - start) / 1000,
    score: (end - fitted) / 1000,
    width,
    gamma,
    components,
    cpu: processor(),
  };
  console.log(JSON.stringify(measured));
}
