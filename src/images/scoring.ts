/**
 * Scores of image files, one batch at a time: a million need no more memory than a hundred.
 *
 * @module
 */

import { sizeText } from "../data/images.ts";
import type { Decoded, Decoding } from "./decode.ts";
import type { ImageDetector } from "./detector.ts";
import type { ImageFile } from "./files.ts";
import type { ReadImage, Unreadable } from "./folder.ts";
import { readFiles } from "./folder.ts";

/** Pixels scored at a time: five hundred images of the size of MNIST's. */
const PIXELS = 500 * 28 * 28;

/** An image file and what the detector says of it. */
export interface Verdict extends ImageFile {
  /** The image as the detector sees it. */
  readonly image: Decoded;
  /** Its score: the higher, the more anomalous. */
  readonly score: number;
  /** The share of normal images whose score is as high. */
  readonly pValue: number;
  /** Whether it is anomalous at the level asked for. */
  readonly anomalous: boolean;
  /** The file's SHA-256. */
  readonly sha256: string;
}

/** How images are decoded for a detector. */
export function decodingFor({ method, options: { shape, tiled } }: ImageDetector): Decoding {
  const channels = shape.channels as 1 | 3;
  if (shape.height !== shape.width) {
    throw new RangeError(`Cannot read files for ${method}: it sees ${sizeText(shape)}, files are scaled to squares`);
  }
  return tiled ? { channels, least: shape.height } : { channels, side: shape.height };
}

/**
 * Scores the images below paths.
 *
 * @param detector A fitted detector.
 * @param paths Files and folders.
 * @param falseAlarms q, the greatest share of normal images that may be called anomalous.
 * @returns What the detector says of each, in the order of the files; files that cannot be read are among them.
 */
export async function* scoreFiles(
  detector: ImageDetector,
  paths: readonly string[],
  falseAlarms: number,
): AsyncGenerator<Verdict | Unreadable> {
  // Refused before an image is read.
  const limit = detector.threshold(falseAlarms);
  let [batch, pixels]: [(ReadImage | Unreadable)[], number] = [[], 0];
  const flush = async function* () {
    const images = batch.flatMap((file) => "image" in file ? [file.image] : []);
    const scores = images.length === 0 ? new Float32Array() : await detector.score(images);
    let at = 0;
    for (const file of batch) {
      if (!("image" in file)) yield file;
      else {
        const score = scores[at++]!;
        const { path, name, image, sha256 } = file;
        yield { path, name, image, score, pValue: detector.pValue(score), anomalous: score > limit, sha256 };
      }
    }
    [batch, pixels] = [[], 0];
  };
  for await (const file of readFiles(paths, decodingFor(detector))) {
    batch.push(file);
    if ("image" in file) pixels += file.image.height * file.image.width;
    if (pixels >= PIXELS || batch.length >= 1000) yield* flush();
  }
  yield* flush();
}
