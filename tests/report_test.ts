/** The report's first lines, and that its tables are as large as what was run. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import tables from "../spec/tables.json" with { type: "json" };
import type { Choice } from "../src/experiments/budgets.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { briefText } from "../src/report/brief.ts";
import { openingText, SMOKE } from "../src/report/opening.ts";
import { reportMarkdown } from "../src/report/report.ts";
import type { Comparison } from "../src/report/tables/comparison.ts";
import { compare } from "../src/report/tables/comparison.ts";

/** A comparison of runs that all have an AUROC of 0.9. */
function compared(choice: Choice): Comparison {
  const runs = planRuns(choice).map((spec) => ({
    spec,
    result: { ...spec, auroc: 0.9, seconds: 1, backend: "cpu", arithmetic: 1, run: "" },
  }));
  const classes = Object.keys(tables.table1.rows);
  const rows = compare(runs, tables.table1, classes);
  return { title: "Table 1", classes, runs, rows, paper: tables.table1, budget: choice.budget };
}

function report(comparison: Comparison): string {
  const manifest = {
    ...{ seconds: 1, versions: {}, cpu: "a processor", commit: null },
    backend: { name: "cpu", reason: "it was asked for" },
  };
  const runs = comparison.runs.map((run) => ({ ...run, manifest }));
  const parts = { kept: [], command: "deno task reproduce", tables: [], pictures: [], differences: [] };
  return reportMarkdown({ comparison, runs, ...parts });
}

Deno.test("report-opening: a smoke run is called one first of all, in the report and on the console", () => {
  const comparison = compared({ budget: "smoke" });
  assertMatch(
    report(comparison),
    /^\*\*This is a smoke run: it shows that everything works\. Its numbers are not results\.\*\*\n\n15 methods were run on 2 of the 10 /,
  );
  assert(briefText(comparison).startsWith(`${SMOKE}\n`));
  assert(!report(compared({ budget: "laptop", methods: ["pca"] })).includes("smoke"));
});

Deno.test("report-opening: where no method has all classes, tables show the classes and methods that ran", () => {
  const text = report(compared({ budget: "smoke", methods: ["ocsvm", "pca"] }));
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  assertEquals(rows.slice(0, 5), [
    "| method | preprocessing | 0 | 8 |",
    "| --- | --- | --- | --- |",
    "| ocsvm ‡ | gcn-l1 | **90.0** | **90.0** |",
    "| pca | gcn-l1 | **90.0** | **90.0** |",
    "| pca | std | **90.0** | **90.0** |",
  ]);
  assertMatch(rows[5]!, /^\| ocsvm \| _paper_ \| [\d.*]+ ± [\d.*]+ \| [\d.*]+ ± [\d.*]+ \|$/);
  assertMatch(rows[6]!, /^\| method \| preprocessing \| runs \|/);
  assertStringIncludes(text, "## What was run\n");
});

Deno.test("choice-rule: a row whose hyper-parameters were chosen on labelled anomalies says so, others do not", () => {
  const text = report(compared({ budget: "laptop", methods: ["memgan", "ocsvm", "kde"] }));
  for (const row of ["memgan ‡ | std", "ocsvm ‡ | gcn-l1", "ocsvm ‡ | std", "kde | std"]) {
    assertStringIncludes(text, `| ${row} |`);
  }
  assertStringIncludes(text, "memgan on MNIST's digits 3 and 8; ocsvm on MNIST's digits 3 and 8.");
  assert(!report(compared({ budget: "laptop", methods: ["kde"] })).includes("‡"));
});

Deno.test("report-opening: where a method has all classes there is a verdict, and the paper's whole table", () => {
  const text = report(compared({ budget: "laptop", methods: ["pca"] }));
  assertStringIncludes(text, "## Verdict\n");
  assertStringIncludes(text, "| memgan | _paper_ |");
});

Deno.test("report-opening: a sentence says what was run, what it says, and what it cannot say", () => {
  assertEquals(
    openingText(compared({ budget: "laptop", methods: ["pca"] })),
    "1 method was run on all 10 classes of MNIST (budget laptop, seed 0): the tables show how well each separates " +
      "anomalous from normal test images, beside the paper's numbers; they cannot show how much results vary between seeds.",
  );
  assertEquals(
    openingText(compared({ budget: "laptop", methods: ["memae", "pca"], classes: [3, 5] })).split("; ")[1],
    "they cannot show the mean over all classes (which the paper's claims are about), how much results vary between seeds " +
      "or what full schedules would reach.",
  );
  const longer = openingText(compared({ budget: "laptop", methods: ["memgan"], epochs: 20 }));
  assert(!longer.includes("full schedules"), longer);
  assertMatch(
    openingText(compared({ budget: "paper", methods: ["iforest"] })),
    /cannot show how it does on other images\.$/,
  );
});
