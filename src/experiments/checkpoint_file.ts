/**
 * A checkpoint's file: a run's arrays after an epoch, with what it was made under.
 *
 * @module
 */

import { z } from "zod";
import type { Checkpoint } from "../detectors/detector.ts";
import { fitted, parseAs } from "../platform/json.ts";
import type { Conditions } from "./provenance.ts";
import { CONDITIONS } from "./provenance.ts";
import { epochsOf } from "./run_files.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** A checkpoint as stored. */
export interface StoredCheckpoint extends Checkpoint {
  /** What it was made under; under something else training would continue with other numbers. */
  readonly made: Conditions;
  /** The digest of `curve.csv` up to its epoch. */
  readonly curve: string;
  /** Wall seconds spent on it. */
  readonly seconds: number;
}

/** The name of its file. */
export const CHECKPOINT = "checkpoint.safetensors";

/** The texts of its file. */
const METADATA = z.object({
  run: z.string(),
  epoch: z.string().regex(/^\d+$/).transform(Number),
  seconds: z.string().transform(Number).pipe(z.number().min(0)),
  made: z.string(),
  curve: z.string(),
});

/**
 * Reads a checkpoint.
 *
 * @param name The file, for the message.
 * @param bytes Its content.
 * @param spec The run that it has to be of.
 * @returns The checkpoint.
 * @throws {RangeError} If it does not hold: its digest, its run, its epoch, or a value that is not finite.
 */
export function decodeCheckpoint(name: string, bytes: Uint8Array, spec: RunSpec): StoredCheckpoint {
  const { arrays, metadata } = decodeSafetensors(name, bytes, true);
  const broken = (what: string) => new RangeError(`Cannot read "${name}": ${what}`);
  try {
    const { run, epoch, seconds, made, curve } = fitted(METADATA, metadata);
    if (run !== hashOf(spec)) throw broken(`it is of run ${run}, that of ${hashOf(spec)} is wanted`);
    const epochs = epochsOf(spec);
    if (epoch < 1 || epoch > epochs) throw broken(`it is of epoch ${epoch}, 1 to ${epochs} are the run's`);
    for (const [key, { values }] of Object.entries(arrays)) {
      if (!values.every(Number.isFinite)) throw broken(`array "${key}" has a value that is not finite`);
    }
    return { epoch, seconds, curve, made: parseAs(CONDITIONS, made), arrays };
  } catch (error) {
    throw error instanceof RangeError ? error : broken((error as Error).message);
  }
}

/** The content of a checkpoint's file. */
export function encodeCheckpoint(
  { epoch, arrays, made, curve, seconds }: StoredCheckpoint,
  spec: RunSpec,
): Uint8Array {
  const metadata = {
    run: hashOf(spec),
    epoch: String(epoch),
    seconds: String(seconds),
    made: JSON.stringify(made),
    curve,
  };
  return encodeSafetensors(arrays, metadata);
}
