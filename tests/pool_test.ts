/** The pool and its workers: two calls on one store, what ends a worker, and what does not take a pool down. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { planRuns } from "../src/experiments/budgets.ts";
import { messageOf, runAll } from "../src/experiments/pool.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { startScript } from "../src/platform/children.ts";
import { NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

/** Two runs of the mean image. */
const RUNS = planRuns({ budget: "laptop", methods: ["pixelmean"], classes: [0, 1] })
  .filter(({ preprocessing }) => preprocessing === "std");

testWith(
  NEEDS,
  "processes-busy: a run that another process is at comes after the others, and is done if that leaves it",
  async () => {
    await withFolder(async (root) => {
      const [first, second] = RUNS as [typeof RUNS[0], typeof RUNS[0]];
      const other = new RunFolder(root, first);
      await other.open();
      assertEquals([await other.isBusy(), await new RunFolder(root, second).isBusy()], [true, false]);
      const told: string[] = [];
      const tell = (what: string) => (spec: typeof first) => void told.push(`${what} ${spec === first ? 1 : 2}`);
      const watch = {
        begun: tell("begun"),
        progress: tell("progress"),
        said: tell("said"),
        failed: tell("failed"),
        waits: tell("waits"),
      };
      // Who waits for it first would do so for ever.
      const late = setTimeout(() => other.close(), 60_000);
      const failures = await runAll(RUNS, {
        ...{ root, backend: "cpu" as const, data: undefined, commit: undefined, jobs: 1 },
        watch: {
          ...watch,
          done(spec) {
            tell("done")(spec);
            if (spec === second) setTimeout(() => other.close(), 1500);
          },
        },
      });
      clearTimeout(late);
      assertEquals([failures, told], [0, ["waits 1", "begun 2", "done 2", "begun 1", "done 1"]]);
      assertEquals([await other.isBusy(), await other.isDone()], [false, true]);
    });
  },
);

testWith(NEEDS, "processes-busy: two calls on one store at once both end with the table", async () => {
  await withFolder(async (folder) => {
    const args = ["--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5", "--jobs", "1", "--out", folder];
    const both = await Promise.all([run("reproduce", ...args), run("reproduce", ...args)]);
    for (const { code, stdout, stderr } of both) {
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, "pixelmean (std)  74.5");
      assertEquals(stderr.match(/AUROC/g)?.length, 2, stderr);
    }
  });
});

Deno.test("processes-end: a line of a worker that is none of its messages is something said, and ends nothing", () => {
  for (const line of ["terminate called", "", "null", "42", '"auroc"', '{"auroc": "high"}', '{"progress": {}}', "[]"]) {
    assertEquals(messageOf(line), { said: line });
  }
  assertEquals(messageOf('{"auroc":0.5}'), { auroc: 0.5 });
});

const WORKER = fromFileUrl(import.meta.resolve("../src/experiments/worker.ts"));

testWith(NEEDS, "processes-end: a worker whose input ends before its order ends", async () => {
  const worker = startScript(WORKER);
  const writer = worker.stdin.getWriter();
  await writer.write(new TextEncoder().encode('{"spec": '));
  await writer.close();
  const late = setTimeout(() => worker.kill("SIGKILL"), 60_000);
  const { code, signal } = await worker.output();
  clearTimeout(late);
  assertEquals([code, signal], [1, null]);
});

testWith(
  NEEDS,
  "processes-end: a Ctrl-C that reaches a worker does not end its run: that is its parent's matter",
  async () => {
    await withFolder(async (root) => {
      const spec = RUNS[0]!;
      const worker = startScript(WORKER);
      const writer = worker.stdin.getWriter();
      await writer.write(new TextEncoder().encode(JSON.stringify({ spec, root, backend: "cpu" }) + "\n"));
      const outcome = worker.output();
      const lock = new RunFolder(root, spec).file("lock");
      for (const late = performance.now() + 60_000; !await Deno.stat(lock).then(() => true, () => false);) {
        assert(performance.now() < late, "it does not begin");
        await new Promise((wake) => setTimeout(wake, 10));
      }
      worker.kill("SIGINT");
      const { code, signal, stdout } = await outcome;
      await writer.close().catch(() => {});
      assertEquals([code, signal], [0, null]);
      assertMatch(new TextDecoder().decode(stdout), /"auroc":0\.\d+/);
    });
  },
);
