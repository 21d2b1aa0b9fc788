/** `reproduce` from its first line to its report, and stopped on the way. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { planRuns } from "../src/experiments/budgets.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { taskLine } from "../src/platform/task.ts";
import { NEEDS, run, start } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

/** The least work that makes a whole report. */
const ARGS = ["--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5"] as const;

testWith(
  NEEDS,
  "cli-reproduce: the trivial rows of digit 5 are as measured elsewhere; the second call does nothing",
  async () => {
    await withFolder(async (folder) => {
      const command = () => run("reproduce", ...ARGS, "--out", folder, "--json");
      const first = await command();
      assertEquals(first.code, 0, first.stderr);
      const [what, runs, time, where, ...rest] = first.stderr.trim().split("\n");
      assertEquals(what, "Table 1, MNIST (official), budget laptop: pixelmean, pca; class 5, seed 0");
      assertEquals([runs, where], ["2 runs, 0 done already", `results: in "${folder}"`]);
      assertMatch(time!, /^time: about \d+ s with the native backend, /);
      assertMatch(rest.join("\n"), /^backend: cpu[^]*: AUROC 74\.5\n[^]*report: .*index\.html$/);
      assertEquals(rest.length, 4);
      const results = JSON.parse(first.stdout);
      assertEquals(results, JSON.parse(await Deno.readTextFile(join(folder, "results.json"))));
      const auroc = Object.fromEntries(
        results.map((each: { method: string; auroc: number }) => [each.method, 100 * each.auroc]),
      );
      // recipe-notes.md, "Trivial baselines": 74.5 and 94.8.
      assert(Math.abs(auroc.pixelmean - 74.5) < 0.1 && Math.abs(auroc.pca - 94.8) < 0.1, JSON.stringify(auroc));
      const table = await Deno.readTextFile(join(folder, "table1.md"));
      assertStringIncludes(table, "with anomalies as the positive class");
      const touched = () =>
        results.map(({ run }: { run: string }) => Deno.statSync(join(folder, "runs", run, "metrics.json")).mtime);
      const before = touched();
      const second = await command();
      assertStringIncludes(second.stderr, "2 runs, 2 done already");
      assertEquals([second.code, second.stdout, touched()], [0, first.stdout, before]);
      const { stdout } = await run("reproduce", ...ARGS, "--out", folder);
      assertEquals(stdout.trimEnd().split("\n").slice(2), [
        "                    5  paper",
        "pixelmean (std)  74.5",
        "pca (std)        94.7",
        "",
        `report: ${join(folder, "report", "index.html")}`,
      ]);
      assertEquals(await Deno.readTextFile(join(folder, "table1.md")), table);

      const page = await Deno.readTextFile(join(folder, "report", "index.html"));
      assertEquals([...page.matchAll(/(?:src|href)="(?!data:)[^"]*/g)].map(String), [], "it needs no other file");
      assertMatch(
        page,
        /<h2>What was run<\/h2>[^]*<h2>Table 1, cell by cell<\/h2>[^]*<img src="data:image\/svg/,
      );
      const report = await Deno.readTextFile(join(folder, "report", "report.md"));
      assertStringIncludes(
        report,
        `\`${taskLine("reproduce", "--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5")}`,
      );
      assertStringIncludes(report, "| pca | std | 1 | 0 |");
      assertStringIncludes(report, "**ERRATUM** §5.2, Proposition 1");
    });
  },
);

for (
  const [what, method, signal, to] of [
    ["SIGINT", "memgan", "SIGINT", 1],
    ["Ctrl-C, which all processes of a terminal get,", "memgan", "SIGINT", -1],
    ["SIGKILL", "memgan", "SIGKILL", 1],
    // It reports no progress.
    ["SIGKILL of a classical method", "kde", "SIGKILL", 1],
  ] as const
) {
  testWith(
    [...NEEDS, "native"],
    `cli-reproduce: ${what} while it trains leaves no worker and a run that the next call can take up`,
    async () => {
      await withFolder(async (folder) => {
        const args = ["--methods", method, "--classes", "5", "--epochs", "1", "--jobs", "1"] as const;
        const [spec] = planRuns({ budget: "laptop", methods: [method], classes: [5], epochs: 1 });
        const runFolder = new RunFolder(folder, spec!);
        const child = start("reproduce", "--backend", "native", ...args, "--out", folder);
        const outcome = child.output();
        const lock = runFolder.file("lock");
        while (!await Deno.stat(lock).then(() => true, () => false)) await new Promise((wake) => setTimeout(wake, 20));
        // Some steps into the first epoch.
        await new Promise((wake) => setTimeout(wake, 3000));
        Deno.kill(to * child.pid, signal);
        const { code, stderr } = await outcome;
        const said = new TextDecoder().decode(stderr);
        assertEquals(code, { SIGINT: 130, SIGKILL: 137 }[signal]);
        if (signal === "SIGINT") assertStringIncludes(said, "Stopped; the same command goes on");
        assert(!said.includes("(run "), `no run has failed: ${said}`);
        assertEquals(await runFolder.isDone(), false);
        await runFolder.open(2);
        await runFolder.close();
      });
    },
  );
}
