/**
 * What `deno task bench:images` measured, as a table, and the defaults that follow from it.
 *
 * @module
 */

import { mean, quartiles } from "../src/experiments/statistics.ts";
import { markdownTable } from "../src/report/tables/markdown.ts";
import type { Job } from "./image_plan.ts";
import { isOf, seen } from "./image_plan.ts";
import type { BenchResult } from "./table.ts";

/** A row of the measurements. */
type Row = BenchResult["rows"][number];

/** A method, what is done to pictures first, and what it sees. */
export interface Candidate {
  /** The method. */
  readonly method: string;
  /** What is done to pictures first. */
  readonly preprocessing: string;
  /** The side of the pictures that it sees. */
  readonly size: string;
}

const nameOf = ({ method, preprocessing, size }: Candidate | Row) => `${method}, ${preprocessing}, ${size}`;

/** Values grouped by a key, in the order in which keys first come. */
function grouped(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...groups.get(key(row)) ?? [], row]);
  return groups;
}

const sourcesOf = (rows: readonly Row[]) => [...new Set(rows.map(({ source }) => String(source)))];

const aurocOf = (rows: readonly Row[]) => mean(rows.map(({ auroc }) => Number(auroc)));

/**
 * The candidate that stands best: its rank by AUROC, averaged over the sources; a source with several tests counts once, by their
 * mean. Candidates see a picture whole and in grey, and were measured on every source.
 *
 * @param rows The measurements.
 * @param except A source that has no say.
 * @returns The candidate of the lowest mean rank, of equal ones the first.
 *
 * @example Second and first is better than first and third
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = (method: string, source: string, auroc: number) => ({ method, preprocessing: "none", size: "28", source, auroc });
 * const rows = [row("a", "x", 0.9), row("a", "y", 0.5), row("b", "x", 0.8), row("b", "y", 0.7), row("c", "x", 0.6), row("c", "y", 0.6)];
 * assertEquals(bestOf(rows).method, "b");
 * assertEquals(bestOf(rows, "y").method, "a");
 * ```
 */
export function bestOf(rows: readonly Row[], except?: string): Candidate {
  const all = sourcesOf(rows);
  const sources = all.filter((source) => source !== except);
  const candidates = [...grouped(rows.filter(({ size }) => /^\d+$/.test(String(size))), nameOf).values()]
    .filter((own) => all.every((source) => own.some((row) => row["source"] === source)));
  const ranks = candidates.map((): number[] => []);
  for (const source of sources) {
    const values = candidates.map((own) => aurocOf(own.filter((row) => row["source"] === source)));
    // Equal values share the middle of their ranks.
    values.forEach((value, i) =>
      ranks[i]!.push(
        values.filter((other) => other > value).length + (1 + values.filter((other) => other === value).length) / 2,
      )
    );
  }
  const means = ranks.map(mean);
  const { method, preprocessing, size } = candidates[means.indexOf(Math.min(...means))]![0]!;
  return { method: String(method), preprocessing: String(preprocessing), size: String(size) };
}

const percent = (share: number) => (100 * share).toFixed(1);

/** The mean AUROC of a candidate on a source's tests, in percent. */
const standing = (rows: readonly Row[], candidate: Candidate, source: string) =>
  percent(aurocOf(rows.filter((row) => nameOf(row) === nameOf(candidate) && row["source"] === source)));

/** The methods that are planned and not measured, by what they see of which source. */
function missing(rows: readonly Row[], jobs: readonly Job[]): string {
  const methods = new Map<string, Set<string>>();
  for (const job of jobs.filter((job) => !rows.some((row) => isOf(job, row)))) {
    const where = `${job.source} at ${seen(job)}`;
    methods.set(where, (methods.get(where) ?? new Set()).add(job.method));
  }
  if (methods.size === 0) return "";
  return ` Not measured yet: ${[...methods].map(([where, names]) => `${where}: ${[...names].join(", ")}`).join("; ")}.`;
}

/**
 * AUROC by method and test, with false alarms and seconds.
 *
 * @param result What was measured.
 * @param jobs What is planned: what is missing of it stands below the table.
 * @returns The table.
 */
export function imagesTable({ machine, rows }: BenchResult, jobs: readonly Job[]): string {
  const tests = [...new Set(rows.map(({ test }) => String(test)))];
  const best = new Map(tests.map((test) => [
    test,
    Math.max(...rows.filter((row) => row["test"] === test).map(({ auroc }) => Number(auroc))),
  ]));
  const lines = [...grouped(rows, nameOf).values()].map((own) => {
    const { method, preprocessing, size, epochs } = own[0]!;
    const alarms = (wanted: (source: unknown) => boolean) => {
      const some = own.filter(({ source, test }) => wanted(source) && !String(test).endsWith("defects"));
      return some.length === 0 ? "–" : percent(mean(some.map(({ falseAlarms }) => Number(falseAlarms))));
    };
    const isClass = (source: unknown) => source === "mnist" || source === "cifar10";
    return [
      epochs === 0 ? String(method) : `${method}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`,
      String(preprocessing),
      String(size),
      ...tests.map((test) => {
        const row = own.find((each) => each["test"] === test);
        if (row === undefined) return "–";
        const text = percent(Number(row["auroc"]));
        return Number(row["auroc"]) === best.get(test) ? `**${text}**` : text;
      }),
      alarms(isClass),
      alarms((source) => !isClass(source)),
      quartiles(own.map((row) => Number(row["fit, s"])))[1].toFixed(1),
      quartiles(own.map((row) => Number(row["score, s"])))[1].toFixed(1),
    ];
  });
  const table = markdownTable(
    [
      "method",
      "preprocessing",
      "size",
      ...tests,
      "false alarms, classes",
      "false alarms, textures",
      "fit, s",
      "score, s",
    ],
    lines,
  );
  return `${table}\n\n${machine.cpu}; Deno ${machine.deno}; ${machine.backend}.${missing(rows, jobs)}`;
}

/** The defaults, and what the same rule gives on each source where that source has no say. */
export function defaultsText({ rows }: BenchResult): string {
  const { method, preprocessing, size } = bestOf(rows);
  const lines = sourcesOf(rows).map((source) => {
    const chosen = bestOf(rows, source);
    const memgan = rows.find((row) =>
      row["method"] === "memgan" && row["source"] === source && /^\d+$/.test(String(row["size"]))
    );
    return [
      source,
      nameOf(chosen),
      standing(rows, chosen, source),
      standing(rows, { method, preprocessing, size }, source),
      memgan === undefined ? "–" : standing(rows, memgan as unknown as Candidate, source),
    ];
  });
  return `\`fit\` takes \`--method ${method} --preprocessing ${preprocessing} --size ${size}\` unless told otherwise.\n\n` +
    markdownTable(["source", "chosen on the other four", "its AUROC", "the default's", "MEMGAN's, short"], lines);
}
