/**
 * How a fit goes on: what is kept of it after each epoch, and how long it will take.
 *
 * @module
 */

import type { Checkpoint, EpochReport } from "../detectors/detector.ts";
import { decodeSafetensors, encodeSafetensors } from "../experiments/safetensors.ts";
import { duration } from "../platform/duration.ts";
import { readIfThere, writeWhole } from "../platform/files.ts";

/** Where a fit reports. */
export interface Console {
  /** Writes a line. */
  say(line: string): void;
  /** Shows a line until the next one, where there is a terminal. */
  show(line: string): void;
}

/**
 * The checkpoint of an interrupted fit of the same model, if there is one that is whole.
 *
 * @param path Its file.
 * @param what The model, in words that no other has.
 * @param say Told why training starts over, if there is another one.
 * @returns The checkpoint, or nothing.
 */
export async function readTraining(
  path: string,
  what: string,
  say: Console["say"],
): Promise<Checkpoint | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    const { arrays, metadata } = decodeSafetensors(path, bytes, true);
    if (metadata["what"] !== what) throw new RangeError(`Cannot go on from "${path}": it is of another fit`);
    const epoch = Number(metadata["epoch"]);
    say(`training goes on after epoch ${epoch}, from "${path}"`);
    return { epoch, arrays };
  } catch (error) {
    say(`${(error as Error).message}; training starts over`);
    return undefined;
  }
}

/** Writes what {@linkcode readTraining} reads. */
export async function writeTraining(path: string, what: string, { epoch, arrays }: Checkpoint): Promise<void> {
  await writeWhole(path, encodeSafetensors(arrays, { what, epoch: String(epoch) }));
}

/** Steps that do not count: the first ones also make what later ones use. */
const WARM_UP = 3;

/** Steps and milliseconds after which the time is told: a busy machine stalls for a second now and then. */
const MEASURED = { steps: 8, time: 2000 };

/** Milliseconds between two drawings. */
const TICK = 200;

/**
 * Reports steps and epochs, and how long they will go on, as measured on those that were done.
 *
 * @param console Where.
 * @param epochs How many there are.
 * @param resumed How many were done before.
 * @returns What a fit is to call.
 */
export function trainingProgress({ say, show }: Console, epochs: number, resumed: number) {
  let [epoch, steps, began, drawn, losses, told] = [resumed, 0, 0, 0, "", false];
  const left = (done: number, of: number) => {
    const remaining = (epochs - epoch) * of - done;
    return duration((performance.now() - began) / 1000 / (steps - WARM_UP) * remaining);
  };
  return {
    onStep(done: number, of: number) {
      const now = performance.now();
      if (++steps === WARM_UP) began = now;
      if (steps <= WARM_UP) return;
      const isMeasured = steps >= MEASURED.steps && now - began > MEASURED.time;
      if (!told && (isMeasured || done === of)) {
        told = true;
        say(`training: ${epochs - resumed} epochs of ${of} steps, about ${left(done, of)} by the first ${steps}`);
      }
      if (now - drawn < TICK || done === of) return;
      drawn = now;
      show(`epoch ${epoch + 1} of ${epochs}: step ${done} of ${of}${losses}, about ${left(done, of)} left`);
    },
    onEpoch(report: EpochReport) {
      epoch = report.epoch;
      const terms = Object.entries(report.losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      losses = ` (${terms.join(", ")})`;
      const more = epoch < epochs && steps > WARM_UP ? `, about ${left(0, steps / (epoch - resumed))} left` : "";
      say(`epoch ${epoch} of ${epochs}: ${terms.join(", ")}${more}`);
    },
  };
}
