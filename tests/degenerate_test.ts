/** One training image, equal ones, and fewer directions than components: scores stay finite, and scikit-learn's where it has any. */

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Images } from "../src/data/images.ts";
import { fitPreprocessing, PREPROCESSINGS } from "../src/data/preprocess.ts";
import { solveOneClass } from "../src/detectors/classical/one_class_svm.ts";
import { construct } from "../src/detectors/create.ts";
import type { Undecided } from "../src/detectors/detector.ts";
import { isolationForest } from "../src/detectors/iforest.ts";
import { kernelDensity } from "../src/detectors/kde.ts";
import { scaleOf, supportVectorMachine } from "../src/detectors/ocsvm.ts";
import { createPca } from "../src/detectors/pca.ts";
import { IFOREST, KDE } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/degenerate.json" with { type: "json" };
import { smallRecipe, TRAINED } from "./small_recipes.ts";
import { squareImages } from "./square_images.ts";

const SHAPE = { height: 28, width: 28, channels: 1 };
const flat = (count: number, value: number): Images => ({
  ...SHAPE,
  count,
  pixels: new Float32Array(count * 784).fill(value),
});

/** Training images that vary in few directions or in none. */
const FEW: Readonly<Record<string, Images>> = {
  "one image": squareImages(1),
  "one black image": flat(1, 0),
  "equal images": flat(5, 0.25),
  "two images": squareImages(2),
};

const CLASSICAL = ["ocsvm", "ocsvm-oracle", "kde", "iforest", "pixelmean", "pca"] as const;

for (const [backend, needs] of [["cpu", []], ["wasm", ["read"]], ["native", ["native"]]] as const) {
  testWith(
    needs,
    `detector-degenerate: classical scores are finite on ${backend}, and what is saved scores the same`,
    async () => {
      await startBackend({ only: backend });
      for (const method of CLASSICAL) {
        for (const [what, images] of Object.entries(FEW)) {
          const fitted = construct(method, smallRecipe(method), 0, SHAPE);
          await fitted.fit({ role: "normal-train", images });
          if (method === "ocsvm-oracle") (fitted as Undecided).choose(0);
          const other = { ...squareImages(3, "other"), count: 3 };
          const scores = [...await fitted.score(images), ...await fitted.score(other)];
          assert(scores.every(Number.isFinite), `${method} of ${what}: ${scores}`);
          if (method === "iforest" && what !== "two images") {
            scores.forEach((score) => assertAlmostEquals(score, 0.5, 1e-7));
          }
          if (method === "ocsvm-oracle") continue;
          const loaded = construct(method, smallRecipe(method), 0, SHAPE);
          loaded.load(await fitted.save());
          // Saved in float32.
          (await loaded.score(other)).forEach((score, i) => assertAlmostEquals(score, scores[images.count + i]!, 1e-4));
        }
      }
    },
  );
}

Deno.test("detector-degenerate: equal points, one or several, score as by scikit-learn", () => {
  for (const { count, width, ocsvm, kde, iforest } of oracle) {
    const rows = { count, width, values: new Float32Array(count * width).fill(1) };
    const asked = { count: 2, width, values: new Float32Array(2 * width).fill(1).fill(2, width) };
    const machine = supportVectorMachine(0.1, scaleOf);
    const density = kernelDensity({ ...KDE.mnist, from: 0, to: 0 });
    const forest = isolationForest(IFOREST.mnist, 0);
    for (const [model, wanted] of [[machine, ocsvm], [density, kde], [forest, iforest]] as const) {
      model.fit(rows);
      model.score(asked).forEach((score, i) => assertAlmostEquals(score, wanted[i]!, 1e-5));
    }
  }
});

Deno.test("detector-degenerate: at ν = 1 every point is a support vector, and the boundary goes through the innermost", () => {
  const x = [0, 1, 3];
  const K = x.map((a) => Float32Array.from(x, (b) => Math.exp(-((a - b) ** 2))));
  const { alpha, rho } = solveOneClass(3, (i) => K[i]!, 1);
  assertEquals([...alpha], [1, 1, 1]);
  assertAlmostEquals(rho, Math.exp(-1) + 1 + Math.exp(-4), 1e-6);
});

for (const [backend, needs] of [["cpu", []], ["native", ["native"]]] as const) {
  testWith(
    needs,
    `detector-degenerate: components along which no image varies are dropped, on ${backend}`,
    async () => {
      await startBackend({ only: backend });
      // Sixteen pixels, or so many that few directions are searched for; three of them vary.
      for (const width of [16, 400]) {
        const rng = seededRng(0, "few");
        const pixels = new Float32Array(20 * width).map((_, i) => i % width < 3 ? rng.normal() : 0.5);
        const images = { count: 20, height: 1, width, channels: 1, pixels };
        for (const components of [3, 10, 1000]) {
          const pca = createPca(components);
          await pca.fit({ role: "normal-train", images });
          assertEquals((await pca.save())["components"]!.shape, [3, width]);
          // What never varied is anomalous to its full extent: 2 along one of the other axes.
          const across = { ...images, count: 1, pixels: pixels.slice(0, width) };
          across.pixels[10]! += 2;
          assertAlmostEquals((await pca.score(across))[0]!, 2, 1e-3);
        }
      }
    },
  );
}

testWith(["native"], "detector-degenerate: images too bright for float32 are refused, not scored alike", async () => {
  await startBackend({ only: "native" });
  const images = squareImages(4);
  const bright = { ...images, pixels: images.pixels.map((value) => value * 1e20) };
  for (const method of ["pca", "kde", "ocsvm", "iforest"] as const) {
    await assertRejects(
      () => construct(method, smallRecipe(method), 0, SHAPE).fit({ role: "normal-train", images: bright }),
      RangeError,
      "the images' variance is not finite in float32",
    );
  }
});

testWith(
  ["native"],
  "detector-degenerate: one image trains no network, equal ones do, and the message says how many it takes",
  async () => {
    await startBackend({ only: "native" });
    for (const method of TRAINED) {
      const detector = construct(method, smallRecipe(method), 0, SHAPE);
      await assertRejects(
        () => detector.fit({ role: "normal-train", images: squareImages(1) }),
        RangeError,
        "1 images do not fill one batch of 2",
      );
      for (const images of [flat(2, 0.25), flat(3, -1)]) {
        await detector.fit({ role: "normal-train", images });
        const scores = [...await detector.score(images), ...await detector.score(squareImages(2))];
        assert(scores.every(Number.isFinite), `${method}: ${scores}`);
      }
      detector.dispose();
    }
  },
);

Deno.test("data-preprocess: images of one grey, or one image, become finite whatever is fitted on", () => {
  const sets = [flat(1, 0), flat(1, 1), flat(4, 0.3), flat(2, 1e-30), squareImages(1), squareImages(3), flat(2, 1e30)];
  for (const kind of PREPROCESSINGS) {
    for (const train of sets) {
      const transform = fitPreprocessing(kind, { role: "normal-train", images: train });
      for (const images of sets) {
        const { pixels } = transform(images);
        assert(pixels.every(Number.isFinite), `${kind}: ${pixels.slice(0, 3)}`);
        if (kind !== "none") assert(pixels.every((value) => Math.abs(value) < 100), `${kind}: ${pixels.slice(0, 3)}`);
      }
    }
  }
});

Deno.test("data-preprocess: what cannot be preprocessed is refused", async () => {
  const images = squareImages(2);
  const fit = (kind: unknown, train: unknown) => () =>
    Promise.resolve().then(() => (fitPreprocessing as (kind: unknown, train: unknown) => unknown)(kind, train));
  const role = "normal-train";
  await assertRejects(fit("unheard-of", { role, images }), RangeError, "the kind must be none, std, gcn-l1");
  await assertRejects(fit("std", { role: "test", images }), TypeError, 'must be "normal-train", it is test');
  await assertRejects(fit("std", { role, images: flat(0, 0) }), RangeError, "there must be at least one image");
  const broken = { ...images, pixels: images.pixels.map((value, i) => i === 1000 ? NaN : value) };
  await assertRejects(fit("none", { role, images: broken }), RangeError, "image 1 has NaN");
  const transform = fitPreprocessing("gcn-l1", { role, images });
  await assertRejects(() => Promise.resolve().then(() => transform(broken)), RangeError, "image 1 has NaN");
});
