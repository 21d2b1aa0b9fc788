/** By which arithmetic a run was made: that it is noted, what is compared within one alone, and where another one is said. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { exhibitsOf } from "../src/cli/book_exhibits.ts";
import { bookResults } from "../src/cli/book_results.ts";
import { ARITHMETIC, arithmeticNote, MARK } from "../src/experiments/arithmetic.ts";
import { conditionsOf, provenanceText } from "../src/experiments/provenance.ts";
import { sha256Of } from "../src/experiments/run_files.ts";
import { decodeSafetensors } from "../src/experiments/safetensors.ts";
import { completedRuns } from "../src/experiments/completed.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { taskLine } from "../src/platform/task.ts";
import { repeatedText } from "../src/report/reproducibility.ts";
import type { VariantRow } from "../src/report/tables/variants.ts";
import { variantTable } from "../src/report/tables/variants.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { manifestOf, storeRun } from "./stored_run.ts";

/** The first, which is never this code's again. */
const OTHER = 1;

async function child(script: string, ...args: string[]) {
  const path = fromFileUrl(import.meta.resolve(script));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", path, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Takes the arithmetic out of a manifest, as if it had been written before there was one, or a digest. */
async function forgetArithmetic(folder: RunFolder): Promise<void> {
  const { arithmetic, sha256: _digest, ...rest } = JSON.parse((await folder.readText("manifest.json"))!);
  assertEquals(arithmetic, ARITHMETIC);
  await folder.write("manifest.json", JSON.stringify(rest));
}

testWith(
  ["read", "write", "env", "run", "native"],
  "run-arithmetic: a run notes it, and starts over from a checkpoint of another one, which it says in a line",
  async () => {
    await withFolder(async (root) => {
      const [whole, half] = [join(root, "whole"), join(root, "half")];
      const train = (folder: string) => child("./small_run.ts", folder, "2");
      const first = await train(whole);
      assertEquals([first.code, first.stderr], [0, ""]);
      const [{ result }] = await completedRuns(whole) as [Awaited<ReturnType<typeof completedRuns>>[number]];
      assertEquals(result.arithmetic, ARITHMETIC);
      const done = new RunFolder(whole, smallSpec(2));
      const folder = new RunFolder(half, smallSpec(2));
      await folder.open();
      // What it would go on from, if it did.
      const { arrays } = decodeSafetensors("weights", await Deno.readFile(done.file("weights.safetensors")));
      const text = "epoch,loss,auroc_monitor\n1,0.5,\n";
      const made = { ...conditionsOf(JSON.parse((await done.readText("manifest.json"))!)), arithmetic: OTHER };
      await folder.writeCheckpoint({ epoch: 1, made, curve: sha256Of(text), seconds: 9000, arrays });
      await folder.write("curve.csv", text);
      await folder.close();
      const { code, stderr } = await train(half);
      assertEquals([code, stderr.trim()], [
        0,
        `starts over; its checkpoint of epoch 1 was made by arithmetic ${OTHER}, and this code has ${ARITHMETIC}`,
      ]);
      for (const file of ["scores.csv", "curve.csv", "weights.safetensors"]) {
        assertEquals(await Deno.readFile(folder.file(file)), await Deno.readFile(done.file(file)), file);
      }
      assert(JSON.parse((await folder.readText("manifest.json"))!).seconds < 9000, "the seconds are its own");
    });
  },
);

Deno.test("run-arithmetic: bits are compared within one arithmetic, runs of two by their AUROC, each apart", () => {
  const of = { dataset: "mnist", method: "kde", preprocessing: "std", class: 5, seed: 0 } as const;
  const run = (run: string, auroc: number, seconds: number, arithmetic: number) => ({
    ...of,
    run,
    auroc,
    seconds,
    arithmetic,
  });
  const now = [run("a", 0.9, 1, ARITHMETIC), run("b", 0.9, 1, ARITHMETIC), run("c", 0.9, 1, OTHER)];
  const then = [run("a", 0.9, 2, ARITHMETIC), run("b", 0.897, 2, OTHER), run("c", 0.9, 2, OTHER)];
  assertEquals(
    repeatedText(now, then),
    "Of the runs that are also stored in `results/`, 2 of 2 have the same AUROC to the last bit. The AUROCs of the 1 run " +
      "stored with another arithmetic version differ by at most 0.30 points (`kde` under `std`, digit 5, seed 0).",
  );
  assertEquals(repeatedText(now.slice(1, 2), then)!.includes("to the last bit"), false);
  assertEquals(repeatedText(now, now), undefined, "copies");
  const near = repeatedText(now.slice(0, 1), [run("a", 0.90004, 2, ARITHMETIC)])!;
  assertStringIncludes(
    near,
    "0 of 1 have the same AUROC to the last bit; the others differ by less than 0.005 points.",
  );
  const far = repeatedText([now[0]!, { ...now[1]!, class: 8 }], [
    run("a", 0.90001, 2, ARITHMETIC),
    run("b", 0.90006, 2, ARITHMETIC),
  ])!;
  assertStringIncludes(far, "differ by at most 0.01 points (`kde` under `std`, digit 8, seed 0).");
});

Deno.test("run-arithmetic: the note names each other arithmetic, newer ones too, and how many runs it made", () => {
  assertEquals(arithmeticNote([]), "");
  assertMatch(
    arithmeticNote([1, 1], MARK),
    /^Computed with arithmetic version 1 \(changed since: [^)]+\)\. This code has version \d+: a rerun is /,
  );
  assertMatch(
    arithmeticNote([ARITHMETIC + 1, ARITHMETIC, 1], MARK),
    new RegExp(
      `^2 of 3 runs \\(† in the table\\) were computed with arithmetic version 1 \\(changed since: .+\\) and version ${
        ARITHMETIC + 1
      }\\. `,
    ),
  );
});

Deno.test("run-arithmetic: a table of variants marks rows only where some are of this code's and some are not", () => {
  const row = (variant: string, arithmetic: number): VariantRow => ({
    variant,
    aurocs: [[0.9]],
    recognised: [[]],
    moved: [[]],
    arithmetics: [arithmetic],
  });
  const table = (...arithmetics: number[]) => variantTable(arithmetics.map((each, i) => row(`v${i}`, each)), [3]);
  assertStringIncludes(table(ARITHMETIC, ARITHMETIC), `\n\nComputed with arithmetic version ${ARITHMETIC}.`);
  const alike = table(OTHER, OTHER);
  assertStringIncludes(alike, "| v0 | 90.00 |");
  assertStringIncludes(alike, `\n\nComputed with arithmetic version ${OTHER} (changed since`);
  const mixed = table(OTHER, ARITHMETIC);
  assertStringIncludes(mixed, "| v0 † | 90.00 |");
  assertStringIncludes(mixed, "| v1 | 90.00 |");
  assertStringIncludes(mixed, "\n\n1 of 2 runs († in the table) was computed with arithmetic");
  assertStringIncludes(
    variantTable([{ variant: "v", aurocs: [[]], recognised: [[]], moved: [[]], arithmetics: [] }], [3]),
    "| v | – | – |",
  );
});

Deno.test("run-arithmetic: a figure's caption says what its runs were made by, and what drew them where that is another", () => {
  const run = { epochs: 7, seed: 0, preprocessing: "std", backend: "native" };
  assertStringIncludes(
    provenanceText([{ ...run, arithmetic: ARITHMETIC }]),
    `backend native, arithmetic ${ARITHMETIC}`,
  );
  assertStringIncludes(
    provenanceText([{ ...run, arithmetic: OTHER }]),
    `backend native, arithmetic ${OTHER} (drawn with ${ARITHMETIC})`,
  );
});

testWith(["read", "write", "env"], "run-arithmetic: the book says it under pictures and losses", async () => {
  await withFolder(async (root) => {
    const folder = new RunFolder(root, smallSpec(1));
    await Deno.mkdir(join(root, "fig1"));
    for (const arithmetic of [undefined, ARITHMETIC]) {
      await Deno.remove(folder.path, { recursive: true }).catch(() => {});
      const { arithmetic: _own, ...manifest } = manifestOf();
      await storeRun(root, smallSpec(1), { manifest: { ...manifest, ...(arithmetic && { arithmetic }) } });
      await Deno.writeTextFile(join(root, "fig1", "fig1.svg"), "<svg>mine</svg>");
      const { exhibits } = await exhibitsOf(await bookResults(root));
      const note = arithmetic === undefined ? ` ${arithmeticNote([1])}` : "";
      const fig1 = exhibits.pictures.find(({ file }) => file === "figures/fig1.svg")!;
      assertEquals(fig1.from, `From \`${join(root, "fig1/fig1.svg")}\`, made by \`${taskLine("fig1")}\`.${note}`);
      assertEquals(exhibits.coursesFrom, `From the curves of the runs in \`${join(root, "runs")}\`, digit 0.${note}`);
    }
  });
});

testWith(
  ["read", "write", "env", "run", "sys"],
  "run-arithmetic: reproduce keeps runs of another arithmetic, says so once, and marks them",
  async () => {
    await withFolder(async (root) => {
      const command = () =>
        child(
          ...["../src/cli/reproduce.ts", "--backend", "cpu", "--methods", "pixelmean,pca"] as const,
          ...["--classes", "5", "--out", root],
        );
      const first = await command();
      assertEquals(first.code, 0, first.stderr);
      assert(!first.stderr.includes("arithmetic"), first.stderr);
      const table = () => Deno.readTextFile(join(root, "table1.md"));
      assertStringIncludes(await table(), `no ±. Computed with arithmetic version ${ARITHMETIC}.`);
      const runs = await completedRuns(root);
      assertEquals(runs.map(({ result }) => result.arithmetic), [ARITHMETIC, ARITHMETIC]);
      const pca = new RunFolder(root, runs.find(({ spec }) => spec.method === "pca")!.spec);
      await forgetArithmetic(pca);
      const second = await command();
      assertEquals(second.stderr.match(/arithmetic version 1/g)?.length, 1, second.stderr);
      assertStringIncludes(
        second.stderr,
        "runs done already: 1 of 2 runs was computed with arithmetic version 1 (changed since",
      );
      assertStringIncludes(await table(), "| pca † | std |");
      assertStringIncludes(await table(), "| pixelmean | std |");
      assertStringIncludes(await table(), "1 of 2 runs († in the table) was computed with arithmetic version 1");
      const report = await Deno.readTextFile(join(root, "report", "report.md"));
      assertMatch(report, /^- cpu: .*; arithmetic version 1; processor /m);
      assertMatch(report, new RegExp(`^- cpu: .*; arithmetic version ${ARITHMETIC}; processor `, "m"));
      const [cell] = JSON.parse(await Deno.readTextFile(join(root, "table1.json")))
        .find(({ method }: { method: string }) => method === "pca").cells;
      assertEquals(cell.arithmetics, [1]);
    });
  },
);
