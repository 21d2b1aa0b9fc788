/**
 * A detector of anybody's images: a method of the paper's tables, with preprocessing before it and a calibration behind it.
 *
 * @module
 */

import type { Images, ImageShape } from "../data/images.ts";
import type { Preprocessing, Range } from "../data/preprocess.ts";
import { preprocessing, rangeOf } from "../data/preprocess.ts";
import { createMethod } from "../detectors/create.ts";
import type { Detector, FitOptions, NamedArray } from "../detectors/detector.ts";
import type { Method } from "../detectors/method_names.ts";
import { seededRng } from "../engine/random.ts";
import { checkLevel, pValue, threshold } from "./calibration.ts";
import { cut, paste } from "./tiles.ts";

/** What a detector of images is made from. */
export interface DetectorOptions {
  /** The size of the images that the method sees: each side 16 to 256 pixels, 1 or 3 channels. */
  readonly shape: ImageShape;
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
  tiled: false,
  preprocessing: "none",
  recipe: {},
  seed: 0,
  holdOut: 0.2,
  falseAlarms: 0.01,
} as const satisfies Partial<DetectorOptions>;

/** What was learned: with the options it is all that a detector consists of. */
export interface Learned {
  /** The method's arrays, by name. */
  readonly arrays: Readonly<Record<string, NamedArray>>;
  /** The range that preprocessing maps to [−1, 1]. */
  readonly range: Range;
  /** The scores of the held-out normal images, ascending. */
  readonly heldOut: Float32Array;
}

/** A detector of images in [0, 1]. A higher score is more anomalous. */
export interface ImageDetector {
  /** The method. */
  readonly method: Method;
  /** What it was made from. */
  readonly options: Required<DetectorOptions>;
  /**
   * Fits it on normal images, one at a time: of its shape, or at their own size if it is tiled.
   *
   * @throws {RangeError} If too few are held out for its share of false alarms.
   */
  fit(images: readonly Images[], options?: FitOptions): Promise<void>;
  /** One score an image. */
  score(images: readonly Images[]): Promise<Float32Array>;
  /** The share of normal images whose score is as high, by those that were held out: a number in (0, 1]. */
  pValue(score: number): number;
  /** Whether at most a share q of normal images has a score as high; q is the detector's unless given. */
  isAnomalous(score: number, falseAlarms?: number): boolean;
  /** The score above which an image is anomalous. */
  threshold(falseAlarms?: number): number;
  /** |x − x̂| of an image and its reconstruction, the mean over channels, at the image's size. */
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
  const most = Math.round(count * holdOut);
  return { heldOut: order.slice(0, most).sort((a, b) => a - b), training: order.slice(most).sort((a, b) => a - b) };
}

/** Images of equal size as one batch. */
function together(images: readonly Images[], { height, width, channels }: ImageShape): Images {
  const size = height * width * channels;
  const count = images.reduce((sum, each) => sum + each.count, 0);
  const pixels = new Float32Array(count * size);
  let at = 0;
  for (const each of images) {
    pixels.set(each.pixels, at);
    at += each.pixels.length;
  }
  return { count, height, width, channels, pixels };
}

/**
 * A detector, to be fitted.
 *
 * @param method The method.
 * @param given What it is made from.
 * @returns The detector.
 * @throws {RangeError} If an option is out of its range.
 */
export function createDetector(method: Method, given: DetectorOptions): ImageDetector {
  const options: Required<DetectorOptions> = { ...DEFAULTS, ...given };
  const { shape, tiled, seed, holdOut, falseAlarms } = options;
  const inner: Detector = createMethod(method, { shape, seed, recipe: options.recipe });
  let range: Range = [0, 1];
  let heldOut = new Float32Array();
  const prepared = (images: Images) => preprocessing(options.preprocessing, range)(images);
  const parts = (image: Images) => tiled ? cut(image, shape.height) : image;

  const score = async (images: readonly Images[]) => {
    const all = images.map(parts);
    const scores = await inner.score(prepared(together(all, shape)));
    let at = 0;
    // An image is as anomalous as its most anomalous tile.
    return Float32Array.from(all, ({ count }) => scores.subarray(at, at += count).reduce((a, b) => Math.max(a, b)));
  };
  return {
    method,
    options,
    async fit(images, fitOptions) {
      const { training, heldOut: held } = heldOutOf(images.length, holdOut, seed);
      checkLevel(falseAlarms, held.length);
      const normal = together(training.map((i) => parts(images[i]!)), shape);
      range = rangeOf(options.preprocessing, { role: "normal-train", images: normal });
      await inner.fit({ role: "normal-train", images: prepared(normal) }, fitOptions);
      heldOut = (await score(held.map((i) => images[i]!))).sort();
    },
    score,
    pValue: (value) => pValue(heldOut, value),
    isAnomalous: (value, level = falseAlarms) => value > threshold(heldOut, level),
    threshold: (level = falseAlarms) => threshold(heldOut, level),
    async map(image) {
      if (inner.reconstruct === undefined) {
        throw new TypeError(`Cannot map an image: ${method} does not reconstruct images`);
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
    },
    learned: async () => ({ arrays: await inner.save(), range, heldOut }),
    restore(learned) {
      inner.load(learned.arrays);
      ({ range } = learned);
      heldOut = Float32Array.from(learned.heldOut);
    },
    dispose: () => inner.dispose(),
  };
}
