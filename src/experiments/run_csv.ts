/**
 * The two tables in a run's folder, `scores.csv` and `curve.csv`.
 *
 * @module
 */

import { FormatError } from "../platform/json.ts";

/** An image's score and label. */
export interface Scored {
  /** Higher is more anomalous. */
  readonly score: number;
  /** True for an anomaly. */
  readonly anomaly: boolean;
}

/** The lines of a CSV text, split into columns; the first is the header, and the last ends with a line end. */
function linesOf(text: string): string[][] {
  if (!text.endsWith("\n")) throw new FormatError("its last line does not end: it was cut short");
  return text.slice(0, -1).split("\n").map((line) => line.split(","));
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** A number as this code writes it; "", " 1" and "0x1" are none, which `Number` would take. */
function numberIn(text: string | undefined, what: string): number {
  const value = NUMBER.test(text ?? "") ? Number(text) : NaN;
  if (!Number.isFinite(value)) {
    throw new FormatError(`${what} is ${JSON.stringify(text?.slice(0, 40) ?? "missing")}, a finite number is wanted`);
  }
  return value;
}

/**
 * Reads `scores.csv`.
 *
 * @param text Its text.
 * @returns Images in the official order.
 * @throws {FormatError} If a line is not an index larger than the one before, a label 0 or 1, and a finite score.
 */
export function parseScores(text: string): Scored[] {
  const [header, ...lines] = linesOf(text);
  if (String(header) !== "index,label,score") throw new FormatError(`its first line is not "index,label,score"`);
  let before = -1;
  return lines.map((line, i) => {
    const what = (name: string) => `the ${name} in line ${i + 2}`;
    if (line.length !== 3) throw new FormatError(`line ${i + 2} has ${line.length} columns, 3 are wanted`);
    const index = numberIn(line[0], what("index"));
    if (!Number.isInteger(index) || index <= before) {
      throw new FormatError(`${what("index")} is ${index}, a whole number above ${before} is wanted`);
    }
    before = index;
    if (line[1] !== "0" && line[1] !== "1") {
      throw new FormatError(`${what("label")} is ${JSON.stringify(line[1])}, 0 or 1 is wanted`);
    }
    return { anomaly: line[1] === "1", score: numberIn(line[2], what("score")) };
  });
}

/** An epoch of `curve.csv`. */
export interface CurvePoint {
  /** Its number. */
  readonly epoch: number;
  /** The monitor, a fraction of 1; absent where it did not look. */
  readonly auroc?: number;
}

/**
 * Reads `curve.csv`.
 *
 * @param text Its text.
 * @returns Its epochs, 1 and on.
 * @throws {FormatError} If a line is not the next epoch, finite losses and a monitor in [0, 1] or none.
 */
export function parseCurve(text: string): CurvePoint[] {
  const [header, ...lines] = linesOf(text);
  if (header![0] !== "epoch" || header!.at(-1) !== "auroc_monitor") {
    throw new FormatError(`its first line is not "epoch,…,auroc_monitor"`);
  }
  return lines.map((line, i) => {
    if (line.length !== header!.length) {
      throw new FormatError(`line ${i + 2} has ${line.length} columns, ${header!.length} are wanted`);
    }
    line.slice(0, -1).forEach((value, k) => numberIn(value, `${header![k]} in line ${i + 2}`));
    if (Number(line[0]) !== i + 1) throw new FormatError(`line ${i + 2} is of epoch ${line[0]}, ${i + 1} is wanted`);
    const monitor = line.at(-1)!;
    if (monitor === "") return { epoch: i + 1 };
    const value = numberIn(monitor, `auroc_monitor in line ${i + 2}`);
    if (value < 0 || value > 1) throw new FormatError(`auroc_monitor in line ${i + 2} is ${value}, 0 to 1 is wanted`);
    return { epoch: i + 1, auroc: value };
  });
}
