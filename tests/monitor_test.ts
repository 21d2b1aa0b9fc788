/** The monitor of a run: when it looks, at what, and that nothing hangs on it. */

import { assertEquals, assertNotEquals } from "@std/assert";
import type { Dataset } from "../src/data/dataset.ts";
import { ADGAN } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import { chosen, pick, prepareData } from "../src/experiments/prepare.ts";
import { doRun } from "../src/experiments/run.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { decodeSafetensors } from "../src/experiments/safetensors.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { testWith, withFolder } from "./needs.ts";
import { drawnPart, smallSpec } from "./small_run.ts";

testWith(
  ["read", "write", "env", "native"],
  "run-monitor: an AUROC of a random thousand at ten epochs or fewer, and the last epoch is reported whatever it says",
  async () => {
    const backend = await startBackend({ only: "native" });
    const data: Dataset = { train: drawnPart("train", 40), test: drawnPart("test", 1100), files: {} };
    const load = () => Promise.resolve(data);
    await withFolder(async (root) => {
      const looks = async (spec: RunSpec) => {
        await doRun(spec, { root, load, backend, commit: undefined });
        const [head, ...lines] = (await new RunFolder(root, spec).readText("curve.csv"))!.trimEnd().split("\n");
        assertEquals(head!.split(",").at(-1), "auroc_monitor");
        return lines.map((line) => line.split(",").at(-1)!);
      };
      const looked = (values: readonly string[]) => values.flatMap((value, i) => value === "" ? [] : [i + 1]);
      assertEquals(looked(await looks(smallSpec(3))), [1, 2, 3]);
      const recipe = { ...ADGAN.mnist, latent: 2, epochs: 1, batch: 20, inversionSteps: 1 };
      assertEquals(await looks({ ...smallSpec(1), method: "adgan", recipe, subset: 20 }), [""], "a search an image");
      const spec = smallSpec(12);
      const monitored = await looks(spec);
      assertEquals(looked(monitored), [2, 4, 6, 8, 10, 12]);

      const folder = new RunFolder(root, spec);
      const detector = await REGISTRY[spec.method].create(spec.recipe, spec.seed, data.test.images);
      const weights = await Deno.readFile(folder.file("weights.safetensors"));
      detector.load(decodeSafetensors("weights", weights).arrays);
      const { evaluated } = prepareData(spec, data);
      const of = async ({ images, labels }: typeof evaluated) => auroc(await detector.score(images), labels);
      const thousand = chosen(1100, 1000);
      assertNotEquals([...thousand], [...thousand.keys()], "not the first thousand");
      assertEquals(Number(monitored.at(-1)), await of(pick(evaluated, thousand)));
      assertEquals(JSON.parse((await folder.readText("metrics.json"))!).auroc, await of(evaluated));
    });
  },
);
