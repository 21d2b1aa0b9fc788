/** Shares of the runs for machines that know nothing of each other, and what all of them cost. */

import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { planAll, wantedOf } from "../src/experiments/plan.ts";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { completedRuns } from "../src/experiments/completed.ts";
import { estimate } from "../src/experiments/forecast.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { METHODS } from "../src/experiments/method_names.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { ofShard } from "../src/experiments/shards.ts";
import type { PlannedRun } from "../src/report/tables/price_list.ts";
import { priceList, priceText } from "../src/report/tables/price_list.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { manifestOf, storeRun } from "./stored_run.ts";

/** Every method, on some classes and seeds. */
const RUNS = planRuns({ budget: "paper", classes: [0, 5], seeds: [0, 1] });

const seconds = (specs: readonly RunSpec[]) => specs.reduce((sum, spec) => sum + estimate(spec), 0);
const all = (specs: readonly RunSpec[], count: number) =>
  Array.from({ length: count }, (_, i) => ofShard(specs, { index: i + 1, count }));

Deno.test("cli-shard: shards have every run once between them, and differ by no more than the longest run takes", () => {
  fc.assert(
    fc.property(fc.subarray(RUNS, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (specs, count) => {
      const shards = all(specs, count);
      assertEquals(shards.flat().map(hashOf).sort(), specs.map(hashOf).sort());
      const loads = shards.map(seconds);
      const longest = Math.max(...specs.map(estimate));
      assert(Math.max(...loads) - Math.min(...loads) <= longest + 1e-6, `${loads}`);
    }),
    { numRuns: 50 },
  );
});

Deno.test("cli-shard: which runs are in a shard does not depend on their order, nor on how often they are named", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(RUNS, { minLength: RUNS.length }),
      fc.integer({ min: 1, max: 20 }),
      (turned, count) => {
        const names = (shards: readonly RunSpec[][]) => shards.map((shard) => shard.map(hashOf).sort());
        assertEquals(names(all([...turned, ...turned.slice(3)], count)), names(all(RUNS, count)));
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("cli-shard: sixteen shards of the whole paper take equally long, to the longest run", () => {
  const plan = planAll({ budget: "paper", dataset: "mnist", protocol: "official" });
  const whole = wantedOf(plan, undefined);
  assertEquals(whole.length, 2480);
  // All methods and classes by name are the whole paper too.
  const named = planAll({ budget: "paper", dataset: "mnist", methods: METHODS, classes: [...Array(10).keys()] });
  assertEquals(wantedOf(named, undefined), whole);
  assertEquals(planAll({ budget: "paper", dataset: "mnist", classes: [0] }).units, []);
  const loads = Array.from({ length: 16 }, (_, i) => seconds(wantedOf(plan, { index: i + 1, count: 16 })));
  assertAlmostEquals(loads.reduce((a, b) => a + b), seconds(whole), 1e-3);
  assert(Math.max(...loads) / Math.min(...loads) < 1.01, `${loads}`);
});

for (const text of ["0/16", "17/16", "3", "3/0", "1/10001", "a/b", "1/-4", "1/4/2", "1.5/4"]) {
  testWith(NEEDS, `cli-errors: --shard ${text} is one line, exit 2`, async () => {
    assertOneLine(
      await run("reproduce", "--shard", text),
      2,
      `--shard takes I/N with 1 ≤ I ≤ N ≤ 10000, such as 3/16; it is "${text}"`,
    );
  });
}

const ARGS = ["--backend", "cpu", "--methods", "pixelmean", "--classes", "0..3", "--jobs", "1"];

testWith(
  NEEDS,
  "cli-shard: two shards do all runs, each once, and write no table; the plain call then writes it",
  async () => {
    await withFolder(async (folder) => {
      const store = join(folder, "store");
      const done: string[] = [];
      for (const shard of ["1/2", "2/2"]) {
        const { code, stdout, stderr } = await run("reproduce", ...ARGS, "--shard", shard, "--out", store, "--json");
        assertEquals(code, 0, stderr);
        assertStringIncludes(stderr, `; shard ${shard}\n2 runs, 0 done already`);
        const results: { run: string; auroc: number }[] = JSON.parse(stdout);
        assertEquals(results.length, 2);
        done.push(...results.map((each) => each.run));
        assertEquals([...Deno.readDirSync(store)].map(({ name }) => name), ["runs"]);
      }
      assertEquals(new Set(done).size, 4);
      const again = await run("reproduce", ...ARGS, "--shard", "1/2", "--out", store);
      assertEquals(again.stdout, "shard 1/2: 2 runs done; without --shard the call writes the tables\n");
      const { stderr } = await run("reproduce", ...ARGS, "--out", store);
      assertStringIncludes(stderr, "4 runs, 4 done already");
      assert((await Deno.stat(join(store, "table1.md"))).isFile);
    });
  },
);

testWith(
  NEEDS,
  "cli-dry-run: it lists what is done and what is missing with their seconds, and writes nothing",
  async () => {
    await withFolder(async (folder) => {
      const store = join(folder, "store");
      const none = await run("reproduce", ...ARGS, "--dry-run", "--json", "--out", store);
      assertEquals(none.code, 0, none.stderr);
      assertEquals([...Deno.readDirSync(folder)], []);
      const [first] = JSON.parse(none.stdout) as PlannedRun[];
      assertEquals([first!.done, first!.from, hashOf(first!.spec)], [false, "kept", first!.run]);
      assert(first!.seconds > 0);
      await storeRun(store, first!.spec, { manifest: manifestOf({ seconds: 1234 }) });
      const before = [...Deno.readDirSync(store)].length;
      const { stdout, stderr } = await run("reproduce", ...ARGS, "--dry-run", "--json", "--out", store);
      assertStringIncludes(stderr, "4 runs, 1 done already");
      assert(!stderr.includes("backend:"), stderr);
      const [same, other] = JSON.parse(stdout) as PlannedRun[];
      assertEquals([same!.done, same!.seconds, same!.from], [true, 1234, "store"]);
      assertEquals([other!.done, other!.seconds, other!.from], [false, 1234, "store"]);
      assertEquals([...Deno.readDirSync(store)].length, before);
      const text = await run("reproduce", ...ARGS, "--dry-run", "--out", store);
      assertStringIncludes(text.stdout, "| pixelmean | std | 0..3 | 0 | 4 | 3 |");
      assertStringIncludes(text.stdout, "| pixelmean | 4 | 1.37 | 1.03 | 1 run of this store |");
    });
  },
);

testWith(
  ["read", "write", "env"],
  "cli-dry-run: a method's price is from the store, else from kept runs, else stated",
  async () => {
    await withFolder(async (root) => {
      const specs = planRuns({ budget: "laptop", methods: ["memgan", "pca", "kde"], classes: [0, 1] })
        .filter(({ preprocessing }) => preprocessing === "std");
      const [memgan, , pca] = specs as [RunSpec, RunSpec, RunSpec];
      await storeRun(join(root, "store"), memgan, { manifest: manifestOf({ seconds: 700 }) });
      await storeRun(join(root, "kept"), pca, { manifest: manifestOf({ seconds: 36, arithmetic: 1 }) });
      const list = priceList(specs, await completedRuns(join(root, "store")), await completedRuns(join(root, "kept")));
      const of = (method: string) => list.runs.filter(({ spec }) => spec.method === method);
      assertEquals(of("memgan").map(({ done, seconds }) => [done, seconds]), [[true, 700], [false, 700]]);
      assertEquals(of("pca").map(({ done, seconds }) => [done, seconds]), [[false, 36], [false, 36]]);
      assertEquals(of("kde").map(({ from, seconds }) => [from, seconds]), [["estimate", 40], ["estimate", 40]]);
      const text = priceText(list);
      assertStringIncludes(text, "| memgan | 2 | 0.39 | 0.19 | 1 run of this store |");
      assertStringIncludes(text, "| pca | 2 | 0.02 | 0.02 | 1 run stored with the sources |");
      assertStringIncludes(text, "| kde | 2 | 0.02 | 0.02 | the code's estimate |");
      assertMatch(text, /What was measured: 1 of 2 runs was computed with arithmetic version 1 \(changed since/);
      assert(ARITHMETIC > 1);
    });
  },
);

testWith(["read", "write", "env"], "cli-dry-run: what another backend took is no core's time", async () => {
  await withFolder(async (root) => {
    const [spec] = planRuns({ budget: "laptop", methods: ["memgan"], classes: [0, 1] });
    const manifest = manifestOf({ seconds: 1, backend: { name: "webgpu", reason: "asked for" } });
    await storeRun(root, spec!, { manifest });
    const kept = await completedRuns(root);
    const { runs } = priceList([spec!], [], kept);
    assertEquals([runs[0]!.from, runs[0]!.seconds], ["estimate", estimate(spec!)]);
    // A GPU's are no core's either, though `native` is its backend.
    await storeRun(root, spec!, {
      manifest: manifestOf({ seconds: 1, device: "TensorFlow 2.21.0 on CUDA (NVIDIA H100)" }),
    });
    assertEquals(priceList([spec!], [], await completedRuns(root)).runs[0]!.from, "estimate");
  });
});
