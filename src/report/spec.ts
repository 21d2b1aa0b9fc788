/**
 * The specification as data: the clauses of `spec/*.md`.
 *
 * ```text
 * ## `cycle-loss`
 *
 * **PAPER** · §4.2, Eq. 4 · [`cycleLoss`](../src/paper/s4_2_cycle.ts)
 * ```
 *
 * The texts are imported, not read, so that plain `deno test` needs no permission for them.
 *
 * @module
 */

import algorithm1 from "../../spec/algorithm_1.md" with { type: "text" };
import choices from "../../spec/choices.md" with { type: "text" };
import errata from "../../spec/errata.md" with { type: "text" };
import images from "../../spec/images.md" with { type: "text" };
import networks from "../../spec/networks.md" with { type: "text" };
import notation from "../../spec/notation.md" with { type: "text" };
import product from "../../spec/product.md" with { type: "text" };
import recipesAutoencoders from "../../spec/recipes_autoencoders.md" with { type: "text" };
import recipesClassical from "../../spec/recipes_classical.md" with { type: "text" };
import recipesEnergy from "../../spec/recipes_energy.md" with { type: "text" };
import recipesGans from "../../spec/recipes_gans.md" with { type: "text" };
import search from "../../spec/search.md" with { type: "text" };
import s3 from "../../spec/s3_problem.md" with { type: "text" };
import s41 from "../../spec/s4_1_memory.md" with { type: "text" };
import s42 from "../../spec/s4_2_cycle.md" with { type: "text" };
import s43 from "../../spec/s4_3_projection.md" with { type: "text" };
import s44 from "../../spec/s4_4_mutual_information.md" with { type: "text" };
import s51 from "../../spec/s5_1_units.md" with { type: "text" };
import s52 from "../../spec/s5_2_topology.md" with { type: "text" };
import s53 from "../../spec/s5_3_detection.md" with { type: "text" };
import s61 from "../../spec/s6_1_baselines.md" with { type: "text" };
import s62 from "../../spec/s6_2_mnist.md" with { type: "text" };
import s63 from "../../spec/s6_3_cifar10.md" with { type: "text" };
import s7 from "../../spec/s7_discussion.md" with { type: "text" };

/** The specification's files, in the order in which they are read. */
export const SPEC_TEXTS: Readonly<Record<string, string>> = {
  "notation.md": notation,
  "s3_problem.md": s3,
  "s4_1_memory.md": s41,
  "s4_2_cycle.md": s42,
  "s4_3_projection.md": s43,
  "s4_4_mutual_information.md": s44,
  "algorithm_1.md": algorithm1,
  "s5_1_units.md": s51,
  "s5_2_topology.md": s52,
  "s5_3_detection.md": s53,
  "s6_1_baselines.md": s61,
  "recipes_classical.md": recipesClassical,
  "recipes_autoencoders.md": recipesAutoencoders,
  "recipes_gans.md": recipesGans,
  "recipes_energy.md": recipesEnergy,
  "s6_2_mnist.md": s62,
  "s6_3_cifar10.md": s63,
  "s7_discussion.md": s7,
  "networks.md": networks,
  "choices.md": choices,
  "search.md": search,
  "errata.md": errata,
  "product.md": product,
  "images.md": images,
};

/** The levels of clauses; see `spec/README.md`. */
export const LEVELS = ["PAPER", "CHOICE", "DEVIATION", "ERRATUM", "OPTIONAL"] as const;

/** A clause's level. */
export type Level = typeof LEVELS[number];

/** What came of a claim of the paper about its results; see `spec/README.md`. */
export const FINDINGS = ["reproduced", "in part", "not shown", "contradicted"] as const;

/** What came of a claim. */
export type Finding = typeof FINDINGS[number];

/** The code that implements a clause, as linked in it. */
export interface Link {
  /** An exported name, or the file's own path. */
  readonly symbol: string;
  /** The file, from the repository's root. */
  readonly file: string;
}

/** A clause. */
export interface Clause {
  readonly id: string;
  readonly level: Level;
  /** The place in the paper; empty for clauses that are not about the paper. */
  readonly locator: string;
  readonly links: readonly Link[];
  /** The paper's words, in block quotations. */
  readonly quotations: readonly string[];
  /** What follows its level, as Markdown. */
  readonly body: string;
  /** Of a claim of the paper about its results: what came of it. */
  readonly finding?: Finding;
  /** The mathjs expression, if there is one. */
  readonly expression?: string;
  /** Where its executable examples start, in lines of the file. */
  readonly fences: readonly number[];
  /** The file in `spec/`, and the line of its heading. */
  readonly file: string;
  readonly line: number;
}

/** A specification file does not follow the form above. */
export class SpecError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "SpecError";
  }
}

const HEADER = /^\*\*([A-Z]+)\*\*((?: · .*)?)$/;
const FOUND = /^\*\*Found: ([^*]*)\.\*\*/m;
const LINK = /\[`([^`]+)`\]\(\.\.\/([^)]+)\)/g;

function parseClause(id: string, body: readonly string[], file: string, line: number): Clause {
  const header = HEADER.exec(body.find((each) => each !== "") ?? "");
  const level = LEVELS.find((each) => each === header?.[1]);
  if (!header || level === undefined) {
    throw new SpecError(`Cannot read clause "${id}" in spec/${file}: below its heading stands no level`);
  }
  const parts = header[2]!.split(" · ").slice(1);
  const text = body.join("\n");
  const expression = /```mathjs\n([^]*?)\n```/.exec(text)?.[1];
  const says = FOUND.exec(text)?.[1];
  const finding = FINDINGS.find((each) => each === says);
  if (says !== undefined && (finding === undefined || level !== "PAPER")) {
    throw new SpecError(
      `Cannot read clause "${id}" in spec/${file}: ` +
        (finding === undefined
          ? `"${says}" is none of ${FINDINGS.join(", ")}`
          : `only of what the paper says is anything found, it is ${level}`),
    );
  }
  const start = body.indexOf(body.find((each) => each !== "")!);
  return {
    id,
    level,
    locator: parts.filter((part) => !part.startsWith("[")).join(" · "),
    links: [...header[2]!.matchAll(LINK)].map(([, symbol, path]) => ({ symbol: symbol!, file: path! })),
    quotations: [...text.matchAll(/^> (.*(?:\n> .*)*)/gm)].map(([, words]) => words!.replaceAll("\n> ", " ")),
    body: body.slice(start + 1).join("\n").trim(),
    ...(finding === undefined ? {} : { finding }),
    ...(expression === undefined ? {} : { expression }),
    fences: body.flatMap((each, i) => i > start && each === "```ts" ? [line + 1 + i] : []),
    file,
    line,
  };
}

/**
 * The clauses of a file.
 *
 * @param text Its text.
 * @param file Its name, for messages.
 * @returns Its clauses, in order.
 * @throws {SpecError} If a clause has no level, or one that does not exist.
 */
export function parseSpec(text: string, file: string): Clause[] {
  // The formatter may fill a paragraph's lines: a header's links go on the lines after it.
  const lines = text.split("\n");
  const starts = lines.flatMap((each, i) => /^## `[a-z0-9-]+`$/.test(each) ? [i] : []);
  return starts.map((start, k) => {
    const body = lines.slice(start + 1, starts[k + 1] ?? lines.length);
    const first = body.findIndex((each) => each !== "");
    let last = first;
    while (body[last + 1]) last++;
    const joined = [...body.slice(0, first), body.slice(first, last + 1).join(" "), ...Array(last - first).fill("")];
    return parseClause(/`(.*)`/.exec(lines[start]!)![1]!, [...joined, ...body.slice(last + 1)], file, start + 1);
  });
}

/**
 * A clause's first paragraph that is neither quotation nor code, on one line; empty where there is none. A colon that leads to
 * what is left out becomes a full stop.
 */
export function gistOf({ body }: Clause): string {
  const first = body.split("\n\n").find((each) => /^[^\s>`|<#$-]/.test(each)) ?? "";
  return first.replaceAll("\n", " ").replace(/:$/, ".");
}

/** All clauses, in the order of the paper. */
export function allClauses(): Clause[] {
  return Object.entries(SPEC_TEXTS).flatMap(([file, text]) => parseSpec(text, file));
}

/**
 * The expression of a clause.
 *
 * @param id The clause.
 * @returns Its mathjs expression.
 * @throws {SpecError} If there is no such clause, or it has none.
 */
export function expressionOf(id: string): string {
  const expression = allClauses().find((clause) => clause.id === id)?.expression;
  if (expression === undefined) throw new SpecError(`Clause "${id}" has no expression in spec/`);
  return expression;
}
