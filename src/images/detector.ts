/**
 * A detector of anybody's images: a method of the paper's tables, with preprocessing before it and a calibration behind it.
 *
 * @module
 */

import type { Images, ImageShape } from "../data/images.ts";
import { checkImages, gather, sizeText, spread } from "../data/images.ts";
import type { Range } from "../data/preprocess.ts";
import { preprocessing, rangeOf } from "../data/preprocess.ts";
import { construct, createMethod } from "../detectors/create.ts";
import type { Detector } from "../detectors/detector.ts";
import { scoredAtOnce } from "../detectors/training/batches.ts";
import type { RecipeOf } from "../detectors/recipes/recipes.ts";
import { recipeFor } from "../detectors/recipes/recipes.ts";
import type { DetectorName } from "../detectors/method_names.ts";
import { checked } from "../platform/checked.ts";
import { seededRng } from "../engine/random.ts";
import { checkLevel, pValue, threshold } from "./calibration.ts";
import type { AnyImages, DetectorOptions, ImageDetector, Learned } from "./image_detector.ts";
import { DEFAULTS, noMaps, OPTIONS } from "./image_detector.ts";
import { cut, paste } from "./tiles.ts";

export { DEFAULTS, OPTIONS };
export type { AnyImages, DetectorOptions, ImageDetector, Learned };

/** Which of the images are held out: the seed decides, and the order in which they are given. */
export function heldOutOf(count: number, holdOut: number, seed: number): { training: number[]; heldOut: number[] } {
  const order = [...seededRng(seed, "hold-out").permutation(count)];
  const held = Math.round(count * holdOut);
  const ascending = (some: number[]) => some.sort((a, b) => a - b);
  return { heldOut: ascending(order.slice(0, held)), training: ascending(order.slice(held)) };
}

/** Images one by one. */
function singly(images: AnyImages): readonly Images[] {
  if (Array.isArray(images)) return images;
  const batch = images as Images;
  checkImages(batch, "take images");
  return Array.from({ length: batch.count }, (_, i) => gather(batch, [i]));
}

/** Images of equal size as one batch. */
function together(images: readonly Images[], { height, width, channels }: ImageShape): Images {
  const pixels = new Float32Array(images.reduce((sum, each) => sum + each.pixels.length, 0));
  let at = 0;
  for (const each of images) {
    pixels.set(each.pixels, at);
    at += each.pixels.length;
  }
  return { count: images.reduce((sum, { count }) => sum + count, 0), height, width, channels, pixels };
}

/** The value that a hundredth of others exceed. */
function hundredth(values: Float32Array): number {
  return values.toSorted()[Math.floor(0.99 * (values.length - 1))]!;
}

/** Held-out images that set the colours of maps. */
const MAPPED = 50;

/**
 * A detector of images, to be fitted.
 *
 * @param method The method.
 * @param given What it is made from.
 * @returns The detector; it keeps memory until `dispose` is called.
 * @throws {RangeError} If an option is out of its range.
 * @throws {TypeError} If an option is unknown or of another type.
 *
 * @example Grey images of equal brightness are normal, and noise is not
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { createDetector } from "@memgan/memgan";
 *
 * const pixels = Float32Array.from({ length: 50 * 784 }, (_, i) => Math.floor(i / 784) / 50);
 * const images = { count: 50, height: 28, width: 28, channels: 1, pixels };
 * const detector = createDetector("pca", { recipe: { components: 1 }, falseAlarms: 0.1 });
 * await detector.fit(images);
 * const noise = { ...images, count: 1, pixels: Float32Array.from({ length: 784 }, (_, i) => i * 7919 % 256 / 255) };
 * const [score] = await detector.score(noise);
 * assert(detector.isAnomalous(score!));
 * // Ten images were held out, and none of their scores is as high.
 * assertEquals(detector.pValue(score!), 1 / 11);
 * detector.dispose();
 * ```
 */
export function createDetector(method: DetectorName, given: DetectorOptions = {}): ImageDetector {
  const options = completed(method, given);
  const { shape, seed, recipe } = options;
  // All of the recipe, so that a model does not change with the defaults.
  const whole = { ...options, recipe: { ...recipeFor(method, shape), ...recipe } };
  return around(method, createMethod(method, { shape, seed, recipe }), whole);
}

/** As {@linkcode createDetector}, by the options of a detector that was made before: their recipe is whole. */
export function createAgain(method: DetectorName, given: DetectorOptions): ImageDetector {
  const options = completed(method, given);
  const { shape, seed, recipe } = options;
  return around(method, construct(method, recipe as unknown as RecipeOf[DetectorName], seed, shape), options);
}

/** Checked options, with the defaults. */
function completed(method: DetectorName, given: DetectorOptions): Required<DetectorOptions> {
  const options = checked(OPTIONS, { ...DEFAULTS, ...given }, `create ${method}`, "options") as Required<
    DetectorOptions
  >;
  const { tiled, shape } = options;
  if (!tiled || shape.height === shape.width) return options;
  throw new RangeError(`Cannot create ${method}: tiles are squares, options.shape is ${sizeText(shape)}`);
}

/** A detector of images around one of prepared images. */
function around(method: DetectorName, inner: Detector, options: Required<DetectorOptions>): ImageDetector {
  const { shape, tiled, seed, holdOut, falseAlarms } = options;
  let range: Range = [0, 1];
  let heldOut = new Float32Array();
  let mapScale = 0;

  const check = (image: Images, doing: string) => {
    checkImages(image, doing);
    const { count, height, width, channels, pixels } = image;
    const fits = tiled
      ? height >= shape.height && width >= shape.width && channels === shape.channels
      : sizeText(image) === sizeText(shape);
    if (count !== 1 || !fits) {
      const wanted = `${sizeText(shape)}${tiled ? " or larger" : ""}`;
      throw new RangeError(`Cannot ${doing}: each image must be ${wanted}, one is ${count} of ${sizeText(image)}`);
    }
    const wrong = pixels.find((value) => value < 0 || value > 1);
    if (wrong !== undefined) throw new RangeError(`Cannot ${doing}: pixels must be in [0, 1], one is ${wrong}`);
  };
  const prepared = (images: Images) => preprocessing(options.preprocessing, range)(images);
  // What the method takes at once: no more images or tiles are unpacked at a time.
  const most = scoredAtOnce(shape.height * shape.width * shape.channels);
  const piecesOf = (image: Images) => tiled ? cut(image, shape.height, most) : [image];
  const score = async (images: AnyImages) => {
    const all = singly(images);
    const scores = new Float32Array(all.length).fill(-Infinity);
    let [waiting, owners]: [Images[], number[]] = [[], []];
    const flush = async () => {
      const values = await inner.score(prepared(together(waiting, shape)));
      // An image is as anomalous as its most anomalous tile.
      values.forEach((value, at) => scores[owners[at]!] = Math.max(scores[owners[at]!]!, value));
      [waiting, owners] = [[], []];
    };
    for (const [i, image] of all.entries()) {
      check(image, `score with ${method}`);
      for (const piece of piecesOf(image)) {
        if (owners.length + piece.count > most) await flush();
        waiting.push(piece);
        for (let tile = 0; tile < piece.count; tile++) owners.push(i);
      }
    }
    await flush();
    return scores;
  };
  const mapOf = async (pieces: Images) => {
    const x = prepared(pieces);
    const rebuilt = await inner.reconstruct!(x);
    const { count, height, width, channels } = x;
    const pixels = new Float32Array(count * height * width);
    for (let i = 0; i < x.pixels.length; i++) {
      pixels[Math.floor(i / channels)]! += Math.abs(x.pixels[i]! - rebuilt.pixels[i]!) / channels;
    }
    return { count, height, width, channels: 1, pixels };
  };
  const map = async (image: Images) => {
    if (inner.reconstruct === undefined) {
      throw new RangeError(`Cannot map an image: ${noMaps(method)}`);
    }
    check(image, `map with ${method}`);
    if (!tiled) return await mapOf(image);
    const maps = [];
    for (const pieces of piecesOf(image)) maps.push(await mapOf(pieces));
    return paste(together(maps, { ...shape, channels: 1 }), image);
  };
  return {
    method,
    options,
    epochs: inner.epochs,
    get calibrated() {
      return heldOut.length;
    },
    get mapScale() {
      return inner.reconstruct === undefined ? undefined : mapScale;
    },
    async fit(given, fitOptions) {
      const images = singly(given);
      const { training, heldOut: held } = heldOutOf(images.length, holdOut, seed);
      checkLevel(falseAlarms, held.length);
      for (const image of images) check(image, `fit ${method}`);
      const normal = together(training.flatMap((i) => [...piecesOf(images[i]!)]), shape);
      range = rangeOf(options.preprocessing, { role: "normal-train", images: normal });
      await inner.fit({ role: "normal-train", images: prepared(normal) }, fitOptions);
      // What has no epochs may hold numbers that float32 has not; a file has no others, and is to give these scores.
      if (inner.epochs === 0) inner.load(await inner.save());
      const calibration = held.map((i) => images[i]!);
      heldOut = (await score(calibration)).sort();
      if (inner.reconstruct === undefined) return;
      const levels = [];
      // Neighbours in a folder may be of one day.
      for (const image of spread(calibration, MAPPED)) levels.push(hundredth((await map(image)).pixels));
      mapScale = levels.reduce((a, b) => a + b) / levels.length;
    },
    score,
    pValue: (value) => pValue(heldOut, value),
    threshold: (level = falseAlarms) => threshold(heldOut, level),
    isAnomalous: (value, level = falseAlarms) => value > threshold(heldOut, level),
    map,
    learned: async () => ({ arrays: await inner.save(), range, heldOut, mapScale }),
    restore(learned) {
      inner.load(learned.arrays);
      ({ range, mapScale } = learned);
      heldOut = Float32Array.from(learned.heldOut);
    },
    dispose: () => inner.dispose(),
  };
}
