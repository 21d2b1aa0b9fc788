/** The rule of the staged search: who goes on, what is missing, who is taken; and the measures that it is made by. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import searchCifar10 from "../spec/search-cifar10-2.json" with { type: "json" };
import searchMnist from "../spec/search-mnist-2.json" with { type: "json" };
import { CIFAR10_RECIPE, MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { startBackend } from "../src/engine/backend.ts";
import { keepRuns } from "../src/experiments/completed.ts";
import { doRun } from "../src/experiments/run.ts";
import type { Metrics } from "../src/experiments/run_files.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import type { Search } from "../src/report/tables/staged_search.ts";
import { STAGED, stagedTable, standingOf } from "../src/report/tables/staged_search.ts";
import { MNIST, VARIANTS, variantSpecs } from "../src/report/tables/variants.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { SMALL_DATA, smallSpec } from "./small_run.ts";
import { storeRun } from "./stored_run.ts";

const SEARCH: Search = {
  variants: VARIANTS.parse({
    best: { k: 1 },
    near: { k: 2 },
    "as near": { k: 3 },
    loses: { k: 4 },
    bar: { method: "pixelmean" },
    "DEVIATION: k = 5": { k: 5 },
  }),
  classes: [0, 3],
  seeds: [0, 1, 2],
  within: 0.01,
  field: MNIST,
};

/** Stores the runs of a variant: the same AUROC and share of units for each class, by seed. */
async function store(
  root: string,
  name: string,
  aurocs: readonly number[],
  recognised?: number,
  from = 0,
): Promise<void> {
  for (const specs of variantSpecs(SEARCH.variants[name]!, SEARCH.classes, SEARCH.seeds, MNIST)) {
    for (const [i, auroc] of aurocs.entries()) {
      const measures = recognised === undefined ? {} : { recognised, moved: 0.02 };
      await storeRun(root, specs[from + i]!, { auroc, measures });
    }
  }
}

testWith(
  ["read", "write", "env"],
  "search-mnist: until each variant has its first seed all are in, and the table says what was not run",
  async () => {
    await withFolder(async (root) => {
      await store(root, "best", [0.9], 0.5);
      await store(root, "loses", [0.1], 0.5);
      const standing = await standingOf(root, SEARCH);
      assertEquals(standing.remaining, Object.keys(SEARCH.variants));
      assertEquals(standing.missing, 8);
      const table = stagedTable(standing, SEARCH);
      assertStringIncludes(table, "| near | 0 | not run | not run | – | not run | not run | – | – |");
      assertStringIncludes(table, "| best | 2 | 90.00 | 90.00 | 90.00 | 50 | 50 | 50.0 | 2.0 |");
      assertStringIncludes(table, "not complete: at least 8 more runs are wanted, and nothing is chosen yet");
    });
  },
);

testWith(
  ["read", "write", "env"],
  "search-rule: who is within a point goes on, and of those within a spread of the best the units decide",
  async () => {
    await withFolder(async (root) => {
      await store(root, "best", [0.9], 0.5);
      await store(root, "near", [0.892], 0.75);
      await store(root, "as near", [0.891], 0.75);
      await store(root, "loses", [0.889], 1);
      // Neither is a candidate, nor moves the threshold.
      await store(root, "bar", [0.999]);
      await store(root, "DEVIATION: k = 5", [0.999], 1);
      const first = await standingOf(root, SEARCH);
      assertEquals([first.remaining, first.missing], [["best", "near", "as near"], 12]);
      // Mean 0.9, deviation 0.01; the mean of "near" is 0.89 or a little more, that of "as near" less.
      await store(root, "best", [0.89, 0.91], 0.5, 1);
      await store(root, "near", [0.891, 0.89], 0.75, 1);
      await store(root, "as near", [0.891, 0.88], 0.75, 1);
      const last = await standingOf(root, SEARCH);
      assertEquals([last.missing, last.outcome?.best, last.outcome?.chosen], [0, "best", "near"]);
      assert(Math.abs(last.outcome!.spread - 0.01) < 1e-12);
      const table = stagedTable(last, SEARCH);
      assertStringIncludes(table, '"best", its spread over seeds 1.00 points; the rule takes "near".');
      assertStringIncludes(table, "1 variants ended with the first stage");
      assertStringIncludes(table, "| best | 6 | 90.00 ± 1.00 |");
    });
  },
);

testWith(
  ["read", "write", "env"],
  "search-rule: of other methods and deviations alone nothing is chosen, and a file without a variant is refused",
  async () => {
    const { bar, "DEVIATION: k = 5": deviation } = SEARCH.variants;
    const none = { ...SEARCH, variants: { bar: bar!, "DEVIATION: k = 5": deviation! } };
    await withFolder(async (root) => {
      await store(root, "bar", [0.9, 0.9, 0.9]);
      await store(root, "DEVIATION: k = 5", [0.9, 0.9, 0.9], 1);
      const standing = await standingOf(root, none);
      assertEquals([standing.remaining, standing.missing, standing.outcome], [[], 0, undefined]);
      assertStringIncludes(stagedTable(standing, none), "Nothing can be chosen: each of them is another method or a");
    });
    assertEquals(VARIANTS.safeParse({}).error?.issues.map(({ message }) => message), [
      "one variant or more is wanted",
    ]);
  },
);

const TWO = { ...SEARCH, variants: VARIANTS.parse({ near: { k: 2 }, best: { k: 1 } }) };

async function chosenOfTwo(recognised?: number): Promise<string | undefined> {
  let chosen: string | undefined;
  await withFolder(async (root) => {
    await store(root, "best", [0.9, 0.88, 0.92], recognised);
    await store(root, "near", [0.899, 0.88, 0.92], recognised);
    chosen = (await standingOf(root, TWO)).outcome?.chosen;
  });
  return chosen;
}

testWith(["read", "write", "env"], "search-rule: of equal units the greater AUROC is taken", async () => {
  assertEquals(await chosenOfTwo(0.5), "best");
});

testWith(
  ["read", "write", "env"],
  "search-rule: equal units in another order are equal, and of runs without them nothing is chosen",
  async () => {
    const shares = [[0.3, 0.2, 0.1], [0.1, 0.2, 0.3]];
    assert((0.3 + 0.2) + 0.1 < (0.1 + 0.2) + 0.3, "in floating point");
    await withFolder(async (root) => {
      for (const [i, name] of ["best", "near"].entries()) {
        for (const specs of variantSpecs(SEARCH.variants[name]!, SEARCH.classes, SEARCH.seeds, MNIST)) {
          for (const [s, spec] of specs.entries()) {
            const auroc = [0.9, 0.88, 0.92][s]! - i / 1000;
            await storeRun(root, spec, { auroc, measures: { recognised: shares[i]![s]!, moved: 0.02 } });
          }
        }
      }
      assertEquals((await standingOf(root, TWO)).outcome?.chosen, "best");
      await storeRun(root, variantSpecs(SEARCH.variants["near"]!, [3], [2], MNIST)[0]![0]!, { auroc: 0.9 });
      const standing = await standingOf(root, TWO);
      assertEquals([standing.missing, standing.unread, standing.outcome], [0, 1, undefined]);
      assertStringIncludes(stagedTable(standing, TWO), "of 1 runs no units were read, and nothing is chosen yet");
    });
  },
);

testWith(["read", "write", "env"], "search-cifar10: where no units are measured AUROC decides", async () => {
  assertEquals(await chosenOfTwo(), "best");
});

testWith(
  [...NEEDS, "native"],
  "search-rule: what is kept is not made again: a later session goes on from the repository",
  async () => {
    await withFolder(async (root) => {
      const [store, out, kept, file] = ["store", "out", "kept.jsonl", "variants.json"].map((name) => join(root, name));
      const variants = { one: { k: 1 }, other: { k: 2 } };
      await Deno.writeTextFile(file!, JSON.stringify(variants));
      const specs = (name: keyof typeof variants, seeds: number[]) =>
        variantSpecs(VARIANTS.parse(variants)[name]!, [8], seeds, MNIST).flat();
      for (const spec of specs("one", [0, 1])) await storeRun(store!, spec, { auroc: 0.9 });
      await keepRuns(kept!, store!, () => true);
      // Done, and not kept yet.
      for (const spec of specs("other", [0])) await storeRun(out!, spec, { auroc: 0.5 });
      const places = ["--kept", kept!, "--out", out!, "--json"];
      const of = ["--classes", "8", "--seeds", "0,1", "--within", "0.01", "--jobs", "1"];
      const { code, stdout, stderr } = await run("search", "--variants", file!, ...of, ...places);
      assertEquals(code, 0, stderr);
      const { rows, remaining, missing } = JSON.parse(stdout);
      assertEquals(rows.map(({ aurocs }: { aurocs: number[][] }) => aurocs), [[[0.9, 0.9]], [[0.5]]]);
      assertEquals([remaining, missing], [["one"], 0]);
      assertStringIncludes(stderr, "; 1 kept\n1 run, 1 done already");
      // All would be made again.
      for (const none of [join(root, "no-such.jsonl"), root]) {
        const says = `--kept wants a file of kept runs, results/NAME.jsonl; "${none}" is none`;
        assertOneLine(await run("search", "--variants", file!, "--kept", none, "--out", out!), 1, says);
      }
      assertOneLine(await run("search", "--variants", root, "--out", out!), 1, `Cannot read the variants in "${root}"`);
    });
  },
);

Deno.test("search-rule: n, d, epochs and rates are the paper's in every variant, and no two are the same", () => {
  const given = [["mnist", searchMnist, MNIST_RECIPE, 1e-5], ["cifar10", searchCifar10, CIFAR10_RECIPE, 5e-5]] as const;
  for (const [dataset, file, { units, width, epochs }, least] of given) {
    const { classes, field } = STAGED[dataset];
    const specs = Object.entries(VARIANTS.parse(file)).map(([name, variant]) =>
      [name, variantSpecs(variant, classes, [0], field)[0]![0]!] as const
    );
    assertEquals(new Set(specs.map(([, spec]) => hashOf(spec))).size, specs.length, dataset);
    for (const [name, { method, recipe }] of specs) {
      if (method !== "memgan" || name.startsWith("DEVIATION")) continue;
      const { learningRate, finalRate, discriminatorRate = learningRate } = recipe as unknown as typeof MNIST_RECIPE;
      assertEquals([recipe["units"], recipe["width"], recipe["epochs"]], [units, width, epochs]);
      for (const rate of [learningRate, finalRate, discriminatorRate]) assert(rate >= least && rate <= 1e-4);
    }
  }
});

testWith(
  ["read", "write", "env", "native"],
  "search-rule: a run judged on validation images measures its units and how far M moved, another run the latter alone",
  async () => {
    await withFolder(async (root) => {
      const backend = await startBackend({ only: "native" });
      const measured: Metrics[] = [];
      for (const evaluate of ["validation", "test"] as const) {
        const spec = { ...smallSpec(1), evaluate };
        await doRun(spec, { root, load: () => Promise.resolve(SMALL_DATA), backend, commit: undefined });
        measured.push((await new RunFolder(root, spec).read())!.metrics);
      }
      const [{ recognised, moved }, other] = measured as [Metrics, Metrics];
      assert(recognised !== undefined && Number.isInteger(4 * recognised), "a share of four units");
      assert(moved !== undefined && moved > 0 && moved < 0.1, `M moved by ${moved}`);
      assertEquals(Object.keys(other).sort(), ["auroc", "moved"]);
    });
  },
);
