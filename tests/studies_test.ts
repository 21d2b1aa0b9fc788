/** Section 7's studies: which runs they are, that Table 1 leaves them out, and what their tables say. */

import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import tables from "../spec/tables.json" with { type: "json" };
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { provenanceText } from "../src/experiments/provenance.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { isOfStudyAlone, LOSS_STUDY, planStudy, UNITS_STUDY } from "../src/experiments/studies.ts";
import type { AblatedRun } from "../src/report/tables/ablation.ts";
import { ablationMarkdown } from "../src/report/tables/ablation.ts";
import type { TableRun } from "../src/report/tables/comparison.ts";
import { compareUnits, sensitivityCsv, sensitivityMarkdown } from "../src/report/tables/sensitivity.ts";

Deno.test("choice-study: with all terms and 50 units a study's run is Table 1's own", () => {
  const own = new Set(planRuns({ budget: "laptop", methods: ["memgan"] }).map(hashOf));
  for (const changes of [LOSS_STUDY, UNITS_STUDY]) {
    const shared = planStudy(changes, { budget: "laptop" }).filter((spec) => own.has(hashOf(spec)));
    assertEquals(shared.map((spec) => [spec.class, spec.seed]), [[0, 0], [1, 0], [5, 0]]);
  }
});

Deno.test("choice-study: what is changed is what the run's description says, and nothing else", () => {
  const specs = planStudy(LOSS_STUDY, { budget: "paper", seeds: [4] });
  const terms = [undefined, "cycle", "projection", "mutual_information"];
  assertEquals(specs.map(({ recipe }) => recipe["without"]), terms.flatMap((term) => [term, term, term]));
  const [whole] = specs;
  for (const { recipe } of specs) {
    const { without: _without, ...rest } = recipe;
    assertEquals(rest, { ...whole!.recipe });
  }
});

Deno.test("choice-study: digits 0, 1 and 5 with 25, 50, 100 and 200 units; three seeds on a laptop, the paper's ten", () => {
  for (const [budget, seeds] of [["laptop", 3], ["paper", 10]] as const) {
    const specs = planStudy(UNITS_STUDY, { budget });
    const distinct = (of: (spec: typeof specs[number]) => unknown) => [...new Set(specs.map(of))];
    assertEquals(distinct((spec) => spec.class), [0, 1, 5]);
    assertEquals(distinct(({ recipe }) => recipe["units"]), [25, 50, 100, 200]);
    assertEquals(distinct(({ seed }) => seed), Array.from({ length: seeds }, (_, seed) => seed));
    assertEquals(specs.length, 3 * 4 * seeds);
  }
});

Deno.test("choice-study: Table 1 leaves out a run with another number of units, or without a term", () => {
  const alone = (specs: ReturnType<typeof planStudy>) => specs.filter(isOfStudyAlone).length;
  assertEquals(alone(planStudy(UNITS_STUDY, { budget: "smoke" })), 9);
  assertEquals(alone(planStudy(LOSS_STUDY, { budget: "smoke" })), 9);
  assertEquals(alone(planRuns({ budget: "laptop" })), 0);
  // CIFAR-10's own number of units is one of Table 3's.
  assertEquals(alone(planRuns({ budget: "laptop", dataset: "cifar10", methods: ["memgan"] })), 0);
});

/** Runs of digit 0 with n units, a seed each. */
function runs(n: number, ...percents: number[]): TableRun[] {
  return runsBy(ARITHMETIC, n, ...percents);
}

function runsBy(arithmetic: number, n: number, ...percents: number[]): TableRun[] {
  return percents.map((percent, seed) => {
    const [base] = planRuns({ budget: "laptop", methods: ["memgan"], classes: [0], seeds: [seed] });
    const spec = { ...base!, recipe: { ...base!.recipe, units: n } };
    const { dataset, protocol, method, preprocessing } = spec;
    const of = { dataset, protocol, method, preprocessing, class: 0, seed, backend: "cpu", seconds: 1, arithmetic };
    return { spec, result: { ...of, auroc: percent / 100, run: hashOf(spec) } };
  });
}

Deno.test("choice-robust: a digit is robust where every pair of n is within a point, by more than seeds differ", () => {
  const of = (...all: TableRun[][]) => compareUnits(all.flat(), tables.table3)[0]!;
  assertEquals(of(runs(25, 99, 99.05), runs(50, 99.4, 99.4), runs(200, 99.8, 99.8)).robust, "robust");
  const far = of(runs(25, 98, 98.1), runs(50, 99.4, 99.4), runs(200, 100, 100.1));
  assertAlmostEquals(far.spread, 2, 1e-9);
  assertEquals(far.robust, "not robust");
  // The first means again, of seeds that differ: noise decides nothing, either way.
  assertEquals(of(runs(25, 98, 100.1), runs(50, 99.4, 99.4), runs(200, 99.8, 99.8)).robust, "undecided");
  assertEquals(of(runs(25, 97, 99.1), runs(50, 99.4, 99.4), runs(200, 100, 100.1)).robust, "undecided");
  // 0.9 ± 6.31·0.1/√2: the mean is within a point, its interval is not.
  assertEquals(of(runs(25, 99, 99), runs(50, 99.8, 100)).robust, "undecided");
});

Deno.test("choice-robust: seeds are compared with themselves, and of one there is no verdict", () => {
  const of = (...all: TableRun[][]) => compareUnits(all.flat(), tables.table3)[0]!;
  // Seeds far apart, each the same at both n.
  assertEquals(of(runs(25, 95, 99), runs(50, 95.1, 99.1)).robust, "robust");
  assertEquals(of(runs(25, 99), runs(50, 99)).robust, undefined);
  assertEquals(of(runs(25, 99, 99)).robust, undefined);
  // A pair that has no two seeds in common leaves it open.
  assertEquals(of(runs(25, 99, 99.1), runs(50, 99, 99.1), runs(100, 99)).robust, "undecided");
});

Deno.test("sensitivity-units: the paper's cell stands under ours, with the difference and its verdict", () => {
  const rows = compareUnits([...runs(25, 99.1, 99.3), ...runs(200, 97.1, 97.3)], tables.table3);
  const text = sensitivityMarkdown({ rows, runs: runs(25, 99.1, 99.3), budget: "laptop" });
  assertStringIncludes(text, "| digit |  | n = 25 | n = 200 | range |");
  assertStringIncludes(text, "| 0 | ours | 99.2 ± 0.1 | 97.2 ± 0.1 | 2.0, not robust |");
  assertStringIncludes(text, "| 0 | _paper_ | 99.2 ± 0.1 | 99.2 ± 0.1 | 0.2 |");
  assertStringIncludes(text, "| 0 | difference | +0.0, agrees | −2.0, below |  |");
  assertStringIncludes(text, "MEMGAN, 7 epochs. AUROC in percent");
  assertEquals(sensitivityCsv(rows).split("\n")[2], `0,200,2,97.2000,0.1414,99.2,0.1,-2.0000,below,${ARITHMETIC}`);
});

Deno.test("queue-runs: an ablation and a caption whose runs were computed on several devices say so", () => {
  const run = { digit: 0, seed: 0, epochs: 7, codes: 100, arithmetic: ARITHMETIC, auroc: 0.9, inside: 0, distance: 0 };
  const row = { ...run, reach: 0.2, unitToCode: 0.5, moved: 0.1 };
  const note = "Computed on several devices: the CPU (1 run), CUDA (1 run).";
  const text = (...devices: string[]) => ablationMarkdown(devices.map((device) => ({ ...row, device })), "laptop");
  assertStringIncludes(text("the CPU", "CUDA"), note);
  assertEquals(text("the CPU", "the CPU").includes("devices"), false);
  const made = { epochs: 7, seed: 0, preprocessing: "std", backend: "native", arithmetic: ARITHMETIC };
  const caption = provenanceText([{ ...made, device: "the CPU" }, { ...made, device: "CUDA" }]);
  assertStringIncludes(caption, `; ${note}`);
});

Deno.test("run-arithmetic: Table 3 marks the cells, and the ablation the rows, that have runs of another one", () => {
  const all = [...runsBy(1, 25, 99.1, 99.3), ...runs(200, 97, 97)];
  const table = sensitivityMarkdown({ rows: compareUnits(all, tables.table3), runs: all, budget: "laptop" });
  assertStringIncludes(table, "| 0 | ours | 99.2 ± 0.1 † | 97.0 ± 0.0 |");
  assertStringIncludes(table, "2 of 4 runs († in the table) were computed with arithmetic version 1");
  const where = {
    digit: 0,
    seed: 0,
    auroc: 0.9,
    inside: 0,
    distance: 0.02,
    reach: 0.25,
    unitToCode: 0.5,
    moved: 0.08,
    epochs: 7,
    codes: 100,
  };
  const ablation = ablationMarkdown(
    [{ ...where, arithmetic: ARITHMETIC }, { ...where, arithmetic: 1, without: "cycle" }],
    "laptop",
  );
  assertStringIncludes(ablation, "| all terms |");
  assertStringIncludes(ablation, "| without l_cyc † |");
  assertStringIncludes(ablation, "1 of 2 runs († in the table) was computed with arithmetic version 1");
});

Deno.test("ablation-projection: a change is taken on the same digit and seed", () => {
  const where = { inside: 0, distance: 0.02, reach: 0.25, unitToCode: 0.5, moved: 0.08, epochs: 7, codes: 100 };
  const run = (digit: number, seed: number, auroc: number, without?: AblatedRun["without"]): AblatedRun => ({
    ...where,
    digit,
    seed,
    arithmetic: ARITHMETIC,
    auroc,
    ...(without === undefined ? {} : { without }),
  });
  const text = ablationMarkdown(
    [
      run(0, 0, 0.99),
      run(5, 0, 0.9),
      run(5, 1, 0.8),
      run(5, 0, 0.89, "projection"),
      run(5, 1, 0.77, "projection"),
      run(1, 7, 0.5, "projection"),
    ],
    "laptop",
  );
  assertStringIncludes(text, "| all terms | 99.0 | – | 85.0 ± 7.1 | – | 0.0 % | 2.0 % | 0.25 ± 0.00 | 0.50 | 8.0 % |");
  assertStringIncludes(text, "| without l_proj | – | 50.0 | 83.0 ± 8.5 | −2.0 ± 1.4 |");
});
