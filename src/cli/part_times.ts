/**
 * How long this machine takes for what is made of the runs: the stated seconds at first, what it took as soon as it has made it once.
 *
 * @module
 */

import { join } from "@std/path";
import { OVERDUE } from "../experiments/forecast.ts";
import { cacheFolder } from "../platform/cache.ts";
import { readIfThere, writeWhole } from "../platform/files.ts";

/** What something took, and what was stated. */
interface Measured {
  readonly took: number;
  readonly stated: number;
}

/** A table, a figure or the report, and its stated seconds. */
export interface Timed {
  /** What it is. */
  readonly name: string;
  /** About how long it takes on the machine that was measured. */
  readonly seconds: number;
}

/** The times of this machine. */
export class PartTimes {
  readonly #file: string | undefined;
  readonly #measured: Map<string, Measured>;

  /** Times as measured; kept in a file, if one is given. */
  constructor(measured: Iterable<[string, Measured]> = [], file?: string) {
    this.#measured = new Map(measured);
    this.#file = file;
  }

  /** The times that earlier calls have kept. */
  static async read(folder: () => string = cacheFolder): Promise<PartTimes> {
    let file: string | undefined;
    try {
      file = join(folder(), "parts.json");
      const kept: Record<string, Measured> = JSON.parse(new TextDecoder().decode(await readIfThere(file)));
      const whole = Object.entries(kept).filter(([, { took, stated }]) => took > 0 && stated > 0);
      return new PartTimes(whole, file);
    } catch {
      // None are kept, or nowhere: the stated seconds serve.
      return new PartTimes([], file);
    }
  }

  /** Seconds of a part: as often the stated ones as it took when it was last made, else as all others did. */
  of({ name, seconds }: Timed): number {
    const own = this.#measured.get(name);
    const all = own === undefined ? [...this.#measured.values()] : [own];
    if (all.length === 0) return seconds;
    const sum = (of: (each: Measured) => number) => all.reduce((sum, each) => sum + of(each), 0);
    return seconds * sum(({ took }) => took) / sum(({ stated }) => stated);
  }

  /** Seconds of several. */
  ofAll(parts: readonly Timed[]): number {
    return parts.reduce((sum, part) => sum + this.of(part), 0);
  }

  /** Seconds until the first of several is made, and the others after it. */
  left([first, ...rest]: readonly [Timed, ...Timed[]], spent: number): number {
    return Math.max(this.of(first) - spent, OVERDUE * spent) + this.ofAll(rest);
  }

  /** What a part took. */
  measured({ name, seconds }: Timed, took: number): void {
    this.#measured.set(name, { took, stated: seconds });
  }

  /** Keeps what was measured for later calls. */
  async keep(): Promise<void> {
    if (this.#file === undefined) return;
    // A cache that cannot be written leaves later calls with the stated seconds.
    await writeWhole(this.#file, JSON.stringify(Object.fromEntries(this.#measured)) + "\n").catch(() => {});
  }
}
