/** Where a clause stands after a run of the tests, and the run itself. */

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { runSuite, SuiteError } from "../src/cli/test_suite.ts";
import type { Outcome } from "../src/report/conformance.ts";
import { statusOf } from "../src/report/conformance.ts";
import { parseSpec } from "../src/report/spec.ts";
import { testWith, withFolder } from "./needs.ts";

const TEXT = "## `an-id`\n\n**PAPER** · §4.2\n\nWords.\n\n```ts\nexport {};\n```\n";
const example = { name: "file:///spec/a.md", suite: "./spec/a.md#7-9.ts" };
const named = { name: "an-id: it holds", suite: "./tests/a_test.ts" };
const other = { name: "an-id-too: it holds", suite: "./tests/a_test.ts" };

function status(text: string, ...ran: [typeof named, Outcome][]) {
  return statusOf(parseSpec(text, "a.md")[0]!, ran.map(([test, outcome]) => ({ ...test, outcome })));
}

Deno.test("book-status: a clause's tests bear its id, or stand in its text; one that fails decides", () => {
  assertEquals(status(TEXT, [named, "passed"], [other, "failed"], [example, "passed"]), {
    status: "tested",
    tests: [{ ...named, outcome: "passed" }, { name: "./spec/a.md#7-9.ts", outcome: "passed" }],
  });
  assertEquals(status(TEXT, [named, "passed"], [example, "failed"]).status, "failing");
});

Deno.test("book-status: a clause whose tests were passed over is not called tested, nor untested", () => {
  assertEquals(status(TEXT, [named, "ignored"]).status, "unrun");
  assertEquals(status(TEXT, [named, "ignored"], [example, "passed"]).status, "tested");
  assertEquals(status(TEXT).status, "untested");
  assertEquals(status(TEXT.replace("PAPER", "CHOICE")).status, "untested");
  assertEquals(status(TEXT.replace("PAPER", "ERRATUM")).status, "prose");
  const shown = TEXT.replace("§4.2", "§4.2 · [`fig1Svg`](../figures/fig1.ts)");
  assertEquals(status(shown, [named, "ignored"]).status, "shown");
});

testWith(
  ["read", "write", "run", "env"],
  "book-status: a run tells what passed, failed and was passed over, and refuses to tell half",
  async () => {
    await withFolder(async (folder) => {
      for (const part of ["spec", "tests"]) await Deno.mkdir(join(folder, part));
      const test = (name: string, body: string) => `Deno.test("${name}", () => { ${body} });\n`;
      const asks = 'if (Deno.permissions.querySync({ name: "read" }).state !== "granted") throw new Error("no");';
      await Deno.writeTextFile(join(folder, "spec", "a.md"), "Words.\n\n```ts\nif (1 > 2) throw new Error();\n```\n");
      await Deno.writeTextFile(
        join(folder, "tests", "a_test.ts"),
        test("holds", "") + test("asks", asks) + 'Deno.test.ignore("waits", () => {});\n',
      );
      const [example, ...outcomes] = (await runSuite([], folder)).toSorted((a, b) => a.suite < b.suite ? -1 : 1);
      assertEquals([example!.suite, example!.outcome], ["./spec/a.md#3-6.ts", "passed"]);
      const told = outcomes.map(({ name, outcome }) => [name, outcome]);
      assertEquals(told, [["holds", "passed"], ["asks", "failed"], ["waits", "ignored"]]);
      for (
        const [broken, says] of [["throw new Error();", "./tests/b_test.ts"], ['import "./no.ts";', "no.ts"]] as const
      ) {
        await Deno.writeTextFile(join(folder, "tests", "b_test.ts"), broken + "\n");
        await assertRejects(() => runSuite([], folder), SuiteError, says);
      }
    });
  },
);
