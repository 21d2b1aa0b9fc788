/**
 * What a user sees of the runs of a pool.
 *
 * On a terminal: a line a run in progress, redrawn in place, under them how much is done and left; what is done moves above them
 * and stays. Elsewhere, in a log file for instance, a line when a run is done and nothing else.
 *
 * @module
 */

import type { Forecast } from "../experiments/forecast.ts";
import { duration } from "../platform/duration.ts";
import type { Watch } from "../experiments/pool.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import type { Live } from "./live.ts";

/** A run in words; with the name of its folder, where others of these are called alike. */
function namesOf(specs: readonly RunSpec[]): (spec: RunSpec) => string {
  const plain = (spec: RunSpec) => `${spec.method} ${spec.preprocessing} class ${spec.class} seed ${spec.seed}`;
  const alike = Map.groupBy(specs, plain);
  return (spec) => plain(spec) + (alike.get(plain(spec))!.length > 1 ? ` (${hashOf(spec)})` : "");
}

/** What is told of the runs of a pool, and shown. */
export interface Board extends Watch {
  /** Draws what is left by now: a method that reports no progress would leave it standing. */
  tick(): void;
  /** Says a line that is about no run. */
  say(line: string): void;
}

/** How many lines of runs in progress are drawn: a terminal is not longer. */
const MOST_LINES = 20;

/**
 * Shows the runs of a pool.
 *
 * @param specs The runs.
 * @param forecast How long they will take; it is told what they took.
 * @param live Where to.
 * @returns What a pool tells.
 */
export function boardOf(specs: readonly RunSpec[], forecast: Forecast, live: Live): Board {
  const nameOf = namesOf(specs);
  const current = new Map<RunSpec, string>();
  let ended = 0;
  const draw = (stays?: string) => {
    const lines = [...current].slice(0, MOST_LINES).map(([spec, text]) =>
      `${nameOf(spec)}: ${text}, about ${duration(forecast.ofRun(spec))} left`
    );
    if (current.size > MOST_LINES) lines.push(`and ${current.size - MOST_LINES} more`);
    const more = forecast.after > 0 ? ", figures and report included" : "";
    const left = ended === specs.length ? "" : `, about ${duration(forecast.left())} left${more}`;
    live.draw([...lines, `${ended} of ${specs.length} runs done${left}`], stays);
  };
  const end = (spec: RunSpec, isDone: boolean, text: string) => {
    forecast.end(spec, isDone);
    current.delete(spec);
    ended++;
    draw(`${nameOf(spec)}: ${text}`);
  };
  return {
    tick: () => draw(),
    say: (line) => draw(line),
    waits(spec) {
      forecast.halt(spec);
      current.delete(spec);
      draw(`${nameOf(spec)}: another process is at it; looked at again after the others`);
    },
    begun(spec) {
      forecast.begin(spec);
      current.set(spec, "begun");
      draw();
    },
    progress(spec, { epochs, of }) {
      forecast.progress(spec, epochs / of);
      current.set(spec, `epoch ${epochs.toFixed(1)} of ${of}`);
      draw();
    },
    said: (spec, line) => draw(`${nameOf(spec)}: ${line}`),
    done(spec, auroc) {
      const which = spec.evaluate === "test" ? "AUROC" : "validation AUROC";
      end(spec, true, `${which} ${(100 * auroc).toFixed(1)}`);
    },
    failed: (spec, why) => end(spec, false, `${why} (run ${hashOf(spec)})`),
  };
}
