/**
 * A detector of anybody's images: a method of the paper's tables, with preprocessing before it and a calibration behind it.
 *
 * @module
 */

import { z } from "zod";
import type { Images, ImageShape } from "../data/images.ts";
import { gather } from "../data/images.ts";
import type { Preprocessing, Range } from "../data/preprocess.ts";
import { ABOUT } from "../data/dataset.ts";
import { preprocessing, PREPROCESSINGS, rangeOf } from "../data/preprocess.ts";
import { createMethod } from "../detectors/create.ts";
import type { Detector, FitOptions, NamedArray } from "../detectors/detector.ts";
import type { DetectorName } from "../detectors/method_names.ts";
import { checked } from "../platform/checked.ts";
import { greatest } from "../platform/extremes.ts";
import { seededRng } from "../engine/random.ts";
import { checkLevel, pValue, threshold } from "./calibration.ts";
import { cut, paste } from "./tiles.ts";

/** What a detector of images is made from. */
export interface DetectorOptions {
  /** The size of the images that the method sees: each side 16 to 256 pixels, 1 or 3 channels; MNIST's unless given. */
  readonly shape?: ImageShape;
  /** Whether images are cut into overlapping tiles of that size; their own size is then theirs. */
  readonly tiled?: boolean;
  /** What is done to images first. */
  readonly preprocessing?: Preprocessing;
  /** Hyper-parameters that differ from the method's own. */
  readonly recipe?: Readonly<Record<string, number | string>>;
  /** The seed of all that is random. */
  readonly seed?: number;
  /** The share of the normal images that is held out to calibrate scores. */
  readonly holdOut?: number;
  /** q, the greatest share of normal images that may be called anomalous. */
  readonly falseAlarms?: number;
}

/** What holds where nothing else is said. */
export const DEFAULTS = {
  shape: ABOUT.mnist.shape,
  tiled: false,
  preprocessing: "none",
  recipe: {},
  seed: 0,
  holdOut: 0.2,
  falseAlarms: 0.01,
} as const satisfies Partial<DetectorOptions>;

const share = z.number().gt(0).lt(1);

/** The ranges of the options; sizes and hyper-parameters are the method's to check. */
export const OPTIONS = z.strictObject({
  shape: z.strictObject({ height: z.int(), width: z.int(), channels: z.int() }),
  tiled: z.boolean(),
  preprocessing: z.enum(PREPROCESSINGS),
  recipe: z.record(z.string(), z.union([z.number(), z.string()])),
  seed: z.int().min(0),
  holdOut: share,
  falseAlarms: share,
});

/** What was learned: with the options it is all that a detector consists of. */
export interface Learned {
  /** The method's arrays, by name. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
  /** The range that preprocessing maps to [−1, 1]. */
  readonly range: Range;
  /** The scores of the held-out normal images, ascending. */
  readonly heldOut: Float32Array;
  /** The residual that on average a hundredth of an image's pixels exceed; 0 where the method reconstructs none. */
  readonly mapScale: number;
}

/** Images of one size as a batch, or one at a time. */
export type AnyImages = Images | readonly Images[];

/** A detector of images in [0, 1]. A higher score is more anomalous. */
export interface ImageDetector {
  /** The method. */
  readonly method: DetectorName;
  /** What it was made from. */
  readonly options: Required<DetectorOptions>;
  /** The number of epochs of a fit; 0 if it has none. */
  readonly epochs: number;
  /** How many normal images calibrate it. */
  readonly calibrated: number;
  /** The residual that on average a hundredth of a normal image's pixels exceed; `undefined` where there are no maps. */
  readonly mapScale: number | undefined;
  /**
   * Fits it on normal images: of its shape, or at their own size if it is tiled. A part of them is held out of training.
   *
   * It is rejected with a `RangeError` where too few are held out for its share of false alarms.
   */
  fit(images: AnyImages, options?: FitOptions): Promise<void>;
  /** One score an image. */
  score(images: AnyImages): Promise<Float32Array>;
  /** The share of normal images whose score is as high, by those that were held out: a number in (0, 1]. */
  pValue(score: number): number;
  /** The score above which an image is anomalous; the share of false alarms is the detector's own unless given. */
  threshold(falseAlarms?: number): number;
  /** Whether at most that share of normal images has a score as high. */
  isAnomalous(score: number, falseAlarms?: number): boolean;
  /** |x − x̂| of one image and its reconstruction: the mean over channels, at the image's size. */
  map(image: Images): Promise<Images>;
  /** What it learned. */
  learned(): Promise<Learned>;
  /** Restores what `learned` returned. */
  restore(learned: Learned): void;
  /** Frees its memory. */
  dispose(): void;
}

/** Which of the images are held out: the seed decides, and the order in which they are given. */
export function heldOutOf(count: number, holdOut: number, seed: number): { training: number[]; heldOut: number[] } {
  const order = [...seededRng(seed, "hold-out").permutation(count)];
  const held = Math.round(count * holdOut);
  const ascending = (some: number[]) => some.sort((a, b) => a - b);
  return { heldOut: ascending(order.slice(0, held)), training: ascending(order.slice(held)) };
}

/** Images one by one. */
function singly(images: AnyImages): readonly Images[] {
  if (!("pixels" in images)) return images;
  return Array.from({ length: images.count }, (_, i) => gather(images, [i]));
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
  const options = checked(OPTIONS, { ...DEFAULTS, ...given }, `create ${method}`, "options") as Required<
    DetectorOptions
  >;
  const { shape, tiled, seed, holdOut, falseAlarms, recipe } = options;
  const inner: Detector = createMethod(method, { shape, seed, recipe });
  let range: Range = [0, 1];
  let heldOut = new Float32Array();
  let mapScale = 0;

  const prepared = (images: Images) => preprocessing(options.preprocessing, range)(images);
  const parts = (image: Images) => tiled ? cut(image, shape.height) : image;
  const score = async (images: AnyImages) => {
    const all = singly(images).map(parts);
    const scores = await inner.score(prepared(together(all, all[0] ?? shape)));
    let at = 0;
    // An image is as anomalous as its most anomalous tile.
    return Float32Array.from(all, ({ count }) => greatest(scores.subarray(at, at += count)));
  };
  const map = async (image: Images) => {
    if (inner.reconstruct === undefined) {
      throw new TypeError(`Cannot map an image: ${method} reconstructs none`);
    }
    const x = prepared(parts(image));
    const rebuilt = await inner.reconstruct(x);
    const { count, height, width, channels } = x;
    const pixels = new Float32Array(count * height * width);
    for (let i = 0; i < x.pixels.length; i++) {
      pixels[Math.floor(i / channels)]! += Math.abs(x.pixels[i]! - rebuilt.pixels[i]!) / channels;
    }
    const maps = { count, height, width, channels: 1, pixels };
    return tiled ? paste(maps, image) : maps;
  };
  return {
    method,
    options,
    epochs: inner.epochs,
    get calibrated() {
      return heldOut.length;
    },
    get mapScale() {
      return mapScale > 0 ? mapScale : undefined;
    },
    async fit(given, fitOptions) {
      const images = singly(given);
      const { training, heldOut: held } = heldOutOf(images.length, holdOut, seed);
      checkLevel(falseAlarms, held.length);
      const normal = together(training.map((i) => parts(images[i]!)), shape);
      range = rangeOf(options.preprocessing, { role: "normal-train", images: normal });
      await inner.fit({ role: "normal-train", images: prepared(normal) }, fitOptions);
      const calibration = held.map((i) => images[i]!);
      heldOut = (await score(calibration)).sort();
      if (inner.reconstruct === undefined) return;
      const levels = [];
      for (const image of calibration.slice(0, MAPPED)) levels.push(hundredth((await map(image)).pixels));
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
