/** What became of each trial, counted by kind. */

import { markdownTable } from "../../src/report/tables/markdown.ts";

/**
 * What became of a trial. It stood if the results are the same bytes as undisturbed, at once or when done again after a line that
 * says so, or if the command refused with a message. Failed: a stack trace, or something left behind.
 */
export const OUTCOMES = ["stood", "silently wrong", "stuck", "failed"] as const;

/** One of them. */
export type Outcome = typeof OUTCOMES[number];

/** Says a line on standard error; trials in this process listen to `console.error`. */
export function tell(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The outcomes by kind. */
export class Tally {
  readonly #kinds = new Map<string, Map<Outcome, number>>();

  /** Counts a trial; names one that did not stand on standard error. */
  add(kind: string, what: string, outcome: Outcome, why = ""): void {
    const of = this.#kinds.get(kind) ?? new Map<Outcome, number>();
    this.#kinds.set(kind, of.set(outcome, (of.get(outcome) ?? 0) + 1));
    if (outcome !== "stood") tell(`${kind}, ${what}: ${outcome}${why && `: ${why}`}`);
  }

  /** How many trials of kinds that begin so. */
  tried(kind: string): number {
    const of = [...this.#kinds].filter(([name]) => name.startsWith(kind)).flatMap(([, of]) => [...of.values()]);
    return of.reduce((a, b) => a + b, 0);
  }

  /** Whether all stood. */
  get stood(): boolean {
    return [...this.#kinds.values()].every((of) => [...of.keys()].every((outcome) => outcome === "stood"));
  }

  /** A row a kind, in the order of their names. */
  table(): string {
    const rows = [...this.#kinds].sort(([a], [b]) => a < b ? -1 : 1).map(([kind, of]) => [
      kind,
      String([...of.values()].reduce((a, b) => a + b, 0)),
      ...OUTCOMES.map((outcome) => String(of.get(outcome) ?? 0)),
    ]);
    return markdownTable(["kind", "tried", ...OUTCOMES], rows);
  }
}
