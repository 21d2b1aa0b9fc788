/**
 * Where the tests of a clause are: a file and a line for each, and the files as pages.
 *
 * @module
 */

import { escapeHtml } from "../report/html.ts";
import type { Clause } from "../report/spec.ts";
import { declaredTests } from "../report/tests.ts";
import type { ClauseStatus, RanTest } from "../report/conformance.ts";

/** A test of a clause. */
export interface PlacedTest {
  /** Its name. */
  readonly name: string;
  /** How it ended; absent if it was not run. */
  readonly outcome?: RanTest["outcome"];
  /** Its file, from the repository's root, and its line there. */
  readonly at?: { readonly file: string; readonly line: number };
}

interface Declaration {
  readonly file: string;
  readonly line: number;
  readonly id: string;
  readonly name: string;
  readonly pattern: RegExp;
  /** How many of the name's letters are given: of two that fit, the one with more is meant. */
  readonly given: number;
}

/** What `${…}` in a name stands for, and what a test that was passed over has at its end. */
function patternOf(name: string): Pick<Declaration, "pattern" | "given"> {
  const parts = name.split(/\$\{[^}]*\}/);
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { pattern: new RegExp(`^${escaped.join(".*")}(?: \\(ignored: .*\\))?$`), given: parts.join("").length };
}

/** Letters of a name below which it is all computed, and fits any test. */
const TELLING = 10;

/** Finds tests in the texts of their files. */
export class TestIndex {
  readonly files: ReadonlyMap<string, string>;
  readonly #declared: readonly Declaration[];

  /** Reads the files: their texts by their path. */
  constructor(files: ReadonlyMap<string, string>) {
    this.files = files;
    this.#declared = [...files].flatMap(([file, text]) =>
      declaredTests(text).map((each) => ({ file, ...each, ...patternOf(each.name) }))
    ).sort((a, b) => b.given - a.given);
  }

  /**
   * The tests of a clause.
   *
   * @param clause The clause.
   * @param ran Those of its tests that a run knows, its examples among them.
   * @returns Those, then what bears its id and was not part of the run.
   */
  of({ id }: Pick<Clause, "id">, ran: ClauseStatus["tests"]): PlacedTest[] {
    const found = ran.map(({ name, outcome, suite }): PlacedTest & { by?: Declaration } => {
      const [, file, line] = /^\.\/(spec\/\w+\.md)#(\d+)-/.exec(name) ?? [];
      if (file !== undefined) return { name: "an example in its text", outcome, at: { file, line: Number(line) } };
      const by = this.#declared.find((each) =>
        (each.id === id || each.id.startsWith("$")) && each.pattern.test(name) &&
        (each.given >= TELLING || suite === `./${each.file}`)
      );
      return by === undefined ? { name, outcome } : { name, outcome, at: { file: by.file, line: by.line }, by };
    });
    const seen = new Set(found.map(({ by }) => by));
    const others = this.#declared.filter((each) => each.id === id && !seen.has(each));
    return [
      ...found.map(({ by: _, ...each }) => each),
      ...others.map(({ name, file, line }) => ({ name, at: { file, line } })),
    ];
  }

  /** The lines of a file in which tests start. */
  linesOf(file: string): Set<number> {
    return new Set(this.#declared.filter((each) => each.file === file).map(({ line }) => line));
  }
}

/** The page of a file of tests. */
export function testPage(file: string): string {
  return `code/${file.replaceAll("/", "-")}.html`;
}

/**
 * A test's place as a link: to the page of its file, or for an example to the clause whose text it is in.
 *
 * @param at The place.
 * @param id The clause.
 * @returns HTML.
 */
export function placeHtml({ file, line }: NonNullable<PlacedTest["at"]>, id: string): string {
  const to = file.startsWith("spec/") ? `#${id}` : `${testPage(file)}#L${line}`;
  return `<a href="${to}"><code>${escapeHtml(file)}:${line}</code></a>`;
}

/** A file of tests: plain, as thousands of coloured words would take a browser long, and with a place for each test. */
export function testFileHtml(file: string, text: string, lines: ReadonlySet<number>): string {
  const listing = text.trimEnd().split("\n").map((each, i) =>
    lines.has(i + 1) ? `<span class="test" id="L${i + 1}">${escapeHtml(each)}</span>` : escapeHtml(each)
  );
  return `<h1><code>${escapeHtml(file)}</code></h1><pre class="tests" tabindex="0"><code>${
    listing.join("\n")
  }</code></pre>`;
}
