/**
 * Lines that show what is under way.
 *
 * @module
 */

/** Where lines go. */
export interface Screen {
  /** Writes text as it is. */
  write(text: string): void;
  /** How many columns a line has; `undefined` where it is no terminal. */
  columns(): number | undefined;
}

/** Standard error. */
export const STDERR: Screen = {
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  columns: () => Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined,
};

/** Lines that are redrawn in place, and others that stay above them; on what is no terminal the latter alone. */
export class Live {
  readonly screen: Screen;
  #drawn = 0;

  /** Draws on a screen. */
  constructor(screen: Screen) {
    this.screen = screen;
  }

  /**
   * Draws the one line of what is under way.
   *
   * @param line The line.
   * @param isTold Whether it is written where there is no terminal.
   */
  progress(line: string, isTold: boolean): void {
    if (this.screen.columns() !== undefined) this.draw([line]);
    else if (isTold) this.draw([], line);
  }

  /**
   * Draws.
   *
   * @param current The lines that replace those drawn before.
   * @param stays A line that stays above them.
   */
  draw(current: readonly string[], stays?: string): void {
    const columns = this.screen.columns();
    if (columns === undefined) {
      if (stays !== undefined) this.screen.write(`${stays}\n`);
      return;
    }
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    const fitting = current.map((line) => line.slice(0, columns - 1));
    const lines = stays === undefined ? fitting : [stays, ...fitting];
    this.screen.write(`${up}\r\x1b[J${lines.map((line) => `${line}\n`).join("")}`);
    this.#drawn = fitting.length;
  }
}

/** Milliseconds between two drawings while nothing else changes. */
const TICK = 1000;

/**
 * Calls a function every second while something goes on.
 *
 * @param tick Draws.
 * @param work What goes on.
 * @returns What that returns.
 */
export async function ticking<T>(tick: () => void, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(tick, TICK);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
