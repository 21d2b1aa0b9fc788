/**
 * What a detector of images can do, and what it is made from.
 *
 * @module
 */

import { z } from "zod";
import { ABOUT } from "../data/dataset.ts";
import type { Images, ImageShape } from "../data/images.ts";
import type { Preprocessing, Range } from "../data/preprocess.ts";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import type { FitOptions, NamedArray } from "../detectors/detector.ts";
import type { DetectorName } from "../detectors/method_names.ts";
import { RECONSTRUCTING } from "../detectors/method_names.ts";

/** What a detector of images is made from. */
export interface DetectorOptions {
  /** The size of the images that the method sees: each side 16 to 256 pixels, 1 or 3 channels; MNIST's unless given. */
  readonly shape?: ImageShape;
  /** Whether images are cut into overlapping tiles of that size; their own size is then theirs. */
  readonly tiled?: boolean;
  /** What is done to images first; nothing unless given, where the command `fit` takes `std`. */
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

/** Why a method has no maps, and which methods have. */
export function noMaps(method: DetectorName): string {
  return `${method} does not reconstruct images; ${RECONSTRUCTING.join(", ")} do`;
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
