/** What `conformance` runs, what it leaves out, and what is seen of it meanwhile. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Live } from "../src/cli/live.ts";
import { runSuite, suiteBoard } from "../src/cli/test_suite.ts";
import { parseSpec } from "../src/report/spec.ts";
import type { Report } from "../tools/conformance/report.ts";
import { reportMarkdown } from "../tools/conformance/report.ts";
import { testWith, withFolder } from "./needs.ts";

const declared = (id: string, body: string) => `Deno.test("${id}: it holds", () => { ${body} });\n`;

const clause = (id: string, file: string) => parseSpec(`## \`${id}\`\n\n**PAPER** · §4.2\n\nWords.\n`, file)[0]!;

testWith(
  ["read", "write", "run", "env"],
  "cli-conformance: the tests of the clauses that are asked for run, and no others",
  async () => {
    await withFolder(async (folder) => {
      const files = {
        "spec/a.md": "```ts\nexport {};\n```\n",
        "spec/product.md": "```ts\nthrow new Error();\n```\n",
        "tests/a_test.ts": `${declared("an-id", "")}${declared("promise", "throw new Error();")}`,
        // Its clauses are known when it is run, and not before.
        "tests/b_test.ts": 'for (const id of ["an-id", "promise"]) Deno.test(`${id}: it counts`, () => {});\n',
        "tests/c_test.ts": 'throw new Error("not to be loaded: promise");\n',
      };
      for (const part of ["spec", "tests"]) await Deno.mkdir(join(folder, part));
      for (const [file, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, file), text);
      const ran = await runSuite([], folder, { only: [clause("an-id", "a.md")] });
      assertEquals(
        ran.map(({ name, suite, outcome }) => [name.startsWith("file:") ? suite : name, outcome]).sort(),
        [["./spec/a.md#1-4.ts", "passed"], ["an-id: it counts", "passed"], ["an-id: it holds", "passed"]],
      );
    });
  },
);

/** What is written while a run of three files is read in pieces, a tick after each. */
function written(columns: number | undefined): string[] {
  const texts: string[] = [];
  const clock = { now: 0 };
  const live = new Live({ write: (text) => texts.push(text), columns: () => columns });
  const { read, tick } = suiteBoard(3, live, () => clock.now);
  const pieces = [
    "./tests/a_test.ts => an-id: it ho",
    "lds ... ok (1ms)\nnoise\n",
    "./spec/a.md#1-4.ts => file:///a.md#1-4.ts ... ok (2ms)\n",
  ];
  for (const piece of pieces) {
    clock.now += 12_000;
    read(piece);
    tick();
  }
  return texts.map((text) => text.split("\x1b[J").at(-1)!);
}

Deno.test("cli-conformance: a terminal shows the file and the clause that are tested, and the time", () => {
  assertEquals(written(80), [
    "tests: file 0 of 3, 12 s\n",
    "tests: file 1 of 3, 24 s: an-id\n",
    "tests: file 2 of 3, 36 s: spec/a.md\n",
  ]);
});

Deno.test("cli-conformance: where there is no terminal, a line now and then", () => {
  assertEquals(written(undefined), ["tests: file 1 of 3, 24 s: an-id\n"]);
});

Deno.test("cli-conformance: what is left out is named, and is in no row", () => {
  const of = (id: string, file: string, status: Report["status"]): Report => ({
    ...clause(id, file),
    status,
    tests: [],
  });
  const text = reportMarkdown([of("an-id", "a.md", "tested"), of("promise", "product.md", "left out")], {
    name: "cpu",
    reason: "",
  });
  assertEquals(text.match(/^\| \[/gm)?.length, 1);
  assertStringIncludes(text, "\n1 clauses: 1 tested, ");
  assertStringIncludes(text, "Left out are the tests of the 1 clauses of spec/product.md");
  assertStringIncludes(text, "They are: promise.");
});

Deno.test("choice-claims: a claim's row has what was found, unless its test fails, and is counted as one of the two", () => {
  const of = (status: Report["status"]): Report => ({
    ...clause("an-id", "a.md"),
    finding: "in part",
    status,
    tests: [],
  });
  const text = reportMarkdown([of("claim"), of("failing")], { name: "cpu", reason: "" });
  assertStringIncludes(text, "| in part |");
  assertStringIncludes(text, "| failing |");
  assertStringIncludes(
    text,
    "1 claims about results (1 in part), 0 with tests that this machine cannot run, 1 failing",
  );
});
