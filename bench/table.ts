/**
 * What `deno task bench` measured, as a table.
 *
 * @module
 */

import { markdownTable } from "../src/report/markdown.ts";

/** A bench's result, as `--json` prints it. */
export interface BenchResult {
  /** Its processor, Deno and, where it was measured, PyTorch. */
  readonly machine: { readonly cpu: string; readonly deno: string; readonly torch?: string };
  /** The backend, and why it was taken. */
  readonly backend: { readonly name: string; readonly reason: string };
  /** A row a thread count, by column. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

/**
 * The result as Markdown.
 *
 * @param result The result.
 * @returns The table.
 */
export function benchTable({ rows }: BenchResult): string {
  const columns = Object.keys(rows[0]!);
  return markdownTable(columns, rows.map((row) => columns.map((column) => row[column]!)));
}
