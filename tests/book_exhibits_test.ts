/** Whose figures and tables a book shows: the kept ones, or those of the store that was named, and never some of either. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { exhibitsOf } from "../src/cli/book_exhibits.ts";
import { liveModel } from "../src/cli/book_live.ts";
import { bookResults } from "../src/cli/book_results.ts";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { epochsOf } from "../src/experiments/run_files.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { taskLine } from "../src/platform/task.ts";
import { allClauses } from "../src/report/spec.ts";
import { testWith, withFolder } from "./needs.ts";
import { SMALL_DATA, smallSpec } from "./small_run.ts";
import { storeRun } from "./stored_run.ts";

const NEEDS = ["read", "write", "env"] as const;

const memgan = (budget: "smoke" | "laptop", digit: number) =>
  planRuns({ budget, methods: ["memgan"], classes: [digit] })[0]!;

/** The cycle loss in the curve of a stored run. */
const coursesOf = (spec: RunSpec) => ({
  clause: "cycle-loss",
  means: Array.from({ length: epochsOf(spec) }, () => 0.5),
  runs: 1,
});

testWith(NEEDS, "book-figures: a book for which no store is named shows what is kept, and Figure 2", async () => {
  const results = await bookResults(undefined);
  const arithmetics = [...new Set(results.runs.map(({ result }) => result.arithmetic))].sort((a, b) => a - b);
  assertEquals(results.note, { head: `kept results of this repository, arithmetic ${arithmetics.join(" and ")}` });
  const { exhibits, files } = await exhibitsOf(results);
  const from = new Map(exhibits.pictures.map((picture) => [picture.file, picture.from]));
  assertStringIncludes(from.get("figures/fig1.svg")!, "From `results/mnist/fig1.svg`, kept with the sources");
  assertStringIncludes(from.get("figures/fig2.svg")!, "it needs no training");
  // Beside these stand the numbers of the runs that they show, and not of all that are kept.
  const counted = JSON.parse(await Deno.readTextFile("results/mnist-studies/ablation.json")).length;
  assertMatch(from.get("figures/fig4.png")!, new RegExp(`Computed with|of ${counted} runs`));
  assertEquals(/\d+ of 63 runs/.test([...from.values()].join(" ")), false);
  assertStringIncludes(new TextDecoder().decode(files.get("figures/fig2.svg")), "<svg");
  const [first, second, ...others] = exhibits.tables;
  assertEquals(others, []);
  assertEquals([first!.clause, second!.clause], ["table-1", "table-2"]);
  assertMatch(first!.markdown, /^\| memgan ‡( †)? \| std \|/m);
  assertStringIncludes(second!.from, "results/cifar10");
  assertEquals(exhibits.courses.map(({ clause }) => clause), ["cycle-loss", "projection-loss", "mi-loss"]);
  assertEquals(exhibits.courses[0]!.runs, 10);
  assertEquals(exhibits.absent, []);
  const ids = new Set(allClauses().map(({ id }) => id));
  for (const { clause } of [...exhibits.pictures, ...exhibits.tables, ...exhibits.courses]) {
    assert(ids.has(clause), clause);
  }
});

testWith(
  NEEDS,
  "book-figures: a named store's book has nothing of the kept results, and says what the store lacks",
  async () => {
    await withFolder(async (folder) => {
      const empty = await bookResults(folder);
      assertEquals(empty.note.head, `\`${folder}\`, which has no runs`);
      const none = (await exhibitsOf(empty)).exhibits;
      assertEquals([none.pictures.map(({ file }) => file), none.tables, none.courses], [["figures/fig2.svg"], [], []]);

      await storeRun(folder, memgan("smoke", 0));
      await Deno.mkdir(join(folder, "fig1"));
      await Deno.writeTextFile(join(folder, "fig1", "fig1.svg"), "<svg>mine</svg>");
      await Deno.writeTextFile(join(folder, "fig1", "fig1.md"), "my numbers");
      const results = await bookResults(folder);
      assertEquals(results.note.head, `\`${folder}\`, budget smoke, no result`);
      const { exhibits, files } = await exhibitsOf(results);
      assertEquals(new TextDecoder().decode(files.get("figures/fig1.svg")), "<svg>mine</svg>");
      assertEquals(exhibits.tables.map(({ clause, from }) => [clause, from]), [
        ["table-1", `From the runs in \`${join(folder, "runs")}\`.`],
        ["fig-1-claim", `From \`${join(folder, "fig1/fig1.md")}\`, made by \`${taskLine("fig1")}\`.`],
      ]);
      for (const { from } of [...exhibits.pictures, ...exhibits.tables]) assert(!from.includes("kept with"), from);
      assertEquals(exhibits.courses[0], coursesOf(memgan("smoke", 0)));
      const lacks = exhibits.absent.find(({ clause }) => clause === "table-2")!;
      assertStringIncludes(lacks.says, `Not in \`${folder}\`: \`table2.md\`.`);
    });
  },
);

testWith(
  NEEDS,
  "book-figures: smoke runs beside longer ones do not count, and pictures older than the runs say so",
  async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "gallery"));
      await Deno.writeTextFile(join(folder, "gallery", "roc.svg"), "<svg>old</svg>");
      await Deno.utime(join(folder, "gallery", "roc.svg"), 1, 1);
      await storeRun(folder, memgan("smoke", 0));
      await storeRun(folder, memgan("laptop", 8));
      const results = await bookResults(folder);
      assertEquals(results.note.head, `\`${folder}\`, its runs of budget laptop, arithmetic ${ARITHMETIC}`);
      const { exhibits } = await exhibitsOf(results);
      assertEquals(exhibits.courses[0], coursesOf(memgan("laptop", 8)));
      assertStringIncludes(exhibits.coursesFrom, ", digit 8.");
      const { from } = exhibits.pictures.find(({ file }) => file === "figures/roc.svg")!;
      assertStringIncludes(from, "It is older than some of the runs;");
      assertStringIncludes(from, "The store has smoke runs too, which it may show.");
    });
  },
);

testWith(
  NEEDS,
  "book-live: no MEMGAN is shown as a trained one that is none, and in its place stands why",
  async () => {
    const load = () => Promise.resolve(SMALL_DATA);
    const why = async (folder?: string) => {
      const model = await liveModel(await bookResults(folder), load);
      return "why" in model ? model.why : model.page.title;
    };
    assertStringIncludes(await why(), "no weights are kept with the sources");
    await withFolder(async (folder) => {
      assertStringIncludes(await why(folder), "has no weights of MEMGAN trained on MNIST");
      const weights = async (spec: RunSpec, count: number) => {
        const lines = Array.from({ length: count }, (_, i) => `${i},${i % 2},${i}`);
        await Deno.remove(new RunFolder(folder, spec).path, { recursive: true }).catch(() => {});
        await storeRun(folder, spec, { scores: ["index,label,score", ...lines, ""].join("\n") });
      };
      await weights(smallSpec(0), 20);
      assertStringIncludes(await why(folder), "are untrained, of 0 epochs");
      await weights({ ...smallSpec(1), seed: 1 }, 3);
      assertStringIncludes(await why(folder), "are untrained", "the first seed of a digit stands for it");
      await weights({ ...smallSpec(2), class: 1 }, 3);
      assertStringIncludes(await why(folder), "has 3 scores for 20 test images");
      await weights({ ...smallSpec(2), class: 1 }, 20);
      assertEquals(
        await why(folder),
        "MEMGAN trained on digit 1, live: 2 epochs of 4 steps, AUROC 75.0 on the test images",
      );
    });
  },
);

testWith(NEEDS, "store-truth: a picture or table that lost its bytes is named, and left out", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "fig1"));
    await Deno.writeFile(join(folder, "fig1", "fig1.svg"), new Uint8Array(100));
    await Deno.writeTextFile(
      join(folder, "fig1", "fig1_all.svg"),
      '<svg xmlns="http://www.w3.org/2000/svg"><path d="M',
    );
    await Deno.writeTextFile(join(folder, "table3.md"), "| a\0\0");
    await Deno.writeTextFile(join(folder, "fig1", "fig1.md"), "");
    const [said, own] = [[] as string[], console.error];
    console.error = (line: string) => said.push(line);
    try {
      const { exhibits } = await exhibitsOf(await bookResults(folder));
      assertEquals([exhibits.pictures.map(({ file }) => file), exhibits.tables], [["figures/fig2.svg"], []]);
    } finally {
      console.error = own;
    }
    const names = said.map((line) => /\/([\w.]+)" is left out: it is not whole; /.exec(line)?.[1]);
    assertEquals(names.sort(), ["fig1.md", "fig1.svg", "fig1_all.svg", "table3.md"]);
  });
});
