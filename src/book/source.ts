/**
 * A TypeScript module as the book reads it: its head comment, and its declarations, each with its comment.
 *
 * This relies on the formatter's layout: a top-level declaration starts in the first column, and so does its last line.
 *
 * @module
 */

/** A top-level declaration, or the text between two of them. */
export interface Piece {
  /** The declared name; absent for imports. */
  readonly name?: string;
  /** Its comment and its code. */
  readonly text: string;
  /** The line of the file that it starts in, from 1. */
  readonly line: number;
}

/** A module. */
export interface Module {
  /** Its head's comment, as Markdown. */
  readonly head: string;
  /** The file in `spec/` that its head refers to, if any. */
  readonly chapter?: string;
  /** Its pieces, in order. */
  readonly pieces: readonly Piece[];
}

const DECLARED = /^(?:export )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/m;

/** Where a piece ends: at an empty line that nothing indented follows, outside of a comment. */
function split(lines: readonly string[], first: number): Piece[] {
  const pieces: Piece[] = [];
  let start = first;
  for (let i = first; i <= lines.length; i++) {
    const next = lines[i + 1] ?? "";
    if (i < lines.length && (lines[i] !== "" || /^[\s})\]]/.test(next))) continue;
    const text = lines.slice(start, i).join("\n").trim();
    if (text !== "") {
      const code = text.replace(/^\/\*\*[^]*?\*\/\n/, "");
      const name = DECLARED.exec(code.split("\n")[0]!)?.[1];
      pieces.push({ ...(name === undefined ? {} : { name }), text, line: start + 1 });
    }
    start = i + 1;
  }
  return pieces;
}

/**
 * Reads a module.
 *
 * @param text Its text.
 * @returns Its head and its pieces; the pieces are all of the text except the head.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { head, pieces } = readModule("/** What it is. *\/\n\nimport a;\n\n/** Two. *\/\nexport const two = 2;\n");
 * assertEquals(head, "What it is.");
 * assertEquals(pieces.map(({ name, line }) => [name, line]), [[undefined, 3], ["two", 5]]);
 * ```
 */
export function readModule(text: string): Module {
  const comment = /^\/\*\*([^]*?)\*\/\n/.exec(text)?.[0] ?? "";
  const head = comment.replace(/^\/\*\*|\*\/\n$/g, "").split("\n").map((line) => line.replace(/^ \* ?/, "").trimEnd())
    .filter((line) => !/^@(module|see)/.test(line)).join("\n").trim().replaceAll(/\{@link(?:code)? (\w+)\}/g, "`$1`");
  const chapter = /@see spec\/(\S+\.md)/.exec(comment)?.[1];
  const lines = text.split("\n");
  return { head, ...(chapter === undefined ? {} : { chapter }), pieces: split(lines, comment.split("\n").length - 1) };
}

/** A symbol of the paper, as a module's head lists it. */
export interface PaperSymbol {
  /** As the paper writes it. */
  readonly symbol: string;
  /** Its name in the code. */
  readonly name: string;
  /** Its shape. */
  readonly shape: string;
}

/**
 * The list symbol → name → shape in a text.
 *
 * @param markdown The text.
 * @returns The rows of its tables whose first column is a symbol.
 *
 * @example Two symbols in a row are two
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = "| symbol | name | shape |\n| --- | --- | --- |\n| α, z | `alpha`, `z` | [m, n], [m, d] |";
 * assertEquals(symbolsIn(text).map(({ name, shape }) => name + shape), ["alpha[m, n]", "z[m, d]"]);
 * ```
 */
export function symbolsIn(markdown: string): PaperSymbol[] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|")).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  return rows.flatMap(([symbol = "", name = "", shape = ""]) => {
    const names = [...name.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    const symbols = symbol.split(/, (?![^(]*\))/);
    const shapes = shape.split(/, (?![^[]*\])/);
    return names.map((each, i) => ({
      symbol: names.length === 1 ? symbol : symbols[i] ?? symbol,
      name: each,
      shape: names.length === 1 ? shape : shapes[i] ?? shape,
    }));
  });
}
