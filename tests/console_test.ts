/** What a user sees while runs go on: how long they take, how many at a time, which lines stay. No clock, no terminal. */

import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import tables from "../spec/tables.json" with { type: "json" };
import { boardOf } from "../src/cli/board.ts";
import { Live } from "../src/cli/live.ts";
import type { Timed } from "../src/cli/part_times.ts";
import { PartTimes } from "../src/cli/part_times.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { estimate, Forecast } from "../src/experiments/forecast.ts";
import { duration } from "../src/platform/duration.ts";
import { jobsOn } from "../src/experiments/jobs.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { briefText } from "../src/report/brief.ts";
import { compare } from "../src/report/tables/comparison.ts";
import { testWith, withFolder } from "./needs.ts";

/** Of memgan, then of pca. */
const RUNS = planRuns({ budget: "laptop", methods: ["memgan", "pca"], classes: [0, 1] })
  .filter(({ preprocessing }) => preprocessing === "std");

/** A forecast of these runs, and its clock. */
function forecast(jobs: number, after: number) {
  const clock = { now: 0 };
  return { clock, of: new Forecast(RUNS, jobs, after, () => clock.now) };
}

const sum = (specs: readonly RunSpec[]) => specs.reduce((all, spec) => all + estimate(spec), 0);

Deno.test("cli-estimates: the registry's seconds over the jobs, and figures and report after them", () => {
  assertEquals(forecast(1, 60).of.left(), sum(RUNS) + 60);
  assertEquals(forecast(2, 60).of.left(), sum(RUNS) / 2 + 60);
  // No run is shared.
  assertEquals(forecast(99, 0).of.left(), estimate(RUNS[0]!));
});

Deno.test("cli-estimates: what a finished run took corrects the other runs of its method, and of no other", () => {
  const { clock, of } = forecast(1, 0);
  const [first, second, pca] = [RUNS[0]!, RUNS[1]!, RUNS[2]!];
  of.begin(first);
  clock.now = 3 * estimate(first);
  of.end(first, true);
  assertAlmostEquals(of.ofRun(second), 3 * estimate(second), 1e-6);
  assertEquals(of.ofRun(pca), estimate(pca));
  of.measured(second, estimate(second));
  assertAlmostEquals(of.ofRun(second), 2 * estimate(second), 1e-6);
});

Deno.test("cli-estimates: a run that failed, or that went on from an earlier call's epochs, was not measured", () => {
  const { clock, of } = forecast(1, 0);
  of.begin(RUNS[0]!);
  of.progress(RUNS[0]!, 0.9);
  clock.now = 1;
  of.end(RUNS[0]!, true);
  of.begin(RUNS[1]!);
  of.end(RUNS[1]!, false);
  const third = planRuns({ budget: "laptop", methods: ["memgan"], classes: [2] })[0]!;
  assertEquals(of.ofRun(third), estimate(third));
});

Deno.test("cli-estimates: a run that is slower than was thought is forecast by its own pace", () => {
  const { clock, of } = forecast(1, 0);
  const spec = RUNS[0]!;
  of.begin(spec);
  of.progress(spec, 0);
  clock.now = estimate(spec);
  of.progress(spec, 0.25);
  assertAlmostEquals(of.ofRun(spec), 3 * estimate(spec), 1e-6);
});

Deno.test("cli-estimates: nothing is never left while work goes on", () => {
  const { clock, of } = forecast(1, 40);
  for (const spec of RUNS) of.begin(spec);
  clock.now = 1e6;
  for (const spec of RUNS) of.progress(spec, 1);
  for (const spec of RUNS) assert(of.ofRun(spec) >= 1);
  for (const spec of RUNS) of.end(spec, true);
  assertEquals([of.left(), duration(0)], [40, "1 s"]);
});

Deno.test("cli-estimates: a run that reports nothing is never said to end at once, however long it takes", () => {
  const { clock, of } = forecast(1, 0);
  const pca = RUNS[2]!;
  of.begin(pca);
  clock.now = 10 * estimate(pca);
  assertAlmostEquals(of.ofRun(pca), estimate(pca), 1e-6);
});

Deno.test("cli-estimates: what a figure took last corrects it, and what all took those that were never made", () => {
  const [figure, table, report] = [["Figure 1", 60], ["Table 1", 2], ["the report", 4]].map(([name, seconds]) => ({
    name: String(name),
    seconds: Number(seconds),
  })) as [Timed, Timed, Timed];
  const times = new PartTimes();
  assertEquals(times.ofAll([figure, table, report]), 66);
  times.measured(figure, 180);
  assertEquals([times.of({ ...figure, seconds: 20 }), times.of(report)], [60, 12]);
  times.measured(table, 1);
  assertEquals([times.of(table), times.of(figure), times.of(report)], [1, 180, 4 * 181 / 62]);
  assertEquals(times.left([figure, table], 30), 151);
  // Longer than was thought.
  assertEquals(times.left([figure, table], 300), 31);
});

testWith(
  ["read", "write", "env"],
  "cli-estimates: what figures took is kept for the next call, and a file of nonsense is as none",
  async () => {
    await withFolder(async (folder) => {
      const figure = { name: "Figure 1", seconds: 60 };
      const times = await PartTimes.read(() => folder);
      times.measured(figure, 90);
      await times.keep();
      assertEquals((await PartTimes.read(() => folder)).of(figure), 90);
      for (const text of ["", "{", "null", '{"Figure 1": null}', '{"Figure 1": {"took": "a", "stated": 0}}']) {
        await Deno.writeTextFile(join(folder, "parts.json"), text);
        assertEquals((await PartTimes.read(() => folder)).of(figure), 60, text);
      }
      const none = await PartTimes.read(() => {
        throw new Error("there is no cache");
      });
      assertEquals(none.of(figure), 60);
    });
  },
);

Deno.test("cli-jobs: one a core as far as the memory holds 2.5 GB each, and never none", () => {
  const of = (cores: number, gigabytes: number) => jobsOn({ cores, bytes: gigabytes * 1e9 }, undefined);
  assertEquals([of(8, 64), of(8, 8), of(8, 1)], [{ jobs: 8 }, { jobs: 3 }, { jobs: 1 }]);
});

Deno.test("cli-jobs: more may be asked for, and are warned of in one line", () => {
  assertEquals(jobsOn({ cores: 2, bytes: 10e9 }, 4), { jobs: 4 });
  const { jobs, warning } = jobsOn({ cores: 2, bytes: 8e9 }, 6);
  assertEquals(jobs, 6);
  assertMatch(warning!, /^--jobs 6 may need 15\.0 GB; this machine has 8\.0 GB, enough for 3\. [^\n]+$/);
});

/** What a board writes of a first run that is done, one that fails, and one in progress. */
function written(columns: number | undefined): string[] {
  const texts: string[] = [];
  const live = new Live({ write: (text) => texts.push(text), columns: () => columns });
  const board = boardOf(RUNS, forecast(2, 60).of, live);
  board.begun(RUNS[0]!);
  board.progress(RUNS[0]!, { epochs: 2.5, of: 7 });
  board.begun(RUNS[1]!);
  board.done(RUNS[0]!, 0.9871);
  board.failed(RUNS[1]!, "no space left");
  return texts;
}

Deno.test("cli-progress: on a terminal a line a run in progress, with what is left of it and of all, redrawn in place", () => {
  const [first, second, third, fourth] = written(120);
  const all = `about ${duration(forecast(2, 60).of.left())} left, figures and report included\n`;
  assertEquals(first, `\r\x1b[Jmemgan std class 0 seed 0: begun, about 6 min left\n0 of 4 runs done, ${all}`);
  assertStringIncludes(second!, "\x1b[2A\r\x1b[Jmemgan std class 0 seed 0: epoch 2.5 of 7, about 4 min left\n");
  assertStringIncludes(third!, "memgan std class 1 seed 0: begun");
  assertStringIncludes(
    fourth!,
    "\x1b[3A\r\x1b[Jmemgan std class 0 seed 0: AUROC 98.7\nmemgan std class 1 seed 0: begun, ",
  );
  assertStringIncludes(fourth!, "\n1 of 4 runs done, ");
  const narrow = written(20).flatMap((text) => text.split("\n")).filter((line) => !/AUROC|no space/.test(line));
  // Less what moves the cursor.
  for (const line of narrow) assert(line.split(/\[\d*[AJ]/).at(-1)!.length < 20, line);
});

Deno.test("cli-progress: of hundreds of runs at a time a terminal shows as many as it has lines for", () => {
  const texts: string[] = [];
  const live = new Live({ write: (text) => texts.push(text), columns: () => 120 });
  const runs = Array.from({ length: 30 }, (_, seed): RunSpec => ({ ...RUNS[0]!, seed }));
  const board = boardOf(runs, new Forecast(runs, 100, 0, () => 0), live);
  for (const run of runs) board.begun(run);
  const last = texts.at(-1)!.trimEnd().split("\n");
  assertEquals([last.length, last.at(-2)], [22, "and 10 more"]);
});

Deno.test("cli-progress: what is left goes down while a method says nothing", () => {
  const texts: string[] = [];
  const { clock, of } = forecast(1, 0);
  const board = boardOf(RUNS, of, new Live({ write: (text) => texts.push(text), columns: () => 120 }));
  board.begun(RUNS[0]!);
  clock.now = estimate(RUNS[0]!) - 40;
  board.tick();
  assertStringIncludes(texts.at(-1)!, "memgan std class 0 seed 0: begun, about 40 s left\n");
});

Deno.test("processes-busy: a line says that another process is at a run, which is forecast as one that has not begun", () => {
  const texts: string[] = [];
  const { clock, of } = forecast(1, 0);
  const board = boardOf(RUNS, of, new Live({ write: (text) => texts.push(text), columns: () => undefined }));
  board.begun(RUNS[0]!);
  clock.now = 15;
  board.waits(RUNS[0]!);
  assertEquals(texts, ["memgan std class 0 seed 0: another process is at it; looked at again after the others\n"]);
  assertEquals(of.ofRun(RUNS[0]!), estimate(RUNS[0]!));
});

Deno.test("cli-progress: where there is no terminal, a line when a run has ended and nothing else", () => {
  const failed = `memgan std class 1 seed 0: no space left (run ${hashOf(RUNS[1]!)})\n`;
  assertEquals(written(undefined), ["memgan std class 0 seed 0: AUROC 98.7\n", failed]);
});

Deno.test("cli-progress: variants of a method are told apart by their folders", () => {
  const [spec] = RUNS;
  const variant = { ...spec!, recipe: { ...spec!.recipe, units: 25 } };
  const texts: string[] = [];
  const live = new Live({ write: (text) => texts.push(text), columns: () => undefined });
  boardOf([spec!, variant], forecast(1, 0).of, live).done(variant, 0.5);
  assertEquals(texts, [`memgan std class 0 seed 0 (${hashOf(variant)}): AUROC 50.0\n`]);
});

/** Comparison of runs of pca and ocsvm whose AUROC is their class. */
function brief(classes: readonly number[]): string {
  const specs = planRuns({ budget: "laptop", methods: ["ocsvm", "pca"], classes });
  const runs = specs.map((spec) => {
    const { class: normal, ...of } = spec;
    return {
      spec,
      result: { ...of, class: normal, auroc: normal / 10, seconds: 1, backend: "cpu", arithmetic: 1, run: "" },
    };
  });
  const names = Object.keys(tables.table1.rows);
  const rows = compare(runs, tables.table1, names);
  return briefText({ title: "Table 1", classes: names, runs, rows, paper: tables.table1, budget: "laptop" });
}

Deno.test("cli-summary: a line a method with its mean, ours by preprocessing and the paper's", () => {
  assertEquals(brief([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).split("\n").slice(2), [
    "       gcn-l1   std  paper",
    "ocsvm    45.0  45.0   91.3",
    "pca      45.0  45.0",
  ]);
});

Deno.test("cli-summary: each class that ran where no method has all", () => {
  assertEquals(brief([3, 5]).split("\n").slice(2), [
    "                   3  paper     5  paper",
    "ocsvm (gcn-l1)  30.0   88.1  50.0   77.1",
    "ocsvm (std)     30.0   88.1  50.0   77.1",
    "pca (gcn-l1)    30.0         50.0",
    "pca (std)       30.0         50.0",
  ]);
});
