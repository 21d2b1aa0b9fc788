/** A model is one file: whole, checked in all its bounds, and the same for the same images. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { createDetector, ImageError, loadDetector, saveDetector } from "../mod.ts";
import { RECIPES } from "../src/detectors/recipes/recipes.ts";
import { createAgain } from "../src/images/detector.ts";
import { seededRng } from "../src/engine/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/experiments/safetensors.ts";
import { NEEDS, run, start } from "./command_line.ts";
import { SMALL, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";

const shape = { height: 16, width: 16, channels: 1 };
const noise = (count: number) => ({ count, ...shape, pixels: seededRng(0, "noise").uniforms(count * 256) });

/** Calls `use` with the path of a model. */
async function withModel(use: (path: string, folder: string) => Promise<void>): Promise<void> {
  await tf.setBackend("cpu");
  const detector = createDetector("pca", { shape, falseAlarms: 0.1, recipe: { components: 2 } });
  await detector.fit(noise(60));
  await withFolder(async (folder) => {
    await saveDetector(detector, join(folder, "m.model"));
    await use(join(folder, "m.model"), folder);
  });
}

type Description = Record<string, unknown> & { options: Record<string, unknown> };
type Arrays = ReturnType<typeof decodeSafetensors>["arrays"];

/** What a model becomes whose writer meant harm, its digest made anew; and what is said of it. */
const TAMPERED: readonly (readonly [wanted: string, change: (about: Description, arrays: Arrays) => void])[] = [
  ["it is of version 2, this program reads version 1", (about) => about["version"] = 2],
  ["method is", (about) => about["method"] = "fetch"],
  ["options.shape", (about) => about.options["shape"] = { height: "16", width: 16, channels: 1 }],
  ["images must have sides of 16 to 256", (about) => {
    about["method"] = "dcae";
    about.options["shape"] = { height: 9999, width: 16, channels: 1 };
    about.options["recipe"] = { epochs: 1, batch: 2, learningRate: 1, dropAfter: 1, decay: 0 };
  }],
  [
    "its images are 32 × 16 × 1, what is loaded is for images of 256 pixels",
    (about) => about.options["shape"] = { height: 32, width: 16, channels: 1 },
  ],
  ["recipe.components", (about) => about.options["recipe"] = {}],
  ["components 1000000000", (about) => about.options["recipe"] = { components: 1e9 }],
  ['recipe must not have "run"', (about) => about.options["recipe"] = { components: 2, run: "rm" }],
  ["99 held-out normal images are needed", (about) => about.options["falseAlarms"] = 0.01],
  ["no finite number", (_, arrays) => arrays["mean"]!.values[7] = NaN],
  ["no finite number", (_, arrays) => arrays["calibration.held_out"]!.values[0] = Infinity],
  ["is not ascending", (_, arrays) => arrays["calibration.held_out"]!.values.reverse()],
  ['an array "more", which no pca has', (_, arrays) => arrays["more"] = arrays["mean"]!],
  ["mean", (_, arrays) => delete arrays["mean"]],
  ["is no model that fit has written", (_, arrays) => delete arrays["calibration.held_out"]],
];

testWith(
  ["read", "write"],
  "images-model: what is loaded has the fitted detector's scores and verdicts, ties too",
  async () => {
    await tf.setBackend("cpu");
    // Thirty copies of two images: where scores are equal the last bit decides how many are as high.
    const two = noise(2).pixels;
    const images = { count: 60, ...shape, pixels: Float32Array.from({ length: 60 * 256 }, (_, i) => two[i % 512]!) };
    await withFolder(async (folder) => {
      for (const method of ["ocsvm", "pixelmean", "kde", "pca", "iforest"] as const) {
        const fitted = createDetector(method, { shape, falseAlarms: 0.1 });
        await fitted.fit(images);
        await saveDetector(fitted, join(folder, "m.model"));
        const loaded = await loadDetector(join(folder, "m.model"));
        const [before, after] = [await fitted.score(images), await loaded.score(images)];
        assertEquals(after, before, method);
        const verdicts = (of: typeof fitted, scores: Float32Array) =>
          [...scores].map((score) => [of.pValue(score), of.isAnomalous(score)]);
        assertEquals(verdicts(loaded, after), verdicts(fitted, before), method);
        // The held-out images are some of these: one of them at least has each of their scores.
        const { heldOut } = await loaded.learned();
        assertEquals([...heldOut].filter((score) => !after.includes(score)), [], method);
        for (const each of [fitted, loaded]) each.dispose();
      }
    });
  },
);

testWith(
  ["read", "write"],
  "images-model: a value that the file's recipe lacks is not filled with today's default",
  async () => {
    await tf.setBackend("cpu");
    const { averaging: _, ...recipe } = { ...RECIPES.alad.recipes.mnist, latent: 2, batch: 2, epochs: 1 };
    const earlier = createAgain("alad", { shape, falseAlarms: 0.2, recipe });
    await earlier.fit(noise(20));
    await withFolder(async (folder) => {
      await saveDetector(earlier, join(folder, "m.model"));
      const loaded = await loadDetector(join(folder, "m.model"));
      assertEquals(loaded.options.recipe, recipe);
      assertEquals(await loaded.score(noise(3)), await earlier.score(noise(3)));
      loaded.dispose();
    });
    earlier.dispose();
  },
);

Deno.test("detector-again: a detector of images that is fitted again is as one that is fitted once", async () => {
  await tf.setBackend("cpu");
  const fitted = async (times: number) => {
    const recipe = { channels: 2, epochs: 1, batch: 4 };
    const detector = createDetector("dsebm", { shape, falseAlarms: 0.2, recipe });
    for (let i = 0; i < times; i++) await detector.fit(noise(20));
    const scores = await detector.score(noise(5));
    detector.dispose();
    return scores;
  };
  assertEquals(await fitted(2), await fitted(1));
});

testWith(["read", "write"], "images-model: every bound is checked, whoever wrote the file", async () => {
  await withModel(async (path) => {
    const bytes = await Deno.readFile(path);
    for (const [wanted, change] of TAMPERED) {
      const { arrays, metadata } = decodeSafetensors("m", bytes);
      const about = JSON.parse(metadata["memgan"]!);
      change(about, arrays);
      await Deno.writeFile(path, encodeSafetensors(arrays, { memgan: JSON.stringify(about) }));
      const error = await assertRejects(() => loadDetector(path), ImageError, wanted);
      assertStringIncludes(error.message, `Cannot read the model "${path}": `);
      assertEquals(error.message.split("\n").length, 1);
    }
  });
});

testWith(["read", "write"], "images-model: of 500 damaged files none gives another score", async () => {
  await withModel(async (path) => {
    const bytes = await Deno.readFile(path);
    const scores = await (await loadDetector(path)).score(noise(5));
    const rng = seededRng(0, "damage");
    let refused = 0;
    for (let trial = 0; trial < 500; trial++) {
      const damaged = bytes.slice(0, trial % 5 === 0 ? Math.floor(rng.uniform() * bytes.length) : bytes.length);
      if (damaged.length > 0) {
        damaged[Math.floor(rng.uniform() * damaged.length)]! ^= 1 << Math.floor(rng.uniform() * 8);
      }
      await Deno.writeFile(path, damaged);
      try {
        assertEquals(await (await loadDetector(path)).score(noise(5)), scores);
      } catch (error) {
        assert(error instanceof ImageError && !error.message.includes("\n"), String(error));
        refused++;
      }
    }
    assert(refused > 490, `${refused}`);
  });
});

testWith(["read", "write"], "images-model: what is no file, or not there, is said so", async () => {
  await withFolder(async (folder) => {
    await assertRejects(() => loadDetector(folder), ImageError, "it is no file");
    await assertRejects(() => loadDetector(join(folder, "m")), ImageError, "there is no such file");
  });
});

const TRAINED = [...SMALL, "--method", "dcae"] as const;

testWith(
  NEEDS,
  "images-model: the same images and seed give the same bytes, after a kill -9 in training too",
  async () => {
    await withFolder(async (folder) => {
      const [images, once, again] = ["images", "once", "again"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      await writeSlopes(images, 60);
      const whole = await run("fit", images, "--out", once, "--epochs", "12", ...TRAINED);
      assertEquals(whole.code, 0, whole.stderr);
      assertStringIncludes(whole.stderr, "a batch is 30 images instead of 200, since there are no more");
      assertStringIncludes(whole.stderr, "training: 12 epochs of 1 steps, about ");

      const killed = start("fit", images, "--out", again, "--epochs", "12", ...TRAINED);
      const output = killed.output();
      while (!(await Deno.stat(`${again}.training`).catch(() => undefined))) {
        await new Promise((wake) => setTimeout(wake, 2));
      }
      killed.kill("SIGKILL");
      await output;
      // Whatever it had written is whole.
      assert(![...Deno.readDirSync(folder)].some(({ name }) => name === "again"));
      const resumed = await run("fit", images, "--out", again, "--epochs", "12", ...TRAINED);
      assertStringIncludes(resumed.stderr, "training goes on after epoch ");
      assertEquals(await Deno.readFile(again), await Deno.readFile(once));
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["again", "images", "once"]);

      await Deno.writeFile(`${again}.training`, new Uint8Array(100));
      const other = await run("fit", images, "--out", again, "--epochs", "12", ...TRAINED);
      assertStringIncludes(other.stderr, "training starts over");
      assertEquals(await Deno.readFile(again), await Deno.readFile(once));
    });
  },
);

testWith(
  ["env"],
  "api-errors: what is no image is refused by a detector in words, and so is what is no option",
  async () => {
    for (const found of [0, "x", null, undefined, true, {}, () => {}]) {
      const detector = createDetector("pca") as unknown as Record<"fit" | "score", (images: unknown) => Promise<void>>;
      for (const door of ["fit", "score"] as const) {
        await assertRejects(() => detector[door](found), TypeError, "Cannot take images: ");
      }
    }
    const create = (recipe: unknown) => createDetector("pca", { recipe } as never);
    assertThrows(() => create({ components: {} }), TypeError, "options.recipe.components must be a number or a string");
  },
);
