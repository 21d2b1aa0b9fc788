/**
 * The report of a reproduction: the verdict first, then tables, pictures, and how each number was produced.
 *
 * @module
 */

import { arithmeticOf } from "../experiments/arithmetic.ts";
import type { Manifest } from "../experiments/provenance.ts";
import type { Comparison, TableRun } from "./tables/comparison.ts";
import { openingText } from "./opening.ts";
import { isPartial } from "./tables/comparison.ts";
import { comparisonDetails, comparisonSummary } from "./tables/comparison_text.ts";
import { codeSpan, markdownTable, plainText } from "./tables/markdown.ts";
import type { Repeatable } from "./reproducibility.ts";
import { repeatedText } from "./reproducibility.ts";
import type { Clause } from "./spec.ts";
import { gistOf } from "./spec.ts";
import { quartiles } from "../experiments/statistics.ts";
import { distinct } from "./tables/format.ts";

/** A run and its manifest. */
export interface RecordedRun extends TableRun {
  /** Its manifest. */
  readonly manifest: Pick<Manifest, "seconds" | "backend" | "device" | "arithmetic" | "versions" | "cpu" | "commit">;
  /** All that its last bits hang on. */
  readonly made?: string;
}

/** A picture. */
export interface ReportPicture {
  /** What it is. */
  readonly caption: string;
  /** What it shows, for who cannot see it. */
  readonly alt: string;
  /** Its file, from the report's folder. */
  readonly file: string;
}

/** What a report is made of. */
export interface ReportParts {
  /** The table. */
  readonly comparison: Comparison;
  /** Its runs. */
  readonly runs: readonly RecordedRun[];
  /** Runs of the same data set that are kept with the sources. */
  readonly kept: readonly Repeatable[];
  /** The command that produces all of it. */
  readonly command: string;
  /** Figure 1's numbers and section 7's studies, where the command makes them: a heading and the table of each, as Markdown. */
  readonly tables: readonly { readonly heading: string; readonly text: string }[];
  /** Pictures, in their order. */
  readonly pictures: readonly ReportPicture[];
  /** Clauses in which we differ from the paper, or say where it errs. */
  readonly differences: readonly Clause[];
}

/** A row a method and preprocessing: its runs, and what they took. */
function provenanceTable(runs: readonly RecordedRun[]): string {
  const groups = Map.groupBy(runs, ({ spec: { method, preprocessing } }) => `${method}|${preprocessing}`);
  const rows = [...groups.values()].map((group) => {
    const [, median] = quartiles(group.map(({ manifest }) => manifest.seconds));
    return [
      group[0]!.spec.method,
      group[0]!.spec.preprocessing,
      group.length,
      distinct(group.map(({ spec }) => String(spec.seed))).join(", "),
      median.toFixed(0),
      plainText(distinct(group.map(({ manifest }) => manifest.commit ?? "unknown")).join(", ")),
    ];
  });
  return markdownTable(["method", "preprocessing", "runs", "seeds", "median seconds per run", "commit"], rows);
}

function environments(runs: readonly RecordedRun[]): string {
  const lines = runs.map(({ manifest }) => {
    const { backend, versions, cpu } = manifest;
    const with_ = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
    const [name, reason, software, processor] = [backend.name, backend.reason, with_, cpu].map(plainText);
    return `- ${name}: ${reason}; ${software}; arithmetic version ${arithmeticOf(manifest)}; processor ${processor}`;
  });
  return distinct(lines).join("\n");
}

/**
 * The report as Markdown, without its title.
 *
 * @param parts What it is made of.
 * @returns The text.
 */
export function reportMarkdown(
  { comparison, runs, kept, command, tables, pictures, differences }: ReportParts,
): string {
  const repeated = repeatedText(
    runs.map(({ result, made }) => ({ ...result, ...(made !== undefined && { made }) })),
    kept,
  );
  return [
    openingText(comparison),
    "",
    // Of some classes nothing follows.
    isPartial(comparison) ? "## What was run" : "## Verdict",
    "",
    comparisonSummary(comparison),
    "",
    `## ${comparison.title}, cell by cell`,
    "",
    comparisonDetails(comparison),
    "",
    ...tables.flatMap(({ heading, text }) => [`## ${heading}`, "", text, ""]),
    ...(pictures.length === 0
      ? []
      : ["## Figures", "", ...pictures.flatMap(({ caption, alt, file }) => [`![${alt}](${file})`, "", caption, ""])]),
    "## How each number was produced",
    "",
    `${
      codeSpan(command)
    } produces all of this, and trains only what is missing. Each run is a folder under \`runs/\` with ` +
    "its description (every hyper-parameter), its scores, and a manifest of the machine and the software.",
    "",
    ...(repeated === undefined ? [] : [repeated, ""]),
    provenanceTable(runs),
    "",
    environments(runs),
    "",
    "## Where this code differs from the paper, and where the paper is wrong",
    "",
    ...differences.map((clause) => `- **${clause.level}** ${clause.locator}: ${gistOf(clause)} (\`${clause.id}\`)`),
    "",
  ].join("\n");
}
