/** The published protocol of OC-SVM: labels of a tenth of the test images choose γ, the other nine tenths are reported. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { Images } from "../src/data/images.ts";
import type { Undecided } from "../src/detectors/detector.ts";
import { createOcsvmOracle } from "../src/detectors/ocsvm_oracle.ts";
import { OCSVM_ORACLE } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { chooseByTestLabels } from "../src/experiments/oracle_choice.ts";
import { doRun } from "../src/experiments/run.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { testWith } from "./needs.ts";

const COUNT = 100;

/** Images of one pixel: their own index. */
const images: Images = {
  count: COUNT,
  height: 1,
  width: 1,
  channels: 1,
  pixels: Float32Array.from({ length: COUNT }, (_, i) => i),
};
const indices = Uint32Array.from({ length: COUNT }, (_, i) => i);

/** Scores an image by its place in one of some rankings. */
function ranking(...scores: ((index: number) => number)[]): Undecided {
  let chosen = -1;
  return {
    method: "ranking",
    epochs: 0,
    candidates: scores.map((_, which) => ({ which })),
    choose: (index) => void (chosen = index),
    fit: () => Promise.resolve(),
    score: ({ pixels }) => Promise.resolve(pixels.map((index) => scores[chosen]!(index))),
    save: () => Promise.resolve({}),
    load() {},
    dispose() {},
  };
}

Deno.test("choice-ocsvm-hindsight: the labels of a random tenth choose, and that tenth is not reported", async () => {
  const odd = Uint8Array.from(indices, (i) => i % 2);
  const { rest } = await chooseByTestLabels(ranking((i) => i), { images, labels: odd, indices }, 0);
  assertEquals(rest.labels.length, 90);
  assertEquals([...rest.indices], [...rest.images.pixels], "an image keeps its place in the official order");
  const reported = new Set(rest.indices);
  const deciding = [...indices].filter((i) => !reported.has(i));

  // The first ranking is right on the deciding tenth alone, the second everywhere else.
  const labels = Uint8Array.from(indices, (i) => reported.has(i) ? i % 2 : deciding.indexOf(i) % 2);
  const right = (i: number) => labels[i]!;
  const detector = ranking(
    (i) => reported.has(i) ? -right(i) : right(i),
    (i) => reported.has(i) ? right(i) : -right(i),
  );
  const choice = await chooseByTestLabels(detector, { images, labels, indices }, 0);
  assertEquals(choice.candidate, { which: 0 });
  assertEquals(auroc(await detector.score(choice.rest.images), choice.rest.labels), 0);

  const other = await chooseByTestLabels(detector, { images, labels, indices }, 1);
  assert(String(other.rest.indices) !== String(rest.indices), "another seed draws another tenth");
});

Deno.test("choice-ocsvm-hindsight: of γs with the same AUROC the smallest is taken", async () => {
  const labels = Uint8Array.from(indices, (i) => i % 2);
  const [wrong, right] = [(i: number) => -labels[i]!, (i: number) => labels[i]!];
  const { candidate } = await chooseByTestLabels(ranking(wrong, right, right, wrong), { images, labels, indices }, 0);
  assertEquals(candidate, { which: 1 });
  const { candidates } = createOcsvmOracle(OCSVM_ORACLE.mnist);
  assertEquals(
    candidates,
    Array.from({ length: 10 }, (_, i) => ({ gamma: 2 ** (i - 10) })),
    "the smallest comes first",
  );
});

Deno.test("choice-ocsvm-hindsight: there is no score before γ is chosen", async () => {
  const detector = createOcsvmOracle({ ...OCSVM_ORACLE.mnist, from: -2 });
  const pixels = seededRng(0, "images").uniforms(20 * 16);
  const some = { count: 20, height: 4, width: 4, channels: 1, pixels };
  await detector.fit({ role: "normal-train", images: some });
  await assertRejects(async () => await detector.score(some), Error, "γ is not chosen yet");
  assertEquals(detector.candidates, [{ gamma: 0.25 }, { gamma: 0.5 }]);
  detector.choose(1);
  const scores = await detector.score(some);
  const loaded = createOcsvmOracle(OCSVM_ORACLE.mnist);
  loaded.load(await detector.save());
  // What is saved is float32.
  (await loaded.score(some)).forEach((score, i) => assert(Math.abs(score - scores[i]!) < 1e-4));
});

testWith(
  ["read", "write"],
  "choice-ocsvm-hindsight: a run says which γ the labels chose, and scores nine tenths",
  async () => {
    const backend = await startBackend({ only: "cpu" });
    const root = await Deno.makeTempDir();
    try {
      const part = (name: string, count: number) => {
        const rng = seededRng(0, name);
        const classes = Uint8Array.from({ length: count }, (_, i) => i % 2);
        const pixels = Float32Array.from(
          { length: count * 784 },
          (_, i) => rng.uniform() * (1 + classes[Math.floor(i / 784)]!),
        );
        return { images: { count, height: 28, width: 28, channels: 1, pixels }, classes };
      };
      const recipe = { ...OCSVM_ORACLE.mnist, from: -3 };
      const common = { dataset: "mnist", protocol: "official", evaluate: "test", class: 0, seed: 0 } as const;
      const spec = { method: "ocsvm-oracle", ...common, preprocessing: "none", recipe } as const;
      const data = { train: part("train", 60), test: part("test", 100), files: {} };
      await doRun(spec, { root, load: () => Promise.resolve(data), backend, commit: undefined });
      const folder = new RunFolder(root, spec);
      const { chosen, auroc: reported } = JSON.parse(await Deno.readTextFile(join(folder.path, "metrics.json")));
      assert([2 ** -3, 2 ** -2, 2 ** -1].includes(chosen.gamma), `γ = ${chosen.gamma}`);
      assert(reported > 0.9, `AUROC ${reported}`);
      assertEquals((await Deno.readTextFile(join(folder.path, "scores.csv"))).trimEnd().split("\n").length, 91);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);
