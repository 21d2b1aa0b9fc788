/**
 * A detector in one file: arrays and a description, in the safetensors format. Reading it runs no code.
 *
 * @module
 */

import { z } from "zod";
import type { NamedArray } from "../detectors/detector.ts";
import { DETECTORS } from "../detectors/method_names.ts";
import { decodeSafetensors, encodeSafetensors } from "../experiments/safetensors.ts";
import { writeWhole } from "../platform/files.ts";
import { fitted, parseJson } from "../platform/json.ts";
import type { ImageDetector } from "./detector.ts";
import { createDetector, OPTIONS } from "./detector.ts";
import { ImageError } from "./files.ts";

/** The version of the file's description; others are refused. */
const VERSION = 1;

/** Where the calibration stands among the arrays. */
const HELD_OUT = "calibration.held_out";

/** The description of a model. */
const DESCRIPTION = z.strictObject({
  version: z.literal(VERSION),
  method: z.enum(DETECTORS),
  options: OPTIONS,
  range: z.tuple([z.number(), z.number()]),
  mapScale: z.number().min(0),
  images: z.strictObject({ count: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  made: z.record(z.string(), z.string()),
});

/** What a model was made from. */
export type Origin = Pick<z.infer<typeof DESCRIPTION>, "images" | "made">;

/** A detector and what it was made from. */
export interface Model extends Origin {
  /** The detector. */
  readonly detector: ImageDetector;
}

/**
 * Writes a fitted detector to a file, whole or not at all.
 *
 * @param detector The detector.
 * @param path The file.
 * @param origin What it was made from.
 */
export async function saveDetector(detector: ImageDetector, path: string, origin: Origin): Promise<void> {
  const { arrays, range, heldOut, mapScale } = await detector.learned();
  const about = { version: VERSION, method: detector.method, options: detector.options, range, mapScale, ...origin };
  const all: Record<string, NamedArray> = {
    ...arrays,
    [HELD_OUT]: { shape: [heldOut.length], values: heldOut },
  };
  await writeWhole(path, encodeSafetensors(all, { memgan: JSON.stringify(about) }));
}

/**
 * Reads a detector from a file.
 *
 * @param path The file.
 * @returns The detector, and what it was made from.
 * @throws {ImageError} If there is no such file, or it is not such a model of this version, whole and in all its bounds.
 */
export async function loadDetector(path: string): Promise<Model> {
  const wrong = (what: string) => new ImageError(`Cannot read the model "${path}": ${what}`);
  let detector: ImageDetector | undefined;
  try {
    const { arrays: { [HELD_OUT]: heldOut, ...arrays }, metadata } = decodeSafetensors(
      path,
      await Deno.readFile(path),
      true,
    );
    if (metadata["memgan"] === undefined || heldOut === undefined) {
      throw new RangeError("it is not one of this program's");
    }
    const { method, options, range, mapScale, images, made } = fitted(DESCRIPTION, parseJson(metadata["memgan"]));
    for (const [name, { values }] of Object.entries({ ...arrays, [HELD_OUT]: heldOut })) {
      if (!values.every(Number.isFinite)) {
        throw new RangeError(`the array "${name}" has a value that is no finite number`);
      }
    }
    detector = createDetector(method, options);
    detector.restore({ arrays, range, mapScale, heldOut: heldOut.values.toSorted() });
    return { detector, images, made };
  } catch (error) {
    detector?.dispose();
    throw wrong((error as Error).message);
  }
}
