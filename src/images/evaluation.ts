/**
 * How well a detector tells images that are known to be normal from such as are known to be anomalous.
 *
 * @module
 */

import { auroc } from "../experiments/auroc.ts";
import { checkLevel } from "./calibration.ts";
import type { Decoded } from "./decode.ts";
import type { ImageDetector } from "./image_detector.ts";
import { noMaps } from "./image_detector.ts";
import type { ImageFile } from "./files.ts";
import { ImageError, imageFiles } from "./files.ts";
import { listDigest, unskipped } from "./folder.ts";
import { masksBelow, readMask } from "./masks.ts";
import { averagePrecision, wilson } from "./metrics.ts";
import { pixelTally, scaledMap } from "./pixel_tally.ts";
import { scoreFiles } from "./scoring.ts";

/** An image, its score, and what it is. */
export interface Judged extends ImageFile {
  /** Its score: the higher, the more anomalous. */
  readonly score: number;
  /** The share of normal images whose score is as high. */
  readonly pValue: number;
  /** What it is, whatever the detector says. */
  readonly anomaly: boolean;
}

/** A share of images. */
export interface Share {
  /** How many. */
  readonly count: number;
  /** Out of how many. */
  readonly of: number;
  /** The share. */
  readonly share: number;
  /** Wilson's interval of it, at 95 %. */
  readonly interval: readonly [low: number, high: number];
}

/** What scores say of a detector. */
export interface Measures {
  /** The share of anomalies among the images: average precision by chance. */
  readonly prevalence: number;
  /** The share of pairs, one normal and one anomalous image, that are in order; ½ by chance. */
  readonly auroc: number;
  /** The area under precision and recall. */
  readonly averagePrecision: number;
  /** Anomalies whose score is above the threshold. */
  readonly truePositives: Share;
  /** Normal images whose score is. */
  readonly falseAlarms: Share;
}

const shareOf = (count: number, of: number): Share => ({ count, of, share: count / of, interval: wilson(count, of) });

/**
 * Measures by scores.
 *
 * @param images Images of both kinds.
 * @param threshold The score above which one is called anomalous.
 * @returns The measures.
 * @throws {RangeError} If one kind is missing.
 *
 * @example Two normal images, two anomalies, of which one is found
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const images = [[1, false], [3, false], [2, true], [4, true]].map(([score, anomaly]) => ({ score, anomaly }));
 * const { auroc, truePositives, falseAlarms } = measure(images as never, 3);
 * assertEquals([auroc, truePositives.share, falseAlarms.share], [0.75, 0.5, 0]);
 * ```
 */
export function measure(images: readonly Pick<Judged, "score" | "anomaly">[], threshold: number): Measures {
  const [scores, labels] = [images.map(({ score }) => score), images.map(({ anomaly }) => Number(anomaly))];
  const above = (kind: boolean) => {
    const some = images.filter(({ anomaly }) => anomaly === kind);
    return shareOf(some.filter(({ score }) => score > threshold).length, some.length);
  };
  const [truePositives, falseAlarms] = [above(true), above(false)];
  return {
    auroc: auroc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    prevalence: truePositives.of / images.length,
    truePositives,
    falseAlarms,
  };
}

/** What a detector is measured on. */
export interface EvaluationRequest {
  /** A folder of normal images, none of which it was fitted on. */
  readonly normal: string;
  /** A folder of anomalous images. */
  readonly anomalous: string;
  /** A folder with a mask of each anomalous image. */
  readonly masks: string | undefined;
  /** q, the greatest share of normal images that may be called anomalous. */
  readonly falseAlarms: number;
  /** Called with why a file cannot be read, which is then passed over; without it that is an error. */
  readonly unreadable: ((why: string) => void) | undefined;
}

/** What came of it. */
export interface Evaluation extends Measures {
  /** The images, in the order of the files, normal ones first. */
  readonly images: readonly Judged[];
  /** The score above which one is called anomalous. */
  readonly threshold: number;
  /** q. */
  readonly level: number;
  /** Files that were passed over. */
  readonly skipped: number;
  /** The SHA-256 of the list of normal images, as a model has it of those that it was fitted on. */
  readonly normalSha256: string;
  /** AUROC over the pixels of all images at their own size, where there are masks. */
  readonly pixelAuroc: number | undefined;
}

/** Counts pixels, image by image. */
async function pixels(detector: ImageDetector, folder: string, anomalous: string) {
  if (detector.mapScale === undefined) {
    throw new RangeError(`Cannot compare masks with maps: ${noMaps(detector.method)}`);
  }
  const [maskOf, tally] = [await masksBelow(folder), pixelTally()];
  // A mask that is missing is missed before an image is scored.
  for await (const { name } of imageFiles([anomalous])) maskOf(name);
  return {
    async add({ name, anomaly }: Judged, image: Decoded) {
      const mask = anomaly ? await readMask(maskOf(name), image.stored) : undefined;
      tally.add(scaledMap(await detector.map(image), image.stored), mask?.pixels);
    },
    auroc: tally.auroc,
  };
}

/**
 * Scores the images of two folders and measures the detector by them.
 *
 * @param detector A fitted detector.
 * @param request The folders.
 * @returns The measures, and what they were computed from; an image takes as much memory as its name.
 * @throws {ImageError} If a folder has no images, or an image or a mask is missing or cannot be read.
 * @throws {RangeError} If the detector cannot give so low a share of false alarms, or has no maps to compare with masks.
 */
export async function evaluate(detector: ImageDetector, request: EvaluationRequest): Promise<Evaluation> {
  const { falseAlarms: level, unreadable } = request;
  checkLevel(level, detector.calibrated);
  // A folder that is not there is missed before an image is scored.
  for (const folder of [request.normal, request.anomalous]) for await (const _ of imageFiles([folder])) break;
  const tally = request.masks === undefined ? undefined : await pixels(detector, request.masks, request.anomalous);
  const images: Judged[] = [];
  const normal: { sha256: string }[] = [];
  let skipped = 0;
  for (const [folder, anomaly] of [[request.normal, false], [request.anomalous, true]] as const) {
    const before = images.length;
    for await (const result of scoreFiles(detector, [folder], level)) {
      if ("score" in result) {
        const { path, name, score, pValue, sha256 } = result;
        if (!anomaly) normal.push({ sha256 });
        const judged = { path, name, score, pValue, anomaly };
        images.push(judged);
        await tally?.add(judged, result.image);
      } else if (unreadable === undefined) throw unskipped(result);
      else {
        skipped++;
        unreadable(result.why);
      }
    }
    if (images.length === before) {
      throw new ImageError(
        `Cannot evaluate a model: there are no ${anomaly ? "anomalous" : "normal"} images in "${folder}"`,
      );
    }
  }
  const threshold = detector.threshold(level);
  const normalSha256 = await listDigest(normal);
  return { ...measure(images, threshold), images, threshold, level, skipped, normalSha256, pixelAuroc: tally?.auroc() };
}
