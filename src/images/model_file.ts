/**
 * A detector in one file: arrays and a description, in the safetensors format. Reading it runs no code.
 *
 * @module
 */

import { z } from "zod";
import type { NamedArray } from "../detectors/detector.ts";
import { DETECTORS } from "../detectors/method_names.ts";
import { RECIPES } from "../detectors/recipes/recipes.ts";
import { decodeSafetensors, encodeSafetensors } from "../experiments/safetensors.ts";
import { checked } from "../platform/checked.ts";
import { writeWhole } from "../platform/files.ts";
import { fitted, parseJson } from "../platform/json.ts";
import { readUserFile } from "../platform/user_file.ts";
import { checkLevel } from "./calibration.ts";
import { createAgain } from "./detector.ts";
import { ImageError } from "./files.ts";
import type { ImageDetector, Learned } from "./image_detector.ts";
import { OPTIONS } from "./image_detector.ts";

/** The version of the file's description; others are refused. */
const VERSION = 1;

/** Where the calibration stands among the arrays. */
const HELD_OUT = "calibration.held_out";

/** The bytes of the largest file that is read. */
const MOST_BYTES = 2 ** 31 - 1;

/** The hyper-parameters that are dimensions of an array: none is more than all values together. */
const DIMENSIONS = ["units", "width", "latent", "channels", "components", "trees"];

/** The description of a model. */
const DESCRIPTION = z.strictObject({
  version: z.literal(VERSION),
  method: z.enum(DETECTORS),
  options: OPTIONS,
  range: z.tuple([z.number(), z.number()]),
  mapScale: z.number().min(0),
  images: z.strictObject({ count: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  made: z.record(z.string(), z.string()).optional(),
});

/** What a model was made from. */
export interface Origin {
  /** How many images, and the SHA-256 of the list of their digests. */
  readonly images?: { readonly count: number; readonly sha256: string } | undefined;
  /** The backend and the versions that it was made with. */
  readonly made?: Readonly<Record<string, string>> | undefined;
}

/** A detector and what it was made from. */
export interface Model extends Origin {
  /** The detector. */
  readonly detector: ImageDetector;
}

/**
 * Writes a fitted detector to a file, whole or not at all.
 *
 * Equal images, options and backends give equal bytes.
 *
 * @param detector The detector.
 * @param path The file.
 * @param origin What it was made from, if that is to be kept.
 * @throws {StoreError} If the file cannot be written.
 * @throws {TypeError} If the detector is not fitted.
 */
export async function saveDetector(detector: ImageDetector, path: string, origin: Origin = {}): Promise<void> {
  const { arrays, range, heldOut, mapScale } = await detector.learned();
  const { images, made } = origin;
  const about = { version: VERSION, method: detector.method, options: detector.options, range, mapScale, images, made };
  const all: Record<string, NamedArray> = {
    ...arrays,
    [HELD_OUT]: { shape: [heldOut.length], values: heldOut },
  };
  await writeWhole(path, encodeSafetensors(all, { memgan: JSON.stringify(about) }));
}

/**
 * Reads a detector from a file that `saveDetector` or the command `fit` wrote.
 *
 * @param path The file.
 * @returns The detector; it keeps memory until `dispose` is called.
 * @throws {ImageError} If there is no such file, or it is not such a model of this version, whole and in all its bounds.
 *
 * @example A detector that was saved gives the same scores
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createDetector, loadDetector, saveDetector } from "@memgan/memgan";
 *
 * const pixels = Float32Array.from({ length: 20 * 784 }, (_, i) => Math.floor(i / 784) / 20);
 * const images = { count: 20, height: 28, width: 28, channels: 1, pixels };
 * const fitted = createDetector("pixelmean", { falseAlarms: 0.2 });
 * await fitted.fit(images);
 *
 * const path = await Deno.makeTempFile();
 * await saveDetector(fitted, path);
 * const loaded = await loadDetector(path);
 * assertEquals(await loaded.score(images), await fitted.score(images));
 * await Deno.remove(path);
 * ```
 */
export async function loadDetector(path: string): Promise<ImageDetector> {
  return (await readModel(path)).detector;
}

/** As {@linkcode loadDetector}, with what the detector was made from. */
export async function readModel(path: string): Promise<Model> {
  let detector: ImageDetector | undefined;
  try {
    const { arrays: { [HELD_OUT]: heldOut, ...arrays }, metadata } = decodeSafetensors(
      path,
      await readUserFile(path, MOST_BYTES),
      true,
    );
    if (metadata["memgan"] === undefined || heldOut === undefined) {
      throw new RangeError("it is no model that fit has written");
    }
    const { method, options, range, mapScale, images, made } = describedBy(metadata["memgan"]);
    checkArrays({ ...arrays, [HELD_OUT]: heldOut }, options.recipe);
    checked(RECIPES[method].schema, options.recipe, `use ${method}`, "recipe");
    checkLevel(options.falseAlarms, heldOut.values.length);
    detector = createAgain(method, options);
    detector.restore({ arrays, range, mapScale, heldOut: heldOut.values });
    await tryOut(detector, arrays);
    return { detector, images, made };
  } catch (error) {
    detector?.dispose();
    const why = (error as Error).message.replace(`Cannot read "${path}": `, "");
    throw new ImageError(`Cannot read the model "${path}": ${why}`);
  }
}

function describedBy(text: string): z.infer<typeof DESCRIPTION> {
  const value = parseJson(text);
  const { version } = (value ?? {}) as { version?: unknown };
  if (version !== VERSION) {
    throw new RangeError(`it is of version ${JSON.stringify(version)}, this program reads version ${VERSION}`);
  }
  return fitted(DESCRIPTION, value);
}

/** Checks values, and that no network is made that is larger than the file. */
function checkArrays(arrays: Readonly<Record<string, NamedArray>>, recipe: Readonly<Record<string, unknown>>): void {
  let count = 0;
  for (const [name, { values }] of Object.entries(arrays)) {
    if (!values.every(Number.isFinite)) {
      throw new RangeError(`the array "${name}" has a value that is no finite number`);
    }
    count += values.length;
  }
  const { values } = arrays[HELD_OUT]!;
  if (values.some((value, i) => value < values[i - 1]!)) throw new RangeError(`"${HELD_OUT}" is not ascending`);
  for (const name of DIMENSIONS) {
    const size = recipe[name];
    // What images do not vary in, pca leaves out.
    if (typeof size === "number" && size > Math.max(count, 1000)) {
      throw new RangeError(`its recipe has ${name} ${size}, but its arrays have ${count} values`);
    }
  }
}

/** Scores an image without content: what does not fit the images of its size, or overflows, shows here. */
async function tryOut(detector: ImageDetector, given: Learned["arrays"]): Promise<void> {
  const { arrays } = await detector.learned();
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(arrays, name));
  if (unknown !== undefined) throw new RangeError(`it has an array "${unknown}", which no ${detector.method} has`);
  const { height, width, channels } = detector.options.shape;
  const blank = { count: 1, height, width, channels, pixels: new Float32Array(height * width * channels) };
  await detector.score(blank);
  if (detector.mapScale !== undefined) await detector.map(blank);
}
