/**
 * A comparison with the paper on a console: one line per method.
 *
 * @module
 */

import { isPartial } from "./tables/comparison.ts";
import { SMOKE } from "./opening.ts";
import type { Comparison } from "./tables/comparison.ts";
import { greatest } from "../platform/extremes.ts";

/** Columns of equal width: the first to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => greatest(rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ").trimEnd()
    )
    .join("\n");
}

/**
 * The means of all classes by method and preprocessing, and the paper's; where no method has all classes, each class that was run.
 *
 * @param comparison The comparison.
 * @returns Some lines of plain text.
 */
export function briefText({ title, rows, classes, budget }: Comparison): string {
  const head = `${budget === "smoke" ? `${SMOKE}\n` : ""}${title}: AUROC in percent, 100 is perfect, 50 is chance`;
  const whole = rows.filter((row) => row.mean !== undefined);
  if (isPartial({ rows })) {
    const ran = classes.filter((name) => rows.some(({ cells }) => cells.some((cell) => cell.class === name)));
    const lines = rows.map(({ method, preprocessing, cells }) => [
      `${method} (${preprocessing})`,
      ...ran.flatMap((name) => {
        const cell = cells.find((each) => each.class === name);
        return [cell?.mean.toFixed(1) ?? "", cell?.paper?.mean.toFixed(1) ?? ""];
      }),
    ]);
    return `${head}\n\n${aligned([["", ...ran.flatMap((name) => [name, "paper"])], ...lines])}`;
  }
  const kinds = [...new Set(whole.map((row) => row.preprocessing))];
  const lines = [...Map.groupBy(whole, (row) => row.method)].map(([method, mine]) => [
    method,
    ...kinds.map((kind) => mine.find((row) => row.preprocessing === kind)?.mean?.toFixed(1) ?? ""),
    mine[0]!.paper?.toFixed(1) ?? "",
  ]);
  return `${head}; means of ${classes.length} classes\n\n${aligned([["", ...kinds, "paper"], ...lines])}`;
}
