/**
 * Scores as they are written: CSV, JSON, or the most anomalous ones on a terminal.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { StoreError } from "../platform/files.ts";
import type { ImageDetector } from "./detector.ts";
import { ImageError } from "./files.ts";
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

const csvRow = ({ path, score, pValue, anomalous }: Verdict) =>
  `${csvField(path)},${score.toPrecision(9)},${pValue.toPrecision(6)},${Number(anomalous)}\n`;

const jsonRow = ({ path, score, pValue, anomalous }: Verdict) =>
  JSON.stringify({ path, score, p_value: pValue, anomalous });

/** Where texts go: a file that takes its name once it is whole, or standard output. */
async function sink(file: string | undefined) {
  if (file === undefined) {
    const write = (text: string) => {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    };
    return { write, end: async (_done: boolean) => {} };
  }
  const part = `${file}.part-${Deno.pid}`;
  const failed = (error: unknown) => new StoreError(`Cannot write "${file}": ${(error as Error).message}`);
  let open: Deno.FsFile;
  try {
    open = await Deno.open(part, { write: true, create: true, truncate: true });
  } catch (error) {
    throw failed(error);
  }
  return {
    write(text: string) {
      const bytes = new TextEncoder().encode(text);
      try {
        for (let at = 0; at < bytes.length;) at += open.writeSync(bytes.subarray(at));
      } catch (error) {
        throw failed(error);
      }
    },
    async end(done: boolean) {
      open.close();
      await (done ? Deno.rename(part, file) : Deno.remove(part));
    },
  };
}

/** Writes maps below a folder, each named as its image. */
function mapWriter(detector: ImageDetector, folder: string | undefined) {
  const { mapScale, method } = detector;
  if (folder !== undefined && mapScale === undefined) {
    throw new RangeError(`Cannot draw maps: ${method} does not reconstruct images`);
  }
  return async ({ path, name, image }: Verdict) => {
    if (folder === undefined) return;
    const file = join(folder, name.endsWith(".png") ? name : `${name}.png`);
    const png = await drawHeatMap(await Deno.readFile(path), await detector.map(image), mapScale!);
    try {
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, png);
    } catch (error) {
      throw new StoreError(`Cannot write the map "${file}": ${(error as Error).message}`);
    }
  };
}

/** The most anomalous of many, with no more of them kept. */
function mostAnomalous() {
  let kept: Verdict[] = [];
  return {
    add(verdict: Verdict) {
      kept.push(verdict);
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
  const drawMap = mapWriter(detector, listing.maps);
  const { write, end } = await sink(listing.file);
  const most = mostAnomalous();
  let [count, anomalous, skipped, done] = [0, 0, 0, false];
  try {
    if (format === "csv") write("path,score,p_value,anomalous\n");
    for await (const result of scoreFiles(detector, paths, listing.falseAlarms)) {
      if (!("score" in result)) {
        if (!skip) throw new ImageError(result.why);
        say(result.why);
        skipped++;
        continue;
      }
      await drawMap(result);
      if (format === "csv") write(csvRow(result));
      else if (format === "json") write(`${count === 0 ? "[" : ","}\n${jsonRow(result)}`);
      else most.add(result);
      count++;
      if (result.anomalous) anomalous++;
    }
    if (format === "json") write(count === 0 ? "[]\n" : "\n]\n");
    if (format === "list") {
      for (const { path, score, pValue, anomalous } of most.take()) {
        write(
          `${anomalous ? "anomalous" : "normal   "}  p ${pValue.toFixed(4)}  ${
            score.toPrecision(5).padStart(9)
          }  ${path}\n`,
        );
      }
      if (count > SHOWN) write(`… and ${count - SHOWN} images that are less anomalous\n`);
    }
    done = true;
  } finally {
    await end(done);
  }
  say(
    `${count} images, ${anomalous} anomalous at a share of ${listing.falseAlarms} false alarms` +
      `${skipped > 0 ? `; ${skipped} could not be read` : ""}`,
  );
  return anomalous;
}
