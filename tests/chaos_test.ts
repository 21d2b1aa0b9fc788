/** Files of a store that went bad: each is noticed, in a line that names it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { seededRng } from "../src/engine/random.ts";
import { completedRuns, keepRuns } from "../src/experiments/completed.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { corruptionsOf, SAME_JSON } from "./chaos/corruptions.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { scoresOf, storeRun } from "./stored_run.ts";

/** A run that trained, and one whose choice labels made. */
const SPECS: readonly RunSpec[] = [
  smallSpec(2),
  {
    ...smallSpec(1),
    method: "ocsvm-oracle",
    preprocessing: "none",
    recipe: { variance: 0.95, nu: 0.1, from: -7, to: -1 },
  },
];

const FILES = ["metrics.json", "spec.json", "manifest.json", "curve.csv", "scores.csv", "weights.safetensors"];

/** What the process says on standard error meanwhile. */
async function said(act: () => Promise<unknown>): Promise<string[]> {
  const [lines, own] = [[] as string[], console.error];
  console.error = (line: string) => lines.push(line);
  try {
    await act();
  } finally {
    console.error = own;
  }
  return lines;
}

testWith(
  ["read", "write", "env"],
  "store-truth: no corrupt file passes for a run, and each is named in one line",
  async () => {
    await withFolder(async (parent) => {
      const rng = seededRng(0, "corruptions");
      let tried = 0;
      for (const spec of SPECS) {
        for (const file of FILES.filter((file) => file !== "curve.csv" || spec === SPECS[0])) {
          for (const { kind, corrupt } of corruptionsOf(file)) {
            // A line is said once: each gets a store of its own.
            const root = join(parent, String(tried++));
            const folder = await storeRun(root, spec);
            const good = await completedRuns(root);
            assertEquals([good.length, await folder.isDone()], [1, true]);
            const bad = corrupt(await Deno.readFile(folder.file(file)), rng);
            await (bad === undefined ? Deno.remove(folder.file(file)) : Deno.writeFile(folder.file(file), bad));
            const what = `${file}: ${kind}`;
            let isDone = false;
            const lines = await said(async () => {
              const runs = await completedRuns(root);
              isDone = await folder.isDone();
              // Some changes are none: of white space, or a value that was there before.
              assertEquals(runs, isDone ? good : [], what);
            });
            // Without its metrics a run is not complete.
            const isUnfinished = file === "metrics.json" && bad === undefined;
            assertEquals(lines.length, isDone || isUnfinished ? 0 : 1, `${what}: ${lines}`);
            for (const line of lines) {
              const named = new RegExp(
                `^run ${folder.hash} is left out: Cannot read "${folder.path}/[a-z]+\\.[a-z]+": .+`,
              );
              assertMatch(line, named);
              assert(!/\p{Cc}/u.test(line), what);
            }
          }
        }
      }
      assert(tried >= 150, `${tried}`);
    });
  },
);

testWith(
  ["read", "write", "env"],
  "store-truth: a wrong AUROC, a foreign spec and missing scores are named with what is wanted",
  async () => {
    const cases: [file: string, content: string | undefined, message: RegExp][] = [
      ["metrics.json", '{"auroc": 99}', /metrics\.json": auroc is 99 \(Too big/],
      ["metrics.json", '{"auroc": null}', /metrics\.json": auroc is null \(Invalid input: expected number/],
      ["metrics.json", "{}", /metrics\.json": auroc is missing \(/],
      ["metrics.json", "", /metrics\.json": it is empty$/],
      ["metrics.json", '{"auroc": 0.5}', /scores\.csv": it has 1001 scores, the run 10000 images$/],
      [
        "spec.json",
        JSON.stringify(smallSpec(7)),
        /spec\.json": it is the spec of run [0-9a-f]{16}, that of [0-9a-f]{16} is wanted$/,
      ],
      ["scores.csv", undefined, /scores\.csv": the file is missing$/],
      ["scores.csv", scoresOf(0.25), /scores\.csv": its SHA-256 is [0-9a-f]{64}, metrics\.json says [0-9a-f]{64}$/],
      ["manifest.json", undefined, /manifest\.json": the file is missing$/],
      ["weights.safetensors", undefined, /weights\.safetensors": the file is missing$/],
    ];
    for (const [file, content, message] of cases) {
      await withFolder(async (root) => {
        const folder = await storeRun(root, smallSpec(2));
        await (content === undefined ? Deno.remove(folder.file(file)) : Deno.writeTextFile(folder.file(file), content));
        const [line, ...more] = await said(async () => assertEquals(await completedRuns(root), []));
        assertMatch(line!, message);
        assertEquals(more, []);
      });
    }
  },
);

testWith(
  ["read", "write", "env"],
  "store-truth: of a run without digests the scores must have the AUROC and the count",
  async () => {
    await withFolder(async (root) => {
      const folder = await storeRun(root, { ...smallSpec(2), subset: 1001 });
      const write = (auroc: number) => Deno.writeTextFile(folder.file("metrics.json"), JSON.stringify({ auroc }));
      await write(0.75);
      assertEquals(await folder.isDone(), true);
      await write(0.751);
      assertEquals(await folder.isDone(), false);
    });
  },
);

testWith(["read", "write", "env"], "store-truth: a JSON with a byte order mark at its head is read", async () => {
  await withFolder(async (root) => {
    const folder = await storeRun(root, smallSpec(2));
    for (const file of ["metrics.json", "spec.json", "manifest.json"]) {
      const path = folder.file(file);
      await Deno.writeFile(path, SAME_JSON.corrupt(await Deno.readFile(path), seededRng(0, "none"))!);
    }
    assertEquals((await completedRuns(root)).length, 1);
  });
});

testWith(["read", "write", "env"], "store-truth: what is no run's folder is named and passed over", async () => {
  await withFolder(async (root) => {
    await storeRun(root, smallSpec(2));
    await Deno.writeTextFile(join(root, "runs", "notes.txt"), "mine");
    await Deno.writeTextFile(join(root, "runs", ".DS_Store"), "");
    await Deno.mkdir(join(root, "runs", "old"));
    const lines = await said(async () => assertEquals((await completedRuns(root)).length, 1));
    assertEquals(
      lines.sort(),
      ["notes.txt", "old"].map((name) => `"${join(root, "runs", name)}" is left out: it is not the folder of a run`),
    );
  });
});

testWith(
  ["read", "write", "env"],
  "store-truth: who opens a run that does not hold finds it set aside, whole",
  async () => {
    await withFolder(async (root) => {
      const folder = await storeRun(root, smallSpec(2));
      await Deno.writeTextFile(folder.file("metrics.json"), "\0\0");
      for (const count of [1, 2]) {
        const again = new RunFolder(root, smallSpec(2));
        const lines: string[] = [];
        await again.open(undefined, (line) => lines.push(line));
        await again.close();
        const aside = join(root, "set-aside", `${folder.hash}-${count}`);
        assertMatch(
          lines.join("|"),
          /^starts over; what was there is set aside in "[^"]+": Cannot read "[^"]+metrics.json": it is not JSON \([^|]+$/,
        );
        assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["spec.json"]);
        assertEquals(await Deno.readTextFile(join(aside, "metrics.json")), "\0\0");
        assertEquals([...Deno.readDirSync(aside)].length, count === 1 ? 6 : 2);
        await Deno.writeTextFile(folder.file("metrics.json"), "\0\0");
      }
    });
  },
);

testWith(["read", "write", "env"], "store-truth: a file in place of a run's folder is set aside", async () => {
  await withFolder(async (root) => {
    const folder = new RunFolder(root, smallSpec(1));
    await Deno.mkdir(join(root, "runs"));
    await Deno.writeTextFile(folder.path, "mine");
    await folder.open();
    await folder.close();
    assertEquals(await Deno.readTextFile(join(root, "set-aside", `${folder.hash}-1`, folder.hash)), "mine");
  });
});

testWith(["read", "write", "env"], "results-kept: a kept run is read through the same schemas", async () => {
  await withFolder(async (root) => {
    const file = join(root, "kept.jsonl");
    await storeRun(root, smallSpec(2));
    await keepRuns(file, root, () => true);
    const line = await Deno.readTextFile(file);
    for (
      const [from, to] of [['"auroc":0.75', '"auroc":99'], ['"seconds":2', '"seconds":1e999'], ["\\n2,", "\\n3,"], [
        '"commit":null',
        '"commit":"<b>"',
      ]] as const
    ) {
      assert(line.includes(from), from);
      await Deno.writeTextFile(file, line.replace(from, to));
      const error = await completedRuns(file).then(() => undefined, (error) => error);
      assertMatch(error.message, /^Cannot read "[^"]+kept.jsonl": line 1 is no run \(/, from);
    }
  });
});
