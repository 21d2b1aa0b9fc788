/** The results that are kept with the sources. */

import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { decode } from "fast-png";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { completedRuns, keepRuns } from "../src/experiments/completed.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { StoreError } from "../src/platform/files.ts";
import { diversity } from "../src/report/image_metrics.ts";
import type { MemoryRow } from "../src/report/tables/memory_units.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { curveOf, scoresOf, storeRun } from "./stored_run.ts";

testWith(
  ["read"],
  "choice-ocsvm-hindsight: on MNIST the greatest γ of the grid wins in all twenty kept runs",
  async () => {
    const runs = (await completedRuns("results/mnist.jsonl")).filter(({ result }) => result.method === "ocsvm-oracle");
    assertEquals(runs.length, 20);
    for (const { metrics, result } of runs) assertEquals(metrics.chosen, { gamma: 1 / 2 }, result.run);
  },
);

/** A complete run with an AUROC, in a store. */
async function stored(root: string, epochs: number, auroc: number): Promise<void> {
  await storeRun(root, smallSpec(epochs), { auroc });
}

testWith(
  ["read", "write", "env"],
  "results-kept: a kept run reads as the store's own, and takes the place of its line when it is kept again",
  async () => {
    await withFolder(async (root) => {
      const file = join(root, "kept.jsonl");
      await stored(root, 1, 0.5);
      await stored(root, 2, 0.75);
      assertEquals(await keepRuns(file, root, () => true), 2);
      const kept = await completedRuns(file);
      assertEquals(kept, await completedRuns(root));
      const digests = [0.75, 0.5].map((auroc) => createHash("sha256").update(scoresOf(auroc)).digest("hex"));
      assertEquals(kept.map(({ scores_sha256 }) => scores_sha256), digests);
      assertEquals(kept.map(({ result, curve }) => [result.auroc, curve]), [[0.75, curveOf(smallSpec(2))], [
        0.5,
        curveOf(smallSpec(1)),
      ]]);
      await Deno.remove(new RunFolder(root, smallSpec(1)).path, { recursive: true });
      await stored(root, 1, 0.625);
      assertEquals(await keepRuns(file, root, ({ recipe }) => recipe["epochs"] === 1, { clause: "choice-norm" }), 3);
      assertEquals(await keepRuns(file, root, () => true), 3);
      const aurocs = (await completedRuns(file)).map(({ result, change }) => [result.auroc, change?.clause]);
      assertEquals(aurocs, [[0.75, undefined], [0.625, undefined], [0.625, "choice-norm"]]);
    });
  },
);

testWith(["read", "write", "env"], "results-kept: a line that is not a run is named", async () => {
  await withFolder(async (root) => {
    const file = join(root, "kept.jsonl");
    await Deno.writeTextFile(file, '{"spec": {}}\n');
    await assertRejects(() => completedRuns(file), StoreError, "line 1 is not a run");
  });
});

testWith(["read"], "fig-1-units: the kept picture shows the units that the kept numbers were measured on", async () => {
  const [rows, svg] = await Promise.all(
    ["fig1.json", "fig1_all.svg"].map((name) => Deno.readTextFile(`results/mnist/${name}`)),
  );
  // The bytes of an image may spell anything.
  assertEquals(svg!.replaceAll(/base64,[^"]+/g, "").match(/undefined|NaN/g), null);
  const grids = [...svg!.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, png]) =>
    decode(Uint8Array.fromBase64(png!))
  );
  for (const [i, { count, units }] of (JSON.parse(rows!) as MemoryRow[]).entries()) {
    const { width, channels, data } = grids[i]!;
    const pixels = Float32Array.from({ length: count * 784 }, (_, at) => {
      const [unit, j] = [Math.floor(at / 784), at % 784];
      const [x, y] = [unit % 10 * 30 + j % 28, Math.floor(unit / 10) * 30 + Math.floor(j / 28)];
      return data[(y * width + x) * channels]!;
    });
    // Neither the contrast nor the brightness of an image counts, and a grey of 256 rounds little.
    const shown = diversity({ count, height: 28, width: 28, channels: 1, pixels });
    assertAlmostEquals(shown, units.diversity, 0.01, `memory ${i}`);
  }
});
