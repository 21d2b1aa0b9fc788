/** What the paper claims of its results: that the findings in `spec/` are what the kept runs say. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { keptComparison } from "../figures/tables.ts";
import type { Method } from "../src/experiments/method_names.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import { claimsTable, findingsText, leadOver } from "../src/report/claims.ts";
import { statusOf } from "../src/report/conformance.ts";
import { allClauses, parseSpec, SpecError } from "../src/report/spec.ts";
import type { ComparedRow, Comparison } from "../src/report/tables/comparison.ts";
import { testWith } from "./needs.ts";

const clauses = allClauses();

testWith(
  ["read"],
  "choice-claims: MEMGAN's leads over other methods are found as the kept tables have them",
  async () => {
    const tables = { mnist: await keptComparison("mnist"), cifar10: await keptComparison("cifar10") };
    // The columns of the paper's tables but MEMGAN's; OC-SVM's was tuned on test labels, and its row without them counts.
    const columns = (dataset: keyof typeof tables) =>
      tables[dataset].paper.columns.filter((each) => each in REGISTRY && each !== "memgan") as Method[];
    const claimed: [id: string, dataset: keyof typeof tables, methods: Method[]][] = [
      ["mnist-superior", "mnist", columns("mnist")],
      ["mnist-outperforms", "mnist", ["memae", "dsvdd"]],
      ["cifar-gans", "cifar10", ["adgan", "alad"]],
      ["cifar-memae", "cifar10", ["memae"]],
      ["cifar-non-deep", "cifar10", ["iforest", "ocsvm", "kde"]],
    ];
    for (const [id, dataset, methods] of claimed) {
      assertEquals(clauses.find((each) => each.id === id)?.finding, leadOver(tables[dataset], methods), id);
    }
  },
);

Deno.test("choice-claims: a lead is shown by intervals: over all, some, none, or the other way round", () => {
  const row = (method: Method, ...means: number[]) =>
    ({
      method,
      preprocessing: "std",
      mean: 0,
      cells: means.map((mean) => ({ mean, aurocs: [mean] })),
    }) as unknown as ComparedRow;
  const of = (runs: readonly { spec: RunSpec }[], others: readonly ComparedRow[]) =>
    leadOver({ runs, rows: [row("memgan", 90, 92, 94), ...others] } as unknown as Comparison, [
      ...new Set(others.map(({ method }) => method)),
    ]);
  const finding = (...others: ComparedRow[]) => of([], others);
  const [worse, like, better] = [[80, 82, 84], [91, 91, 94], [95, 97, 99]] as const;
  assertEquals(finding(row("pca", ...worse)), "reproduced");
  assertEquals(finding(row("pca", ...worse), row("kde", ...like)), "in part");
  // Of one method too: under another preprocessing it is another row.
  assertEquals(finding(row("pca", ...worse), row("pca", ...better)), "in part");
  assertEquals(finding(row("pca", ...like)), "not shown");
  assertEquals(finding(row("pca", ...like), row("kde", ...better)), "contradicted");
  const memae = (budget: "laptop" | "paper") => planRuns({ budget, methods: ["memae"] }).map((spec) => ({ spec }));
  const ahead = [row("memae", ...worse)];
  assertEquals([of(memae("paper"), ahead), of(memae("laptop"), ahead)], ["reproduced", "in part"], "it was shortened");
  assertEquals(
    leadOver({ runs: [], rows: [row("memgan", 1)] } as unknown as Comparison, ["pca"]),
    undefined,
    "it was not run",
  );
});

const CLAIM = "## `an-id`\n\n**PAPER** · §1 · [`fig1Svg`](../figures/fig1.ts)\n\n> words\n\n**Found: in part.** Why.\n";

Deno.test("choice-claims: a claim's status is what was found, whatever tests of its measurement passed", () => {
  const [claim] = parseSpec(CLAIM, "a.md");
  const ran = (outcome: "passed" | "failed") => [{ name: "an-id: it is drawn", suite: "./tests/a_test.ts", outcome }];
  assertEquals([claim!.finding, statusOf(claim!, ran("passed")).status], ["in part", "claim"]);
  assertEquals(statusOf(claim!, ran("failed")).status, "failing");
  assertEquals(
    findingsText([claim!, claim!, ...parseSpec(CLAIM.replace("in part", "contradicted"), "a.md")]),
    "2 in part, 1 contradicted",
  );
  assertStringIncludes(claimsTable([claim!], "../spec"), "| words | §1 | in part | [`an-id`](../spec/a.md#an-id) |");
});

Deno.test("choice-claims: a finding in other words, or of what the paper does not say, is refused", () => {
  assertThrows(
    () => parseSpec(CLAIM.replace("in part", "maybe"), "a.md"),
    SpecError,
    '"maybe" is none of reproduced, in part',
  );
  assertThrows(() => parseSpec(CLAIM.replace("PAPER", "CHOICE"), "a.md"), SpecError, "it is CHOICE");
});
