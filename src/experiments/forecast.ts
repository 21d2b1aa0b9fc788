/**
 * How long runs will take: the registry's seconds at first, what this machine took as soon as it has done a run.
 *
 * @module
 */

import type { Method } from "./method_names.ts";
import { REGISTRY } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";
import { greatest } from "../platform/extremes.ts";

/** The least that a run takes: a process, a backend and the data have to be loaded. */
const LEAST = 6;

/** The share of its epochs after which a run's own pace counts. */
const TELLING = 0.2;

/** The share of the time spent on what reports nothing, and takes longer than was thought, that is taken to be left. */
export const OVERDUE = 0.1;

/** About how long a run takes on one core of the machine that the registry's seconds are from. */
export function estimate({ method, dataset, recipe }: RunSpec): number {
  const { seconds, recipes } = REGISTRY[method];
  const share = (name: string) => Number(recipe[name] ?? 1) / Number(recipes[dataset][name] ?? 1);
  return Math.max(LEAST, seconds[dataset] * share("epochs") * share("k"));
}

/** A run that is under way. */
interface Begun {
  /** When, in seconds. */
  readonly start: number;
  /** The share of its epochs that it had when it was first heard of: an earlier call's work. */
  first?: number;
  /** The share that it has now. */
  share: number;
}

/** The seconds of a set of runs, as far as they can be known. */
export class Forecast {
  /** How many runs at a time; workers come and go. */
  jobs: number;
  readonly after: number;
  readonly now: () => number;
  readonly #waiting: Map<string, RunSpec>;
  readonly #begun = new Map<string, Begun>();
  readonly #measured = new Map<Method, { took: number; expected: number }>();

  /**
   * A forecast.
   *
   * @param specs The runs to be done.
   * @param jobs How many at a time.
   * @param after Seconds of what comes after the runs: figures and the report.
   * @param now The time in seconds.
   */
  constructor(
    specs: readonly RunSpec[],
    jobs: number,
    after: number,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.jobs = jobs;
    this.after = after;
    this.now = now;
    this.#waiting = new Map(specs.map((spec) => [hashOf(spec), spec]));
  }

  /** What a run of this machine took, one of these or of an earlier call. */
  measured(spec: RunSpec, took: number): void {
    const sum = this.#measured.get(spec.method) ?? { took: 0, expected: 0 };
    this.#measured.set(spec.method, { took: sum.took + took, expected: sum.expected + estimate(spec) });
  }

  /** A run starts, or did at a time. */
  begin(spec: RunSpec, start: number = this.now()): void {
    this.#begun.set(hashOf(spec), { start, share: 0 });
  }

  /** A run that had started is to be started again. */
  halt(spec: RunSpec): void {
    this.#begun.delete(hashOf(spec));
  }

  /** A run has done a share of its epochs. */
  progress(spec: RunSpec, share: number): void {
    const begun = this.#begun.get(hashOf(spec));
    if (begun === undefined) return;
    begun.first ??= share;
    begun.share = share;
  }

  /** A run has ended; of one that was done from its start, how long it took is known. */
  end(spec: RunSpec, done: boolean): void {
    const hash = hashOf(spec);
    const begun = this.#begun.get(hash);
    if (done && begun !== undefined && (begun.first ?? 0) < TELLING) this.measured(spec, this.now() - begun.start);
    this.#begun.delete(hash);
    this.#waiting.delete(hash);
  }

  /** Seconds of a whole run, by what was measured of its method so far. */
  whole(spec: RunSpec): number {
    const { took, expected } = this.#measured.get(spec.method) ?? { took: 1, expected: 1 };
    return estimate(spec) * took / expected;
  }

  /** Seconds until a run that is to be done has ended. */
  ofRun(spec: RunSpec): number {
    const whole = this.whole(spec);
    const begun = this.#begun.get(hashOf(spec));
    if (begun === undefined) return whole;
    const spent = this.now() - begun.start;
    const { share, first = share } = begun;
    const pace = share - first < TELLING ? 0 : spent / (share - first);
    const left = share === 0 ? Math.max(whole - spent, OVERDUE * spent) : (1 - share) * Math.max(whole, pace);
    // After its last epoch a run still scores, and one that reports no epoch may take longer than was thought.
    return Math.max(left, whole / 20, 1);
  }

  /** Seconds until all is done. */
  left(): number {
    const each = [...this.#waiting.values()].map((spec) => this.ofRun(spec));
    const sum = each.reduce((a, b) => a + b, 0);
    // No run is shared by two cores.
    return greatest([sum / this.jobs, ...each, 0]) + this.after;
  }
}
