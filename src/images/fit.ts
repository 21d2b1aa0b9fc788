/**
 * From a folder of normal images to a model in a file.
 *
 * @module
 */

import { basename, dirname } from "@std/path";
import type { Preprocessing } from "../data/preprocess.ts";
import type { DetectorName } from "../detectors/method_names.ts";
import { recipeFor } from "../detectors/recipes/recipes.ts";
import type { Backend } from "../engine/backend.ts";
import { ARITHMETIC } from "../experiments/arithmetic.ts";
import { tryFile } from "../platform/files.ts";
import { sweep } from "../platform/leftovers.ts";
import { checkLevel, fewestHeldOut } from "./calibration.ts";
import { hasColour } from "./decode.ts";
import { createDetector, heldOutOf } from "./detector.ts";
import type { ReadImage } from "./folder.ts";
import { survey } from "./files.ts";
import { listDigest, noImages, readFiles, unskipped } from "./folder.ts";
import { foundText } from "./found.ts";
import { checkKernel, freeMemory, memoryGuard } from "./memory.ts";
import { saveDetector } from "./model_file.ts";
import { tileCount } from "./tiles.ts";
import type { Console } from "./training_file.ts";
import { readTraining, trainingProgress, writeTraining } from "./training_file.ts";

/** What a model is to be. */
export interface FitRequest extends Console {
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
  start(): Promise<Backend>;
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

/** The methods' own hyper-parameters for such images, with those that were asked for. */
function recipeOf({ method, epochs }: FitRequest, channels: number): Record<string, number | string> {
  const own: Record<string, number | string> = { ...recipeFor(method, { channels }) };
  if (epochs === undefined) return own;
  if (!("epochs" in own)) throw new RangeError(`Cannot fit ${method}: it has no epochs, and ${epochs} were asked for`);
  return { ...own, epochs };
}

/** Fails where something is in the model's way, before an hour of training and not after it. */
async function tryOut(out: string): Promise<void> {
  await tryFile(out);
  // What a fit that was killed was writing.
  const name = basename(out).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  await sweep(dirname(out), new RegExp(`^${name}(\\.training)?\\.part-\\d+$`));
}

/** Every image below some paths, and the files that are none. */
async function readAll(paths: readonly string[], request: FitRequest) {
  const { size, tiled, skip, say, show } = request;
  const skipped: string[] = [];
  const files: ReadImage[] = [];
  const decoding = { channels: request.channels ?? 3, ...(tiled ? { least: size } : { side: size }) } as const;
  const { images: count, passedOver } = await survey(paths);
  if (passedOver !== undefined) say(passedOver);
  const guard = memoryGuard({ count, side: tiled ? size : undefined, free: freeMemory(), say });
  for await (const file of readFiles(paths, decoding, request.channels === undefined)) {
    if ("image" in file) {
      guard(file);
      files.push(file);
    } else if (!skip) throw unskipped(file);
    else {
      skipped.push(file.path);
      say(file.why);
    }
    if (files.length % 100 === 0) show(`reading images: ${files.length} of ${count}`);
  }
  if (files.length === 0) throw noImages(paths, skipped.length);
  return { files, skipped };
}

/** Fails where too few images are held out, with what would do. */
function checkCount(count: number, heldOut: number, { falseAlarms, holdOut }: FitRequest): void {
  try {
    checkLevel(falseAlarms, heldOut);
  } catch (error) {
    const enough = Math.ceil(fewestHeldOut(falseAlarms) / holdOut);
    throw new RangeError(
      `${(error as Error).message} (${holdOut} of ${count}); ` +
        `${enough} images would do, or a greater --false-alarms or --hold-out`,
    );
  }
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
  const { out, method, size, tiled, preprocessing, seed, holdOut, falseAlarms, say, show } = request;
  recipeOf(request, 1);
  await tryOut(out);
  const { files, skipped } = await readAll(paths, request);
  const coloured = request.channels === 1 ? undefined : files.filter(({ image }) => hasColour(image)).length;
  say(foundText(files, coloured, skipped.length));
  const channels = request.channels ?? (coloured === 0 ? 1 : 3);
  const images = files.map(({ image, grey }) => channels === 1 ? grey ?? image : image);
  const sha256 = await listDigest(files);
  // Of grey images nobody needs the colours again.
  files.length = 0;
  const { training, heldOut } = heldOutOf(images.length, holdOut, seed);
  checkCount(images.length, heldOut.length, request);
  if (training.length === 0) {
    throw new RangeError(`Cannot fit: --hold-out ${holdOut} leaves none of ${images.length} images to learn from`);
  }

  const recipe = recipeOf(request, channels);
  const pieces = tiled ? training.reduce((sum, i) => sum + tileCount(images[i]!, size), 0) : training.length;
  const seen = tiled ? `${pieces} tiles of ${size} × ${size} pixels` : `${size} × ${size} pixels`;
  say(
    `${method} learns from ${training.length} of them, ${tiled ? "in" : "scaled to"} ${seen}, ` +
      `in ${channels === 1 ? "grey" : "colour"}; ${heldOut.length} calibrate its scores`,
  );
  checkKernel({ method, nu: recipe["nu"], count: pieces, free: freeMemory(), say });
  const batch = recipe["batch"];
  if (typeof batch === "number" && pieces < batch) {
    // No method trains with a batch of one.
    recipe["batch"] = Math.max(2, pieces);
    say(`a batch is ${recipe["batch"]} images instead of ${batch}, since there are no more`);
  }
  const { name, computing } = await request.start();
  const shape = { height: size, width: size, channels };
  const detector = createDetector(method, { shape, tiled, preprocessing, recipe, seed, holdOut, falseAlarms });
  try {
    const origin = {
      images: { count: images.length, sha256 },
      made: { backend: name, device: computing.device, arithmetic: String(ARITHMETIC), ...computing.versions },
    };
    const kept = `${out}.training`;
    const what = JSON.stringify({ method, options: detector.options, ...origin });
    const resume = await readTraining(kept, what, say);
    const progress = trainingProgress(request, detector.epochs, resume?.epoch ?? 0);
    const start = performance.now();
    show(`fitting ${method}`);
    await detector.fit(images, {
      resume,
      onStep: progress.onStep,
      async onEpoch(report) {
        progress.onEpoch(report);
        // The last epoch's, too: calibration may take long, and the model's folder may be full.
        await writeTraining(kept, what, await report.checkpoint());
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
