/** The paper's Tables 1 to 3 as data: that they are what was read from it, and what follows from their cells. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import tables from "../spec/tables.json" with { type: "json" };

interface Table {
  readonly columns: readonly string[];
  readonly rows: Readonly<Record<string, Readonly<Record<string, { mean: number; std: number }>>>>;
}

/** Of all numbers, in reading order. */
async function digest({ columns, rows }: Table): Promise<string> {
  const cells = Object.entries(rows).map(([row, cells]) =>
    [row, ...columns.map((column) => `${cells[column]!.mean.toFixed(1)}±${cells[column]!.std.toFixed(1)}`)].join(" ")
  );
  const bytes = new TextEncoder().encode(cells.join("\n"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The digests are of the tables in the paper's text, read from that text by a machine.
Deno.test("table-1: the values are the paper's", async () =>
  assertEquals(await digest(tables.table1), "4b394ed77cb78933"));
Deno.test("table-2: the values are the paper's", async () =>
  assertEquals(await digest(tables.table2), "ec10739b3a17e2b8"));
Deno.test("table-3: the values are the paper's", async () =>
  assertEquals(await digest(tables.table3), "46a0c8a4832d0952"));

const columnMean = ({ rows }: Table, column: string) =>
  Object.values(rows).reduce((sum, cells) => sum + cells[column]!.mean, 0) / Object.keys(rows).length;

Deno.test("erratum-averages: five columns have another mean than is printed, whatever cells and averages were rounded from", () => {
  const off = ([tables.table1, tables.table2] as const).map((table) =>
    Object.entries(table.average as Record<string, number>).flatMap(([column, printed]) => {
      const difference = printed - columnMean(table, column);
      // Cells and average are printed with one digit: each may be off by half of it.
      return Math.abs(difference) <= 0.1 + 1e-9 ? [] : [[column, difference.toFixed(2)]];
    })
  );
  assertEquals(off, [
    [["adgan", "0.13"], ["memgan", "0.17"]],
    [["dagmm", "0.69"], ["alad", "1.10"], ["memgan", "0.11"]],
  ]);
  assertAlmostEquals(columnMean(tables.table2, "memgan"), 64.69, 1e-9);
  assert(columnMean(tables.table2, "dsvdd") - 0.05 > columnMean(tables.table2, "memgan") + 0.05);
});

Deno.test("table-1: MEMGAN has the highest mean alone of six digits and of three classes of CIFAR-10", () => {
  const standing = ({ rows }: Table) =>
    Object.fromEntries(
      Object.entries(rows).map(([row, { memgan, ...others }]) => {
        const next = Math.max(...Object.values(others).map(({ mean }) => mean));
        return [row, memgan!.mean > next ? "alone" : memgan!.mean === next ? "shared" : "no"];
      }),
    );
  const rowsOf = (table: Table, wanted: string) =>
    Object.entries(standing(table)).filter(([, has]) => has === wanted).map(([row]) => row);
  assertEquals(rowsOf(tables.table1, "alone"), ["1", "2", "3", "4", "6", "7"]);
  assertEquals(rowsOf(tables.table1, "shared"), ["0"]);
  assertEquals(rowsOf(tables.table2, "alone"), ["airplane", "deer", "frog"]);
  assertEquals(rowsOf(tables.table2, "shared"), []);
});

Deno.test("erratum-table-2-columns: two methods' first two cells stand in each other's column", () => {
  // As recalled: Golan and El-Yaniv 2018, "Deep anomaly detection using geometric transformations", Table 1, CIFAR-10.
  const recalled = {
    dagmm: [41.4, 57.1, 53.8, 51.2, 52.2, 49.3, 64.9, 55.3, 51.9, 54.2],
    dsebm: [56.0, 48.3, 61.9, 50.1, 73.3, 60.5, 68.4, 53.3, 73.9, 63.6],
  };
  const printed = (column: "dagmm" | "dsebm") => Object.values(tables.table2.rows).map((cells) => cells[column].mean);
  assertEquals(printed("dagmm").slice(2), recalled.dagmm.slice(2));
  assertEquals(printed("dsebm").slice(2), recalled.dsebm.slice(2));
  assertEquals(printed("dagmm").slice(0, 2), recalled.dsebm.slice(0, 2));
  assertEquals(printed("dsebm").slice(0, 2), recalled.dagmm.slice(0, 2));
});
