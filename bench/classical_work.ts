/**
 * What `deno task bench` measures of a classical method on our side, in a process of its own: a description as JSON in, seconds out.
 *
 * @module
 */

import { join } from "@std/path";
import { loadDataset } from "../src/data/load.ts";
import type { Images } from "../src/data/images.ts";
import { fitPreprocessing } from "../src/data/preprocess.ts";
import { officialSplit } from "../src/data/splits.ts";
import { onFeatures } from "../src/detectors/classical/features.ts";
import type { Detector } from "../src/detectors/detector.ts";
import { coordinates, holding, principalComponents } from "../src/detectors/classical/principal_components.ts";
import { isolationForest } from "../src/detectors/iforest.ts";
import { kernelDensity } from "../src/detectors/kde.ts";
import { scaleOf, supportVectorMachine } from "../src/detectors/ocsvm.ts";
import { createPca } from "../src/detectors/pca.ts";
import type { Rows } from "../src/detectors/classical/matrix.ts";
import { slice } from "../src/detectors/classical/matrix.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { BackendName } from "../src/engine/backend_names.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import { IFOREST, KDE, OCSVM, OCSVM_SCHEMA } from "../src/detectors/recipes/baselines.ts";
import { processor } from "./processor.ts";

/** What a panel of Figure 3 places: 200 codes of either kind, and 50 units. */
const TSNE_POINTS = 450;

/** What is to be measured. */
export interface ClassicalWork {
  /** Whose fit and score. */
  readonly method: "ocsvm" | "kde" | "iforest" | "pca" | "tsne";
  /** The normal digit. */
  readonly digit: number;
  /** The backend. */
  readonly backend: BackendName;
  /** Where the rows are left for the rival: `train.bin` and `test.bin`, float32, and the images that they are of. */
  readonly folder: string;
}

/** A measurement. */
export interface ClassicalMeasured {
  /** Seconds to fit. */
  readonly fit: number;
  /** Seconds to score all test images. */
  readonly score: number;
  /** Seconds of both from the images on, where the rows are not the images. */
  readonly whole?: number;
  /** The length of a row. */
  readonly width: number;
  /** γ of the OC-SVM. */
  readonly gamma: number;
  /** k of the principal components. */
  readonly components: number;
  /** The processor. */
  readonly cpu: string;
}

/** A digit's images, normal and to be judged. */
type Pair = readonly [train: Images, test: Images];

/** A tenth of images or of points, to warm up on. */
const tenth = <T extends Images | Rows>(all: T): T => {
  const count = Math.floor(all.count / 10);
  return "pixels" in all
    ? { ...all, count, pixels: all.pixels.subarray(0, count * all.pixels.length / all.count) }
    : { ...all, count, values: all.values.subarray(0, count * all.width) };
};

/** Seconds that something takes. */
async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Seconds to fit and to score a detector. */
async function ofDetector(create: () => Detector, pair: Pair): Promise<{ fit: number; score: number }> {
  const timed = async ([train, test]: Pair) => {
    const detector = create();
    const fit = await seconds(() => detector.fit({ role: "normal-train", images: train }));
    return { fit, score: await seconds(() => detector.score(test)) };
  };
  await timed([tenth(pair[0]), tenth(pair[1])]);
  return timed(pair);
}

/** Features of both sets, as the methods get them. */
function featuresOf([train, test]: Pair): [Rows, Rows] {
  const found = principalComponents(train, holding(OCSVM.mnist.variance));
  const features = (images: Images) => {
    const all = coordinates(found, images);
    return { ...all, values: all.values.map((value) => value / 2) };
  };
  return [features(train), features(test)];
}

const MODELS = {
  ocsvm: (gamma: number) => supportVectorMachine(OCSVM.mnist.nu, () => gamma),
  kde: () => kernelDensity(KDE.mnist),
  iforest: () => isolationForest(IFOREST.mnist, 0),
};

if (import.meta.main) {
  const { method, digit, backend, folder }: ClassicalWork = JSON.parse(Deno.args[0]!);
  await startBackend({ only: backend });
  const { train, test } = officialSplit(await loadDataset("mnist", "official"), digit);
  const preprocess = fitPreprocessing(method === "pca" ? "std" : "gcn-l1", train);
  const pair: Pair = [preprocess(train.images), preprocess(test.images)];
  const components = Number(REGISTRY.pca.recipes.mnist["components"]);
  const leave = async (name: string, [a, b]: readonly [Float32Array, Float32Array]) => {
    for (const [file, { buffer, byteOffset, byteLength }] of [["train", a], ["test", b]] as const) {
      await Deno.writeFile(join(folder, `${name}${file}.bin`), new Uint8Array(buffer, byteOffset, byteLength));
    }
  };
  const measured = async (): Promise<Omit<ClassicalMeasured, "cpu" | "components">> => {
    const pixels = [pair[0].pixels, pair[1].pixels] as const;
    if (method === "pca") {
      await leave("", pixels);
      return {
        ...await ofDetector(() => createPca(components), pair),
        width: pixels[0].length / pair[0].count,
        gamma: 0,
      };
    }
    const [rows, others] = featuresOf(pair);
    const { width } = rows;
    if (method === "tsne") {
      const { embed } = await import("../figures/fig3.ts");
      const some = slice(others, 0, TSNE_POINTS);
      await leave("", [some.values, some.values]);
      const points = Array.from({ length: some.count }, (_, i) => [...slice(some, i, i + 1).values]);
      embed(points.slice(0, TSNE_POINTS / 10));
      return { fit: await seconds(() => embed(points)), score: 0, width, gamma: 0 };
    }
    await leave("", [rows.values, others.values]);
    await leave("images-", pixels);
    const gamma = OCSVM.mnist.factor * scaleOf(rows);
    const create = () => MODELS[method](gamma);
    const whole = await ofDetector(
      () => onFeatures(method, { schema: OCSVM_SCHEMA, recipe: OCSVM.mnist }, create),
      pair,
    );
    const model = create();
    return {
      fit: await seconds(() => model.fit(rows)),
      score: await seconds(() => model.score(others)),
      whole: whole.fit + whole.score,
      width,
      gamma,
    };
  };
  const result: ClassicalMeasured = { ...await measured(), components, cpu: processor() };
  console.log(JSON.stringify(result));
}
