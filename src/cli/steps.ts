/**
 * The steps of a command as a terminal shows them: what is being done and about how long it takes, then how long it took.
 *
 * The first call on a machine knows no times; what each step took is kept for the next one.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { duration } from "../platform/duration.ts";
import { cacheFolder } from "../platform/cache.ts";
import { readIfThere, writeWhole } from "../platform/files.ts";
import type { Screen } from "./live.ts";
import { Live, STDERR, ticking } from "./live.ts";

/** Seconds that steps took, by their name. */
type Times = Record<string, number>;

async function readTimes(file: () => string): Promise<Times> {
  try {
    const read = JSON.parse(new TextDecoder().decode(await readIfThere(file())));
    return Object.fromEntries(
      Object.entries(read).filter((each): each is [string, number] => Number.isFinite(each[1])),
    );
  } catch {
    return {};
  }
}

/** The steps of a call. */
export class Steps {
  readonly #file: () => string;
  readonly #live: Live;
  readonly #isShown: boolean;
  readonly #names: readonly string[];
  readonly #took: Times = {};
  #expected: Times | undefined;

  /**
   * Steps that are to come.
   *
   * @param task The command.
   * @param names The steps in their order.
   * @param screen Where to; nothing is said on what is no terminal.
   * @param folder Where times are kept; on a machine that has no such place there are none.
   */
  constructor(
    task: string,
    names: readonly string[],
    screen: Screen = STDERR,
    folder: () => string = cacheFolder,
  ) {
    this.#file = () => join(folder(), `steps-${task}.json`);
    this.#names = names;
    this.#live = new Live(screen);
    this.#isShown = screen.columns() !== undefined;
  }

  /** About how long this step and all after it take, as far as is known. */
  #left(name: string, spent: number): string {
    const after = this.#names.slice(this.#names.indexOf(name) + 1);
    const expected = this.#expected!;
    if (![name, ...after].every((each) => expected[each] !== undefined)) return "";
    const left = Math.max(0, expected[name]! - spent) + after.reduce((sum, each) => sum + expected[each]!, 0);
    return `, about ${duration(left)} left in all`;
  }

  /** Does a step. */
  async do<T>(name: string, act: () => Promise<T>): Promise<T> {
    if (!this.#isShown) return await act();
    this.#expected ??= await readTimes(this.#file);
    const start = performance.now();
    const spent = () => (performance.now() - start) / 1000;
    const draw = () => this.#live.draw([`${name}: ${Math.floor(spent())} s${this.#left(name, spent())}`]);
    draw();
    try {
      const result = await ticking(draw, act);
      this.#took[name] = spent();
      this.#live.draw([], `${name}: ${duration(spent())}`);
      return result;
    } finally {
      this.#live.draw([]);
    }
  }

  /** Keeps what the steps took. */
  async keep(): Promise<void> {
    if (!this.#isShown) return;
    try {
      const file = this.#file();
      await Deno.mkdir(dirname(file), { recursive: true });
      await writeWhole(file, JSON.stringify({ ...this.#expected, ...this.#took }));
    } catch { /* The next call has no estimate. */ }
  }
}
