/**
 * What `deno task bench` measured, as a table.
 *
 * @module
 */

import { markdownTable } from "../src/report/tables/markdown.ts";

/** A measured table, as it is kept. */
export interface BenchResult {
  /** What it was measured on. */
  readonly machine: {
    /** The processor. */
    readonly cpu: string;
    /** Deno's version. */
    readonly deno: string;
    /** The backend, and what it runs on. */
    readonly backend: string;
    /** The rival's version, where there was one. */
    readonly rival?: string;
  };
  /** Its rows, each by column. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/**
 * The result as Markdown, what it was measured on below it.
 *
 * @param result The result.
 * @returns The table.
 */
export function benchTable({ machine: { cpu, deno, backend, rival }, rows }: BenchResult): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = markdownTable(columns, rows.map((row) => columns.map((column) => row[column] ?? "–")));
  return `${table}\n\n${[cpu, `Deno ${deno}`, backend, rival].filter((each) => each !== undefined).join("; ")}.`;
}
