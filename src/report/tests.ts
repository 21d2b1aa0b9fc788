/**
 * The tests that a file declares, as far as its text says.
 *
 * @module
 */

/** A test as it is written. */
export interface DeclaredTest {
  /** The clause that it begins with; with `$` at its start where that is computed. */
  readonly id: string;
  /** Its whole name, `clause: statement`, with `${…}` where a part is computed. */
  readonly name: string;
  /** The line that it starts in, from 1. */
  readonly line: number;
}

const DECLARED =
  /\b(?:Deno\.test|testWith|testAlone|test)\(\s*(?:\[[^\]]*\],|[A-Za-z]+(?:\([a-z]*\))?,)?\s*(["'`])([^:"'`]*):((?:(?!\1)[^\\\n]|\\.)*)\1/g;

/**
 * The tests of a file whose names are written where they are declared.
 *
 * @param text The file's text.
 * @returns The tests, in its order.
 *
 * @example A name that is computed in part
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = "import a;\nDeno.test(`mi-loss: ${n} units`, () => {});";
 * assertEquals(declaredTests(text), [{ id: "mi-loss", name: "mi-loss: ${n} units", line: 2 }]);
 * ```
 */
export function declaredTests(text: string): DeclaredTest[] {
  return [...text.matchAll(DECLARED)].map(({ index, 2: id, 3: says }) => ({
    id: id!,
    name: `${id}:${says}`.replaceAll(/\\(.)/g, "$1"),
    line: text.slice(0, index).split("\n").length,
  }));
}
