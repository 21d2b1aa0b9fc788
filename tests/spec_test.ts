/** The specification's reader and linter: what they take for a clause, and what they refuse. */

import { assertEquals, assertThrows } from "@std/assert";
import { statusOf, TO_BE_HELD } from "../src/report/conformance.ts";
import { allClauses, expressionOf, gistOf, parseSpec, SpecError } from "../src/report/spec.ts";
import { isHeld, lintSpec } from "../tools/spec_lint.ts";
import { testWith } from "./needs.ts";

const CLAUSE = `# A section

## \`an-id\`

**PAPER** · §4.2, Eq. 4 · [\`norms\`](../src/paper/s4_2_cycle.ts) ·
[\`project\`](../src/paper/s4_2_cycle.ts)

> words of
> the paper

What we say
of it.

And more.

\`\`\`mathjs
a = 1
a + 1
\`\`\`

\`\`\`ts
export {};
\`\`\`
`;

Deno.test("spec-lint: a clause is its id, level, locator, links, quotations, expression and examples", () => {
  assertEquals(parseSpec(CLAUSE, "a.md"), [{
    id: "an-id",
    level: "PAPER",
    locator: "§4.2, Eq. 4",
    links: [
      { symbol: "norms", file: "src/paper/s4_2_cycle.ts" },
      { symbol: "project", file: "src/paper/s4_2_cycle.ts" },
    ],
    quotations: ["words of the paper"],
    body: CLAUSE.slice(CLAUSE.indexOf("> words")).trim(),
    expression: "a = 1\na + 1",
    fences: [21],
    file: "a.md",
    line: 3,
  }]);
});

Deno.test("spec-lint: a clause's gist is our first paragraph", () => {
  assertEquals(gistOf(parseSpec(CLAUSE, "a.md")[0]!), "What we say of it.");
});

Deno.test("spec-lint: a clause without a level, or with one that does not exist, is refused", () => {
  assertThrows(() => parseSpec(CLAUSE.replace("PAPER", "MAYBE"), "a.md"), SpecError, '"an-id" in spec/a.md');
  assertThrows(() => parseSpec("## `an-id`\n\nwords\n", "a.md"), SpecError, "no level");
});

Deno.test("spec-lint: an expression that is asked for and not there is named", () => {
  assertThrows(() => expressionOf("no-such-clause"), SpecError, '"no-such-clause"');
});

Deno.test("spec-lint: all nine equations and Algorithm 1's four updates have an expression", () => {
  const locators = allClauses().filter(({ expression }) => expression !== undefined).map(({ locator }) => locator);
  for (let i = 1; i <= 9; i++) assertEquals(locators.some((locator) => locator.includes(`Eq. ${i}`)), true, `Eq. ${i}`);
  assertEquals(locators.filter((locator) => locator.startsWith("Algorithm 1")).length, 4);
});

Deno.test("spec-lint: a choice or a deviation must be held as the paper's words must, an erratum need not", () => {
  const bare = CLAUSE.slice(0, CLAUSE.indexOf("```mathjs"));
  const demanded = (level: string) => {
    const [clause] = parseSpec(bare.replace("PAPER", level), "a.md");
    return [TO_BE_HELD.includes(clause!.level), isHeld(clause!, new Set()), isHeld(clause!, new Set(["an-id"]))];
  };
  for (const level of ["PAPER", "CHOICE", "DEVIATION"]) assertEquals(demanded(level), [true, false, true], level);
  assertEquals(demanded("ERRATUM"), [false, false, true]);
  assertEquals(statusOf(parseSpec(bare.replace("PAPER", "CHOICE"), "a.md")[0]!, []).status, "untested");
});

testWith(["read", "run"], "spec-lint: the specification, the code and the tests agree", async () => {
  assertEquals(await lintSpec(), []);
});
