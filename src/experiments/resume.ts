/**
 * Where a run goes on from: its last checkpoint and its curve, if they hold and were made as this process makes it.
 *
 * @module
 */

import type { EpochReport } from "../detectors/detector.ts";
import { StoreError } from "../platform/files.ts";
import type { Conditions } from "./provenance.ts";
import { differenceOf } from "./provenance.ts";
import { parseCurve } from "./run_csv.ts";
import { sha256Of } from "./run_files.ts";
import type { StoredCheckpoint } from "./checkpoint_file.ts";
import { CHECKPOINT } from "./checkpoint_file.ts";
import type { RunFolder } from "./store.ts";

/** `curve.csv`: one line per epoch. */
export class Curve {
  readonly #lines: string[];

  /** The curve up to an epoch, so that a resumed run does not repeat a line. */
  constructor(text: string | undefined, epochs: number) {
    this.#lines = text === undefined ? [] : text.trimEnd().split("\n").slice(0, epochs + 1);
  }

  /** Adds an epoch. */
  add({ epoch, losses }: EpochReport, monitor: number | undefined): void {
    if (this.#lines.length === 0) this.#lines.push(["epoch", ...Object.keys(losses), "auroc_monitor"].join(","));
    this.#lines.push([epoch, ...Object.values(losses), monitor ?? ""].join(","));
  }

  /** The file's text. */
  text(): string {
    return this.#lines.join("\n") + "\n";
  }
}

/** What a run goes on from. */
export interface Resumed {
  /** The checkpoint. */
  readonly checkpoint: StoredCheckpoint;
  /** The curve of its epochs. */
  readonly curve: Curve;
}

/** Reads both; they belong together if the checkpoint has the digest of the curve. */
async function read(folder: RunFolder): Promise<Resumed | undefined> {
  const checkpoint = await folder.checkpoint();
  if (checkpoint === undefined) return undefined;
  const text = await folder.readText("curve.csv");
  const curve = new Curve(text, checkpoint.epoch);
  if (text === undefined || sha256Of(curve.text()) !== checkpoint.curve) {
    throw new RangeError(`Cannot read "${folder.file("curve.csv")}": it is not the curve of the checkpoint beside it`);
  }
  parseCurve(curve.text());
  return { checkpoint, curve };
}

/**
 * What a run goes on from. A checkpoint that does not hold is set aside, one that was made under something else is passed over.
 *
 * @param folder The run's folder, opened.
 * @param made What this process makes it under.
 * @param say Is told why the run starts over, if it does, in a line.
 * @returns The checkpoint and the curve; `undefined` where the run starts from the beginning.
 */
export async function resumable(
  folder: RunFolder,
  made: Conditions,
  say: (line: string) => void,
): Promise<Resumed | undefined> {
  try {
    const resumed = await read(folder);
    if (resumed === undefined) return undefined;
    const difference = differenceOf(resumed.checkpoint.made, made);
    if (difference === undefined) return resumed;
    say(`starts over; its checkpoint of epoch ${resumed.checkpoint.epoch} was made ${difference}`);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    say(await folder.setAside((error as Error).message, CHECKPOINT, "curve.csv"));
  }
  return undefined;
}
