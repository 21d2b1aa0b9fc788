/** Verdicts: the rule of the specification, on tables made up for it. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import type { TableRun } from "../src/report/tables/comparison.ts";
import { bootstrapInterval, tInterval, tQuantile } from "../src/experiments/intervals.ts";
import { seededRng } from "../src/engine/random.ts";
import { compare } from "../src/report/tables/comparison.ts";
import { comparisonCsv, comparisonMarkdown, comparisonSummary } from "../src/report/tables/comparison_text.ts";

const CLASSES = ["a", "b", "c", "d"];
const PAPER = {
  columns: ["memgan", "kde"],
  rows: Object.fromEntries(
    CLASSES.map((name) => [name, { memgan: { mean: 90, std: 0.1 }, kde: { mean: 80, std: 2 } }]),
  ),
};

function run(method: RunSpec["method"], c: number, percent: number, seed = 0, arithmetic = ARITHMETIC): TableRun {
  const of = { method, dataset: "mnist", protocol: "official", class: c, seed } as const;
  return {
    spec: { ...of, evaluate: "test", preprocessing: "std", recipe: REGISTRY[method].recipes.mnist },
    result: {
      ...of,
      auroc: percent / 100,
      seconds: 1,
      backend: "cpu",
      arithmetic,
      preprocessing: "std",
      run: `${method}-${c}-${seed}`,
    },
  };
}

const memgan = (...percents: number[]) => compare(percents.map((p, c) => run("memgan", c, p)), PAPER, CLASSES)[0]!;

Deno.test("choice-verdict: a cell agrees within one point where the spread is small, rounding apart", () => {
  assertEquals(memgan(91.04, 91.06, 88.96, 88.94).cells.map(({ verdict }) => verdict), [
    "agrees",
    "above",
    "agrees",
    "below",
  ]);
});

Deno.test("choice-averages: what a recipe has by now and a run had not is named under its table", () => {
  const { averaging, ...earlier } = REGISTRY.alad.recipes.mnist;
  const { spec, result } = run("alad", 0, 90);
  const text = (recipe: typeof spec.recipe) =>
    comparisonSummary({
      title: "",
      classes: ["a"],
      runs: [{ spec: { ...spec, recipe }, result }],
      rows: [],
      paper: PAPER,
      budget: "paper",
    });
  assertStringIncludes(text(earlier), `Changed from the recipes: alad (averaging none, not ${averaging}).`);
  assertStringIncludes(text({ ...earlier, averaging: averaging! }), "Every method ran its whole recipe.");
});

Deno.test("choice-verdict: where seeds differ by much, a cell agrees within twice the joint deviation", () => {
  const seeds = (...percents: number[]) => percents.map((percent, seed) => run("memgan", 0, percent, seed));
  const [spread] = compare(seeds(90, 94), PAPER, CLASSES);
  assertEquals([spread!.cells[0]!.mean, spread!.cells[0]!.verdict], [92, "agrees"]);
  assertAlmostEquals(spread!.cells[0]!.std!, Math.sqrt(8), 1e-9);
  assertEquals(compare(seeds(91.9, 92.1), PAPER, CLASSES)[0]!.cells[0]!.verdict, "above");
});

Deno.test("choice-verdict: the joint deviation is √(s² + s′²), twice it is allowed, and of one seed s′ is s", () => {
  const rows = Object.fromEntries(CLASSES.map((name) => [name, { memgan: { mean: 50, std: 3 } }]));
  const verdict = (...runs: TableRun[]) => compare(runs, { columns: ["memgan"], rows }, CLASSES)[0]!.cells[0]!.verdict;
  // s = 3 and s′ = 4: twice five, and what rounding may hide.
  const two = (mean: number) =>
    verdict(...[-1, 1].map((sign, seed) => run("memgan", 0, mean + sign * Math.sqrt(8), seed)));
  assertEquals([60.04, 60.06, 39.96, 39.94].map(two), ["agrees", "above", "agrees", "below"]);
  const allowed = 2 * Math.sqrt(3 ** 2 + 3 ** 2) + 0.05;
  const one = (mean: number) => verdict(run("memgan", 0, mean));
  assertEquals([50 + allowed - 0.01, 50 + allowed + 0.01].map(one), ["agrees", "above"]);
});

Deno.test("choice-verdict: a column is above where all of the interval of its mean difference is", () => {
  assertEquals(memgan(91, 92, 91, 92).verdict, "above");
  assertEquals(memgan(89, 88, 89, 88).verdict, "below");
});

Deno.test("choice-verdict: a column agrees where all of the interval lies within a point of 0, and else is undecided", () => {
  assertEquals(memgan(90.3, 89.7, 90.3, 89.7).verdict, "agrees");
  // Each side of the interval by itself: about −0.4 ± 0.6 times 1.22, and the other way round.
  assertEquals([memgan(90.2, 89, 90.2, 89).verdict, memgan(89.8, 91, 89.8, 91).verdict], ["undecided", "undecided"]);
  const mixed = memgan(95, 85, 95, 86);
  assertEquals(mixed.verdict, "undecided");
  assert(mixed.difference!.interval[0] < -1 && mixed.difference!.interval[1] > 1);
});

Deno.test("choice-verdict: without every class there is no column mean, and no verdict on it", () => {
  const { cells, mean, verdict } = memgan(90, 91);
  assertEquals([cells.length, mean, verdict], [2, undefined, undefined]);
});

Deno.test("choice-verdict: the interval of a mean narrows like the root of the count", () => {
  const width = (count: number) => {
    const [low, high] = bootstrapInterval(Array.from({ length: count }, (_, i) => [i % 2]));
    return high - low;
  };
  // Normal theory: 2·1.96·0.5/√count; the resamples move it by a few per cent.
  assertAlmostEquals(width(400), 0.098, 0.006);
  assertAlmostEquals(width(100), 0.196, 0.012);
});

Deno.test("choice-verdict: ten classes' interval holds the true mean at least 93 times in a hundred, however many seeds", () => {
  for (const [classes, seeds, count] of [[1, 0, 1], [1, 0.3, 3], [1, 1, 3], [0.1, 1, 5]] as const) {
    const rng = seededRng(1, "coverage");
    const simulations = 1000;
    let held = 0;
    for (let i = 0; i < simulations; i++) {
      const drawn = Array.from({ length: 10 }, () => {
        const centre = classes * rng.normal();
        return Array.from({ length: count }, () => centre + seeds * rng.normal());
      });
      const [low, high] = bootstrapInterval(drawn, 500);
      if (low <= 0 && high >= 0) held++;
    }
    // The seed is fixed, so this is one number: 0.93 less nothing for chance.
    assert(held / simulations >= 0.93, `${held} of ${simulations} with deviations ${classes} and ${seeds}`);
  }
});

Deno.test("choice-verdict: seeds that differ make the interval wider, though the classes' means stay", () => {
  const width = (spread: number) => {
    const [low, high] = bootstrapInterval([1, 2, 3, 4].map((value) => [value - spread, value + spread]));
    return high - low;
  };
  assert(width(3) > 1.5 * width(0));
});

Deno.test("choice-robust: Student's quantiles are those of the tables, for even, odd, few and many degrees of freedom", () => {
  const table = [[0.975, 1, 12.7062], [0.95, 2, 2.91999], [0.95, 3, 2.35336], [0.975, 4, 2.77645], [0.99, 9, 2.82144]];
  for (const [share, freedom, t] of table) assertAlmostEquals(tQuantile(share!, freedom!), t!, 1e-4);
  assertAlmostEquals(tQuantile(0.975, 100_001), 1.95999, 1e-4);
  // Mean 2, deviation 1: 2 ± 2.91999/√3.
  assertAlmostEquals(tInterval([1, 2, 3], 0.9)[1], 2 + 2.91999 / Math.sqrt(3), 1e-4);
});

Deno.test("choice-verdict: what is above MEMGAN, and above its own published column, is said first", () => {
  const runs = CLASSES.flatMap((_, c) => [run("memgan", c, 90), run("kde", c, 95), run("pixelmean", c, 80)]);
  const rows = compare(runs, PAPER, CLASSES);
  const text = comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "smoke" });
  assertEquals(text.split("\n").slice(1, 4), [
    "- Trivial baselines that reach the paper's best mean: none.",
    "- Ours: `memgan` under `std` (90.00), which agrees with the paper's mean: +0.0 [+0.0 to +0.0]. Rows with a higher mean: `kde` under `std` (95.00).",
    "- Baselines above the paper's mean for them, without tuning on test labels: `kde` under `std` (+15.0).",
  ]);
});

Deno.test("run-subset: a cell of some of the images has a difference and no verdict, and the caption says how many", () => {
  const runs = CLASSES.map((_, c) => run("memgan", c, 95)).map(({ spec, result }) => ({
    spec: { ...spec, subset: 500 },
    result,
  }));
  const rows = compare(runs, PAPER, CLASSES);
  assertEquals(
    rows[0]!.cells.map(({ difference, verdict }) => [difference, verdict]),
    CLASSES.map(() => [5, undefined]),
  );
  assertEquals(rows[0]!.verdict, "above");
  const text = comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "laptop" });
  assert(text.includes("memgan (scored on 500 of the test images"), text);
  assert(!text.includes("**95.00**") && !text.includes("Best mean AUROC"), "a sample is no best mean");
});

Deno.test("run-arithmetic: rows are marked where some are of another arithmetic, and the caption says which", () => {
  const text = (...arithmetics: number[]) => {
    const runs = arithmetics.flatMap((arithmetic, i) =>
      CLASSES.map((_, c) => run((["memgan", "kde"] as const)[i]!, c, 90, 0, arithmetic))
    );
    const rows = compare(runs, PAPER, CLASSES);
    return comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "laptop" });
  };
  const mixed = text(ARITHMETIC, 1);
  // The table of means, of columns, and of cells.
  assertEquals([mixed.match(/^\| kde \|.* †/gm)?.length, mixed.match(/^\| kde † /gm)?.length], [1, 2], mixed);
  assertEquals(mixed.match(/^\| memgan .*†/gm), null, mixed);
  assert(mixed.includes("4 of 8 runs († in the table) were computed with arithmetic version 1"), mixed);
  const alike = text(1, 1);
  assert(!alike.includes("†") && alike.includes("no ±. Computed with arithmetic version 1 (changed since"), alike);
});

Deno.test("run-manifest: a table whose runs were computed on several devices says on which, and how many", () => {
  const text = (...devices: (string | undefined)[]) => {
    const runs = devices.map((device, c): TableRun => ({
      ...run("memgan", c, 90),
      manifest: device === undefined ? {} : { device },
    }));
    const rows = compare(runs, PAPER, CLASSES);
    return comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "laptop" });
  };
  assert(!text("the CPU", "the CPU", undefined).includes("devices"));
  const mixed = text("the CPU", "CUDA", "the CPU");
  assert(mixed.includes("Computed on several devices: the CPU (2 runs), CUDA (1 run)."), mixed);
});

Deno.test("choice-verdict: neither a sample of the images nor a choice by labels is set in bold as a class's best", () => {
  const sampled = ({ spec, result }: TableRun) => ({ spec: { ...spec, subset: 500 }, result });
  const runs = [run("memgan", 0, 90), sampled(run("adgan", 0, 98)), run("ocsvm-oracle", 0, 99)];
  const rows = compare(runs, PAPER, CLASSES);
  const text = comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "laptop" });
  assert(text.includes("| memgan ‡ | std | **90.0** |"), text);
  assert(text.includes("| adgan | std | 98.0 |") && text.includes("| ocsvm-oracle | std | 99.0 |"), text);
});

Deno.test("choice-verdict: OC-SVM with labels stands against the column that was published so", () => {
  const paper = {
    columns: ["ocsvm"],
    rows: Object.fromEntries(CLASSES.map((c) => [c, { ocsvm: { mean: 90, std: 0 } }])),
  };
  assertEquals(compare([run("ocsvm-oracle", 0, 90.5)], paper, CLASSES)[0]!.cells[0]!.verdict, "agrees");
});

Deno.test("choice-ocsvm-hindsight: a row that saw test labels is named apart, never as ours", () => {
  const runs = CLASSES.flatMap((_, c) => [run("memgan", c, 90), run("ocsvm-oracle", c, 99)]);
  const rows = compare(runs, PAPER, CLASSES);
  const text = comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "smoke" });
  assertEquals(
    text.split("\n")[0],
    "- Best mean AUROC: in the paper `memgan` (90.00), here `memgan` under `std` (90.00).",
  );
  assert(
    text.includes(
      "- Tuned on test labels, as the paper's number was, and therefore not counted: `ocsvm-oracle` under `std` (99.00).",
    ),
    text,
  );
  assert(text.includes("ocsvm-oracle (tuned on the labels of a tenth of the test images, scored on the rest)"), text);
  assert(!text.includes("**99.00**"), text);
  const [memgan, , , , oracle] = comparisonCsv(rows).split("\n").slice(1).map((line) => line.split(",")[4]);
  assertEquals([memgan, oracle], ["all", "9000"], "images that were scored");
});

Deno.test("choice-verdict: a row that learns nothing and passes the paper's best column is named before the cells", () => {
  const runs = CLASSES.map((_, c) => run("pixelmean", c, 91));
  const rows = compare(runs, PAPER, CLASSES);
  const text = comparisonMarkdown({ title: "Table", classes: CLASSES, runs, rows, paper: PAPER, budget: "smoke" });
  const lines = text.split("\n");
  assertEquals(lines[0], "- Best mean AUROC: in the paper `memgan` (90.00), here `pixelmean` under `std` (91.00).");
  assert(lines[1]!.endsWith("reach the paper's best mean: `pixelmean` under `std` (91.00)."), lines[1]);
  assertEquals(comparisonCsv(rows).split("\n")[1], `pixelmean,std,a,1,all,91,,,,,,${ARITHMETIC}`);
});
