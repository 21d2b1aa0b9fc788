/** Kept runs made again: which can be, and what is compared. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import type { CompletedRun } from "../src/experiments/completed.ts";
import { completedRuns, keepRuns } from "../src/experiments/completed.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import type { Verified } from "../src/experiments/verification.ts";
import { keptRuns, sampleOf, verified, verifiedText } from "../src/experiments/verification.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { manifestOf, scoresOf, storeRun } from "./stored_run.ts";

const MEAN: RunSpec = { ...smallSpec(1), method: "pixelmean", recipe: {} };

/** A run as a store has it. */
async function completed(spec: RunSpec, given: Parameters<typeof storeRun>[2]): Promise<CompletedRun> {
  let found: CompletedRun | undefined;
  await withFolder(async (root) => {
    await storeRun(root, spec, given);
    [found] = await completedRuns(root);
  });
  return found!;
}

/** What comes of a kept run that is made again. */
async function outcome(
  kept: Parameters<typeof storeRun>[2],
  made: Parameters<typeof storeRun>[2],
  { spec = smallSpec(1), digest = true } = {},
): Promise<Verified & { text: string }> {
  const before = await completed(spec, kept);
  const line: CompletedRun = digest ? before : { ...before, scores_sha256: null };
  const found = verified(line, await completed(spec, made));
  return { ...found, text: verifiedText(line, found) };
}

testWith(["read", "write", "env"], "results-verified: the same conditions want the same bytes", async () => {
  const same = await outcome({ auroc: 0.75 }, { auroc: 0.75 });
  assertEquals([same.outcome, same.because], ["same", []]);
  assertEquals(same.text, `${hashOf(smallSpec(1))} memgan mnist std class 0 seed 0: the same bytes`);
  const other = await outcome({ auroc: 0.75 }, { auroc: 0.751 });
  assertEquals(other.outcome, "differs");
  assertStringIncludes(other.text, "DIFFERS: other bytes under the same conditions; AUROC 0.751, kept is 0.75");
});

testWith(
  ["read", "write", "env"],
  "results-verified: other conditions are named, and AUROC has to be near",
  async () => {
    const elsewhere = manifestOf({ cpu: "another", arithmetic: ARITHMETIC + 1 });
    const near = await outcome({ auroc: 0.75, manifest: elsewhere }, { auroc: 0.769 });
    assertEquals(near.outcome, "near");
    for (
      const part of [
        `by arithmetic ${ARITHMETIC + 1}, and this code has ${ARITHMETIC}`,
        "with cpu another, and here it is a processor",
        "within 0.02",
      ]
    ) assertStringIncludes(near.text, part);
    const far = await outcome({ auroc: 0.75, manifest: elsewhere }, { auroc: 0.771 });
    assertEquals([far.outcome, /DIFFERS: AUROC 0\.771, kept is 0\.75, farther than 0\.02/.test(far.text)], [
      "differs",
      true,
    ]);
    assertEquals((await outcome({ auroc: 0.75, manifest: elsewhere }, { auroc: 0.75 })).outcome, "same");
    const drawsNothing = { spec: MEAN };
    const otherBytes = scoresOf(0.75).replace("0,0,0.25", "0,0,0.125");
    assertEquals(
      (await outcome({ auroc: 0.75, manifest: elsewhere }, { auroc: 0.75, scores: otherBytes }, drawsNothing)).outcome,
      "near",
    );
    assertEquals(
      (await outcome({ auroc: 0.75, manifest: elsewhere }, { auroc: 0.752 }, drawsNothing)).outcome,
      "differs",
    );
  },
);

testWith(
  ["read", "write", "env"],
  "results-verified: without a digest AUROC is compared, and the line says why",
  async () => {
    const { outcome: found, text } = await outcome({ auroc: 0.75 }, { auroc: 0.75 }, { digest: false });
    assertEquals(found, "near");
    assertStringIncludes(text, "bytes cannot be compared (kept without its scores' digest)");
  },
);

testWith(
  ["read", "write", "env"],
  "results-verified: of several lines the one with a digest counts; ablations and old arithmetic are not drawn",
  async () => {
    await withFolder(async (root) => {
      const [store, kept] = [join(root, "store"), join(root, "kept")];
      await Deno.mkdir(kept);
      const old = manifestOf({ arithmetic: ARITHMETIC - 1 });
      await storeRun(store, smallSpec(1), { auroc: 0.5, manifest: old });
      await storeRun(store, smallSpec(2), { auroc: 0.5, manifest: old });
      await keepRuns(join(kept, "a.jsonl"), store, () => true);
      await storeRun(store, smallSpec(3), { auroc: 0.5 });
      await keepRuns(join(kept, "b.jsonl"), store, (spec) => hashOf(spec) === hashOf(smallSpec(3)), { clause: "adam" });
      await Deno.remove(store, { recursive: true });
      await storeRun(store, smallSpec(1), { auroc: 0.75 });
      await keepRuns(join(kept, "c.jsonl"), store, () => true);
      const runs = await keptRuns(kept);
      assertEquals(new Set(runs.keys()), new Set([smallSpec(1), smallSpec(2)].map(hashOf)));
      assertEquals(runs.get(hashOf(smallSpec(1)))!.result.auroc, 0.75);
      assertEquals(sampleOf(runs, 5, 0).map(({ result }) => result.run), [hashOf(smallSpec(1))]);
    });
  },
);
