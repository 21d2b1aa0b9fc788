/**
 * What the paper claims about its results, and what came of it: the clauses that have a finding.
 *
 * @module
 */

import { isWhole } from "../experiments/budget_of.ts";
import { bootstrapInterval } from "../experiments/intervals.ts";
import type { Method } from "../experiments/method_names.ts";
import type { Clause, Finding } from "./spec.ts";
import { FINDINGS } from "./spec.ts";
import type { ComparedRow, Comparison } from "./tables/comparison.ts";
import { markdownTable } from "./tables/markdown.ts";

/** A clause that is a claim. */
export type Claim = Clause & { readonly finding: Finding };

/** The claims among clauses. */
export function claimsOf(clauses: readonly Clause[]): Claim[] {
  return clauses.filter((clause): clause is Claim => clause.finding !== undefined);
}

/** How many claims have which finding, those that none has too: `3 reproduced`, `0 in part`. */
export function findingCounts(clauses: readonly Clause[]): string[] {
  return FINDINGS.map((each) => `${clauses.filter(({ finding }) => finding === each).length} ${each}`);
}

/**
 * How many claims have which finding, in a sentence.
 *
 * @param clauses Clauses, others among them.
 * @returns Text such as `3 reproduced, 1 contradicted`.
 */
export function findingsText(clauses: readonly Clause[]): string {
  return findingCounts(clauses).filter((text) => !text.startsWith("0 ")).join(", ");
}

/** The claims among clauses with a status, counted: those whose own tests fail are counted as failing. */
export function claimsText(claims: readonly Clause[]): string {
  return `${claims.length} claims about results${claims.length === 0 ? "" : ` (${findingsText(claims)})`}`;
}

/**
 * The claims as a table.
 *
 * @param clauses Clauses, others among them, in the order of the paper.
 * @param folder Where `spec/` is, from the page.
 * @returns Markdown: the paper's words, where they stand, and what was found.
 */
export function claimsTable(clauses: readonly Clause[], folder: string): string {
  const claims = claimsOf(clauses);
  const rows = claims.map(({ quotations, locator, finding, id, file }) => [
    quotations[0]!,
    locator,
    finding === "contradicted" ? `**${finding}**` : finding,
    `[\`${id}\`](${folder}/${file}#${id})`,
  ]);
  return [
    markdownTable(["the paper says", "where", "found", "why"], rows),
    "",
    `${claims.length} claims: ${findingsText(claims)}.`,
  ].join("\n");
}

/** Class by class, a method's AUROC minus MEMGAN's of each seed: its 95 % interval over classes and seeds. */
export function leadInterval(memgan: ComparedRow, row: ComparedRow): readonly [number, number] {
  return bootstrapInterval(row.cells.map((cell, c) => memgan.cells[c]!.aurocs.map((auroc) => cell.mean - auroc)));
}

/**
 * What comes of the claim that MEMGAN is better than other methods, by `choice-claims`.
 *
 * @param comparison The table.
 * @param methods The others.
 * @returns The finding; `undefined` if a row of MEMGAN or of one of them is not whole.
 */
export function leadOver({ rows, runs }: Comparison, methods: readonly Method[]): Finding | undefined {
  const whole = rows.filter(({ mean }) => mean !== undefined);
  const memgan = whole.find(({ method }) => method === "memgan");
  const others = whole.filter(({ method }) => methods.includes(method));
  if (memgan === undefined || new Set(others.map(({ method }) => method)).size < methods.length) return undefined;
  const ends = others.map((row) => leadInterval(memgan, row));
  const led = ends.filter(([, high]) => high < 0).length;
  const ran = runs.filter(({ spec }) => methods.includes(spec.method)).every(({ spec }) => isWhole(spec));
  if (led === others.length && ran) return "reproduced";
  if (led > 0) return "in part";
  return ends.some(([low]) => low > 0) ? "contradicted" : "not shown";
}
