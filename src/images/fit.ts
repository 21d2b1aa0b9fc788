/**
 * From a folder of normal images to a model in a file.
 *
 * @module
 */

import type { Images } from "../data/images.ts";
import type { Preprocessing } from "../data/preprocess.ts";
import type { DetectorName } from "../detectors/method_names.ts";
import type { Checkpoint, EpochReport } from "../detectors/detector.ts";
import { decodeSafetensors, encodeSafetensors } from "../experiments/safetensors.ts";
import { readIfThere, tryFolder, writeWhole } from "../platform/files.ts";
import { dirname } from "@std/path";
import { checkLevel } from "./calibration.ts";
import type { DetectorOptions } from "./detector.ts";
import { createDetector, heldOutOf } from "./detector.ts";
import type { ReadImage } from "./folder.ts";
import { readImages } from "./folder.ts";
import { saveDetector } from "./model_file.ts";

/** What a model is to be. */
export interface FitRequest {
  /** The file to write. */
  readonly out: string;
  /** The method. */
  readonly method: DetectorName;
  /** The side of the squares that it sees. */
  readonly size: number;
  /** Channels; where none are given, grey unless an image has colour. */
  readonly channels: 1 | 3 | undefined;
  /** Whether images are cut into tiles. */
  readonly tiled: boolean;
  /** What is done to images first. */
  readonly preprocessing: Preprocessing;
  /** Epochs of a trained method, if not its recipe's. */
  readonly epochs: number | undefined;
  /** The seed. */
  readonly seed: number;
  /** The share that is held out. */
  readonly holdOut: number;
  /** q. */
  readonly falseAlarms: number;
  /** Whether images that cannot be read are passed over. */
  readonly skip: boolean;
  /** Starts a backend. */
  start(): Promise<{ readonly name: string; readonly reason: string }>;
  /** Receives lines of progress. */
  say(line: string): void;
}

/** What was done. */
export interface Fitted {
  /** The model's file. */
  readonly model: string;
  /** The method. */
  readonly method: DetectorName;
  /** Images that were learned from. */
  readonly training: number;
  /** Images that calibrate. */
  readonly heldOut: number;
  /** Files that were passed over. */
  readonly skipped: readonly string[];
  /** The score above which an image is anomalous. */
  readonly threshold: number;
  /** Seconds of the fit. */
  readonly seconds: number;
}

/** Whether some channel of an image differs from another by more than compression makes it. */
function hasColour({ pixels }: Images): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > 0.1) return true;
  }
  return false;
}

/** An image's first channel. */
function inGrey(image: Images): Images {
  return { ...image, channels: 1, pixels: image.pixels.filter((_, i) => i % 3 === 0) };
}

/** The SHA-256 of the list of images: each file's digest, in the order of the files. */
async function listDigest(images: readonly ReadImage[]): Promise<string> {
  const text = new TextEncoder().encode(images.map(({ sha256 }) => sha256).join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();
}

/** The checkpoint of an interrupted fit of the same model, if there is one that is whole. */
async function checkpointOf(path: string, what: string, say: FitRequest["say"]): Promise<Checkpoint | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    const { arrays, metadata } = decodeSafetensors(path, bytes, true);
    if (metadata["what"] !== what) throw new RangeError(`Cannot go on from "${path}": it is of another fit`);
    return { epoch: Number(metadata["epoch"]), arrays };
  } catch (error) {
    say(`${(error as Error).message}; starting over`);
    return undefined;
  }
}

/** Reports steps and epochs, and how long they will go on. */
function progress(say: FitRequest["say"]) {
  const start = performance.now();
  let [epoch, epochs, first] = [0, 1, true];
  const left = (share: number) => {
    const seconds = (performance.now() - start) / 1000 * (1 / share - 1);
    return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} minutes`;
  };
  return {
    begin(of: number) {
      epochs = Math.max(1, of);
    },
    onStep(done: number, of: number) {
      if (!first || done < 5) return;
      first = false;
      say(`training: about ${left((epoch + done / of) / epochs)}`);
    },
    onEpoch(report: EpochReport) {
      epoch = report.epoch;
      const losses = Object.entries(report.losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      const more = epoch < report.epochs ? `, about ${left(epoch / report.epochs)} left` : "";
      say(`epoch ${epoch} of ${report.epochs}: ${losses.join(", ")}${more}`);
    },
  };
}

/**
 * Fits a detector on every image below some paths and writes it to a file.
 *
 * @param paths Files and folders of normal images.
 * @param request What the model is to be.
 * @returns What was done.
 * @throws {ImageError} If there are no images, or one cannot be read and is not to be passed over.
 * @throws {RangeError} If there are too few for the share of false alarms.
 */
export async function fitFolder(paths: readonly string[], request: FitRequest): Promise<Fitted> {
  const { out, method, size, tiled, say } = request;
  // Before an hour of training, not after it.
  await tryFolder(dirname(out));
  const skipped: string[] = [];
  const decoding = { channels: request.channels ?? 3, ...(tiled ? { least: size } : { side: size }) } as const;
  const files = await readImages(
    paths,
    decoding,
    !request.skip ? undefined : ({ path, why }) => {
      skipped.push(path);
      say(why);
    },
  );
  const channels = request.channels ?? (files.some(({ image }) => hasColour(image)) ? 3 : 1);
  const images = files.map(({ image }) => image.channels === channels ? image : inGrey(image));
  const { training, heldOut } = heldOutOf(images.length, request.holdOut, request.seed);
  say(
    `found: ${images.length} images${skipped.length > 0 ? `, and ${skipped.length} files that cannot be read` : ""}`,
  );
  checkLevel(request.falseAlarms, heldOut.length);
  const shape = { height: size, width: size, channels };
  say(
    `${method} learns from ${training.length} of them, ${tiled ? "in tiles of" : "scaled to"} ` +
      `${size} × ${size} in ${channels === 1 ? "grey" : "colour"}; ${heldOut.length} calibrate its scores`,
  );
  const backend = await request.start();
  const options: DetectorOptions = {
    shape,
    tiled,
    preprocessing: request.preprocessing,
    seed: request.seed,
    holdOut: request.holdOut,
    falseAlarms: request.falseAlarms,
    ...(request.epochs !== undefined && { recipe: { epochs: request.epochs } }),
  };
  const detector = createDetector(method, options);
  try {
    const origin = {
      images: { count: images.length, sha256: await listDigest(files) },
      made: { backend: backend.name },
    };
    const kept = `${out}.training`;
    const what = JSON.stringify({ method, options, ...origin });
    const resume = await checkpointOf(kept, what, say);
    const shown = progress(say);
    shown.begin(detector.epochs);
    const start = performance.now();
    await detector.fit(images, {
      resume,
      onStep: shown.onStep,
      async onEpoch(report) {
        shown.onEpoch(report);
        if (report.epoch === report.epochs) return;
        const { epoch, arrays } = await report.checkpoint();
        await writeWhole(kept, encodeSafetensors(arrays, { what, epoch: String(epoch) }));
      },
    });
    await saveDetector(detector, out, origin);
    await Deno.remove(kept).catch(() => {});
    const seconds = (performance.now() - start) / 1000;
    const limit = detector.threshold();
    say(`fitted in ${seconds.toFixed(1)} s; an image is anomalous above a score of ${limit.toPrecision(4)}`);
    return {
      model: out,
      method,
      training: training.length,
      heldOut: heldOut.length,
      skipped,
      threshold: limit,
      seconds,
    };
  } finally {
    detector.dispose();
  }
}
