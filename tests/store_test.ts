/** The store: what is in it is whole, and a run that was killed ends as if it had not been. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import fc from "fast-check";
import { hashOf, RUN_SPEC } from "../src/experiments/run_spec.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/experiments/safetensors.ts";
import { completedRuns } from "../src/experiments/completed.ts";
import { BusyError, RunFolder } from "../src/experiments/store.ts";
import { StoreError, writeWhole } from "../src/platform/files.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { manifestOf, storeRun } from "./stored_run.ts";

Deno.test("weights-safetensors: arrays and texts come back as they were", () => {
  const array = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }).map((shape) => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 7),
  }));
  const name = fc.string({ minLength: 1 }).filter((text) => text !== "__metadata__" && text !== "__proto__");
  fc.assert(fc.property(fc.dictionary(name, array, { noNullPrototype: true }), fc.string(), (arrays, text) => {
    assertEquals(decodeSafetensors("x", encodeSafetensors(arrays, { text })), { arrays, metadata: { text } });
  }));
});

Deno.test("weights-safetensors: a file cut short anywhere is refused", () => {
  const bytes = encodeSafetensors({ memory: { shape: [2], values: new Float32Array([1, 2]) } });
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeSafetensors("cut", bytes.subarray(0, length)), RangeError, 'Cannot read "cut"');
  }
});

Deno.test("run-spec: the same run has the same name whatever the order of its keys, another has another", () => {
  const spec = smallSpec(3);
  const turned = RUN_SPEC.parse(Object.fromEntries(Object.entries(spec).reverse()));
  assertEquals(hashOf(turned), hashOf(spec));
  assertMatch(hashOf(spec), /^[0-9a-f]{16}$/);
  for (const other of [{ ...spec, seed: 1 }, { ...spec, class: 1 }, { ...spec, evaluate: "validation" as const }]) {
    assertNotEquals(hashOf(other), hashOf(spec));
  }
  assertNotEquals(hashOf(smallSpec(4)), hashOf(spec));
});

testWith(["read"], "run-spec: stored runs have the names that they would be looked for under today", async () => {
  const root = fromFileUrl(import.meta.resolve("../results/mnist.jsonl"));
  const runs = await completedRuns(root);
  assert(runs.length > 0);
  for (const { spec, result } of runs) assertEquals(hashOf(spec), result.run);
});

Deno.test("run-spec: an unknown key, class, method or preprocessing is refused", () => {
  const spec = smallSpec(3);
  for (const wrong of [{ momentum: 1 }, { class: 10 }, { method: "magic" }, { preprocessing: "zca" }, { seed: 0.5 }]) {
    assert(!RUN_SPEC.safeParse({ ...spec, ...wrong }).success, JSON.stringify(wrong));
  }
});

testWith(
  ["read", "write", "env"],
  "store-whole-files: a run is in it when its metrics are, and not before",
  async () => {
    await withFolder(async (root) => {
      const folder = new RunFolder(root, smallSpec(1));
      const { arithmetic: _unknown, ...manifest } = manifestOf();
      assertEquals(await completedRuns(root), []);
      await folder.open();
      await folder.close();
      assertEquals([await folder.isDone(), await completedRuns(root)], [false, []]);
      await storeRun(root, smallSpec(1), { manifest });
      assertEquals(await folder.isDone(), true);
      const [run] = await completedRuns(root);
      assertEquals(run!.result, {
        dataset: "mnist",
        protocol: "official",
        class: 0,
        method: "memgan",
        seed: 0,
        auroc: 0.75,
        seconds: 2,
        backend: "native",
        preprocessing: "std",
        // What does not say it was made by the first.
        arithmetic: 1,
        run: folder.hash,
      });
      assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
        "curve.csv",
        "manifest.json",
        "metrics.json",
        "scores.csv",
        "spec.json",
        "weights.safetensors",
      ]);
    });
  },
);

testWith(
  ["read", "write", "env"],
  "store-whole-files: two processes cannot be at the same run, and half-written files go",
  async () => {
    await withFolder(async (root) => {
      const folder = new RunFolder(root, smallSpec(1));
      await Deno.mkdir(folder.path, { recursive: true });
      // A lock that a killed process left behind holds nobody up.
      await Deno.writeTextFile(folder.file("lock"), "");
      await Deno.writeTextFile(folder.file("scores.csv.part-1"), "index,la");
      await folder.open();
      assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["lock", "spec.json"]);
      const other = new RunFolder(root, smallSpec(1));
      const waiting = other.open(0);
      await assertRejects(() => waiting, BusyError, `Cannot start run ${folder.hash}: another process is at it`);
      const patient = other.open();
      await folder.close();
      await patient;
      await other.close();
    });
  },
);

testWith(
  ["read", "write", "env"],
  "store-whole-files: a file that cannot be written leaves the old one as it was",
  async () => {
    await withFolder(async (root) => {
      const path = join(root, "metrics.json");
      await writeWhole(path, "old");
      await assertRejects(() => writeWhole(join(path, "below"), "new"), StoreError, "Cannot write");
      assertEquals(await Deno.readTextFile(path), "old");
    });
  },
);

const ROOT = fromFileUrl(import.meta.resolve("../"));
const NO_FULL_DISK = { absent: "there is no /dev/full" };

testWith(
  ["read", "write", "env", "run", ...(Deno.build.os === "linux" ? [] : [NO_FULL_DISK])],
  "store-whole-files: on a full disk the file that was there stays, and nothing half-written",
  async () => {
    await withFolder(async (root) => {
      const path = join(root, "curve.csv");
      await writeWhole(path, "whole");
      // What is being written lies under this name, here a device that never has any space; tests may not open it themselves.
      const module = (name: string) => JSON.stringify(import.meta.resolve(`../src/platform/${name}.ts`));
      const code = `const { writeWhole } = await import(${module("files")});
        const { partOf } = await import(${module("host")});
        const path = ${JSON.stringify(path)};
        await Deno.symlink("/dev/full", partOf(path));
        await writeWhole(path, "more").catch((error) => console.log(error.name + ": " + error.message));`;
      const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], cwd: ROOT }).output();
      const says = new TextDecoder().decode(stdout);
      assertStringIncludes(says, `StoreError: Cannot write "${path}": No space left on device`);
      assertEquals(await Deno.readTextFile(path), "whole");
      assertEquals([...Deno.readDirSync(root)].length, 1);
    });
  },
);

/** Starts `small_run.ts`. */
function start(root: string, epochs: number, learningRate?: number): Deno.ChildProcess {
  const args = [root, String(epochs), ...(learningRate === undefined ? [] : [String(learningRate)])];
  const script = fromFileUrl(import.meta.resolve("./small_run.ts"));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, ...args],
    stdout: "null",
    stderr: "piped",
  })
    .spawn();
}

testWith(
  ["read", "write", "env", "run", "native"],
  "run-resume: a run killed with -9 ends bit-identical to an uninterrupted one, and two runs are bit-identical",
  async () => {
    await withFolder(async (root) => {
      const [whole, again, killed] = ["whole", "again", "killed"].map((name) => join(root, name));
      for (const each of [whole!, again!]) assert((await start(each, 4).output()).success);
      const folder = new RunFolder(killed!, smallSpec(4));
      const victim = start(killed!, 4);
      while (await folder.checkpoint() === undefined) await new Promise((wake) => setTimeout(wake, 2));
      victim.kill("SIGKILL");
      await victim.output();
      assertEquals(await folder.isDone(), false, "it was killed too late for this test to mean anything");
      assert((await start(killed!, 4).output()).success);
      for (const file of ["scores.csv", "curve.csv", "weights.safetensors", "metrics.json", "spec.json"]) {
        const [a, b, c] = [whole, again, killed].map((each) =>
          Deno.readFileSync(new RunFolder(each!, folder.spec).file(file))
        );
        assertEquals(b, a, `two runs differ in ${file}`);
        assertEquals(c, a, `the killed run differs in ${file}`);
      }
      assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
        "curve.csv",
        "manifest.json",
        "metrics.json",
        "scores.csv",
        "spec.json",
        "weights.safetensors",
      ]);
      const curve = (await folder.readText("curve.csv"))!.trimEnd().split("\n");
      assertEquals(curve.map((line) => line.split(",")[0]), ["epoch", "1", "2", "3", "4"]);
      const scores = (await folder.readText("scores.csv"))!.trimEnd().split("\n");
      assertEquals([scores.length, scores[0]], [21, "index,label,score"]);
    });
  },
);

testWith(
  ["read", "write", "env", "run", "native"],
  "run-non-finite: a loss that is not finite stops it with the step, the term and where the checkpoint is",
  async () => {
    await withFolder(async (root) => {
      const { success, stderr } = await start(root, 3, 1e30).output();
      assertEquals(success, false);
      assertMatch(
        new TextDecoder().decode(stderr),
        /Cannot go on training: the loss term "[^"]+" is (NaN|-?Infinity) at step \d+; (no epoch was done|the checkpoint of)/,
      );
      assertEquals(await new RunFolder(root, smallSpec(3, 1e30)).isDone(), false);
    });
  },
);
