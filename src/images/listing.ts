/**
 * Scores as they are written: CSV, JSON, or the most anomalous ones on a terminal.
 *
 * @module
 */

import { dirname, join, resolve } from "@std/path";
import { printable } from "../platform/errors.ts";
import type { Write } from "../platform/files.ts";
import { fillWhole, StoreError, tryFile, tryFolder, writeWhole } from "../platform/files.ts";
import type { ImageDetector } from "./image_detector.ts";
import { noMaps } from "./image_detector.ts";
import { imageFiles, isBelow, survey } from "./files.ts";
import { noImages, unskipped } from "./folder.ts";
import { drawHeatMap } from "./heat_map.ts";
import type { Verdict } from "./scoring.ts";
import { scoreFiles } from "./scoring.ts";

/** Images that a terminal shows. */
const SHOWN = 25;

/** How scores are written. */
export interface Listing {
  /** q. */
  readonly falseAlarms: number;
  /** CSV or JSON in the order of the files, or a list of the most anomalous. */
  readonly format: "csv" | "json" | "list";
  /** A file, instead of standard output. */
  readonly file: string | undefined;
  /** A folder for maps. */
  readonly maps: string | undefined;
  /** Whether images that cannot be read are passed over. */
  readonly skip: boolean;
  /** Receives lines of progress. */
  say(line: string): void;
}

/** A field of CSV, quoted where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What is written of an image: the image itself is not kept. */
type Row = Pick<Verdict, "path" | "score" | "pValue" | "anomalous">;

const csvRow = ({ path, score, pValue, anomalous }: Row) =>
  `${csvField(path)},${score.toPrecision(9)},${pValue.toPrecision(6)},${Number(anomalous)}\n`;

const jsonRow = ({ path, score, pValue, anomalous }: Row) =>
  JSON.stringify({ path, score, p_value: pValue, anomalous });

/** Writes to standard output; that it was closed is the caller's to say. */
const toStdout: Write = (content) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    return Promise.resolve();
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw new StoreError(`Cannot write to standard output: ${(error as Error).message}`);
  }
};

/** A map's file below a folder: named as its image. */
const mapFile = (folder: string, name: string) => join(folder, name.endsWith(".png") ? name : `${name}.png`);

/** Refuses maps that would overwrite each other or an image, or lie among those that the next call scores. */
async function checkMaps(folder: string, paths: readonly string[]): Promise<void> {
  const real = (path: string) => Deno.realPath(path).catch(() => resolve(path));
  const [at, images, files] = [await real(folder), new Set<string>(), new Map<string, string>()];
  for await (const { path, name } of imageFiles(paths)) {
    images.add(await real(path));
    const file = mapFile(folder, name);
    const other = files.get(file);
    if (other !== undefined) {
      throw new StoreError(`Cannot write the map of "${path}": "${file}" is that of "${other}"; score them apart`);
    }
    files.set(file, path);
  }
  for (const path of paths) {
    if (!isBelow(at, await real(path))) continue;
    throw new StoreError(
      `Cannot write maps to "${folder}": it lies in "${path}", whose images are scored; name another`,
    );
  }
  for (const [file, path] of files) {
    if (!images.has(await real(file))) continue;
    throw new StoreError(
      `Cannot write the map of "${path}": "${file}" is an image that is scored; name another folder`,
    );
  }
}

/** Writes maps below a folder. */
async function mapWriter(detector: ImageDetector, folder: string | undefined, paths: readonly string[]) {
  if (folder === undefined) return async () => {};
  const { mapScale, method } = detector;
  if (mapScale === undefined) throw new RangeError(`Cannot draw maps: ${noMaps(method)}`);
  await tryFolder(folder);
  await checkMaps(folder, paths);
  return async ({ path, name, image }: Verdict) => {
    const file = mapFile(folder, name);
    const png = await drawHeatMap(await Deno.readFile(path), await detector.map(image), mapScale);
    await Deno.mkdir(dirname(file), { recursive: true });
    await writeWhole(file, png);
  };
}

/** The most anomalous of many, with no more of them kept. */
function mostAnomalous() {
  let kept: Row[] = [];
  return {
    add({ path, score, pValue, anomalous }: Row) {
      kept.push({ path, score, pValue, anomalous });
      if (kept.length > 20 * SHOWN) kept = this.take();
    },
    take: () => kept.toSorted((a, b) => b.score - a.score).slice(0, SHOWN),
  };
}

/**
 * Scores images and writes what comes of it.
 *
 * @param detector A fitted detector.
 * @param paths Files and folders.
 * @param listing How it is written.
 * @returns How many images are anomalous.
 */
export async function writeScores(
  detector: ImageDetector,
  paths: readonly string[],
  listing: Listing,
): Promise<number> {
  const { format, skip, say } = listing;
  const drawMap = await mapWriter(detector, listing.maps, paths);
  const { passedOver } = await survey(paths);
  if (passedOver !== undefined) say(passedOver);
  const most = mostAnomalous();
  let [count, anomalous, skipped] = [0, 0, 0];
  const list = async (write: Write) => {
    for await (const result of scoreFiles(detector, paths, listing.falseAlarms)) {
      if (!("score" in result)) {
        if (!skip) throw unskipped(result);
        say(result.why);
        skipped++;
        continue;
      }
      await drawMap(result);
      if (format === "csv") await write((count === 0 ? "path,score,p_value,anomalous\n" : "") + csvRow(result));
      else if (format === "json") await write(`${count === 0 ? "[" : ","}\n${jsonRow(result)}`);
      else most.add(result);
      count++;
      if (result.anomalous) anomalous++;
    }
    if (count === 0) throw noImages(paths, skipped);
    if (format === "json") await write("\n]\n");
    if (format === "list") {
      for (const { path, score, pValue, anomalous } of most.take()) {
        await write(
          `${anomalous ? "anomalous" : "normal   "}  p ${pValue.toFixed(4)}  ${score.toPrecision(5).padStart(9)}  ${
            printable(path)
          }\n`,
        );
      }
      if (count > SHOWN) await write(`… and ${count - SHOWN} images that are less anomalous\n`);
    }
  };
  if (listing.file !== undefined) await tryFile(listing.file);
  await (listing.file === undefined ? list(toStdout) : fillWhole(listing.file, list));
  say(
    `${count} ${
      count === 1 ? "image" : "images"
    }, ${anomalous} anomalous at a share of ${listing.falseAlarms} false alarms` +
      `${skipped > 0 ? `; ${skipped} could not be read` : ""}`,
  );
  return anomalous;
}
