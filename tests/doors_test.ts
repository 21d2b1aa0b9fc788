/** What a detector refuses: recipes, seeds and images that it cannot use, and being used at the wrong time. */

import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { construct, createMethod } from "../src/detectors/create.ts";
import { DETECTORS } from "../src/detectors/method_names.ts";
import type { Detector, Undecided } from "../src/detectors/detector.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import type { Method } from "../src/detectors/method_names.ts";
import { METHODS } from "../src/detectors/method_names.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { RECIPES } from "../src/detectors/recipes/recipes.ts";
import { startBackend } from "../src/engine/backend.ts";
import { smallRecipe } from "./small_recipes.ts";
import { squareImages } from "./square_images.ts";

const SHAPE = { height: 28, width: 28, channels: 1 };

/** Any method's constructor, without its types: what a program without any may pass. */
const constructorOf = (method: Method) => construct.bind(undefined, method) as (...made: unknown[]) => Detector;

/** A detector of any method, its networks as they start. */
function untrained(method: Method): Detector {
  const recipe = smallRecipe(method);
  const none = Object.keys(recipe).filter((key) => /epochs$/i.test(key)).map((key) => [key, 0]);
  return constructorOf(method)({ ...recipe, ...Object.fromEntries(none) }, 0, SHAPE);
}

function assertRefused(error: unknown, what: string): void {
  assert(error instanceof RangeError || error instanceof TypeError, `${what}: ${error}`);
  assert(/^Cannot .+: /.test(error.message), `${what}: ${error.message}`);
}

/** Values that no number of a recipe can have. */
const NO_NUMBERS = [NaN, Infinity, -Infinity, undefined, null, "1", [], {}, 1n];

/** Numbers out of the range of a hyper-parameter, by its name. */
const OUTSIDE: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(
    ["units", "width", "k", "latent", "channels", "components", "inversionSteps", "trees"].map((
      each,
    ) => [each, [0, -1, 1.5]]),
  ),
  ...Object.fromEntries(["batch", "folds", "sample"].map((each) => [each, [1, 0, -2, 2.5]])),
  ...Object.fromEntries(
    ["epochs", "pretrainEpochs", "dropAfter", "pretrainDropAfter", "warmUp"].map((each) => [each, [-1, 0.5]]),
  ),
  ...Object.fromEntries(["dropout", "beta1", "averaging"].map((each) => [each, [-0.1, 1, 2]])),
  ...Object.fromEntries(["variance", "nu"].map((each) => [each, [0, -1, 1.01]])),
  ...Object.fromEntries(
    ["inversionRate", "memoryScale", "alphaScale", "noise", "factor", "step"].map((each) => [each, [0, -1]]),
  ),
  ...Object.fromEntries(
    [
      "learningRate",
      "finalRate",
      "decay",
      "pretrainDecay",
      "energyWeight",
      "varianceWeight",
      "entropyWeight",
      "threshold",
    ]
      .map((each) => [each, [-1e-9]]),
  ),
  from: [-31, 6],
  to: [31, -31],
};

for (const method of METHODS) {
  Deno.test(`detector-doors: ${method} refuses each hyper-parameter that is missing or out of its range`, async () => {
    await startBackend({ only: "cpu" });
    const before = tf.memory().numTensors;
    const recipe = RECIPES[method].recipes.mnist;
    const refuse = (changed: unknown, what: string) => {
      try {
        constructorOf(method)(changed, 0, SHAPE);
      } catch (error) {
        return assertRefused(error, what);
      }
      throw new Error(`${method} accepts ${what}`);
    };
    for (const [key, value] of Object.entries(recipe)) {
      const wrong = typeof value === "number" ? [...NO_NUMBERS, ...OUTSIDE[key]!] : ["unheard-of", 1, null];
      for (const each of wrong) refuse({ ...recipe, [key]: each }, `${key}: ${String(each)}`);
    }
    refuse({ ...recipe, unheardOf: 1 }, "an unknown key");
    for (const none of [undefined, null, 3]) refuse(none, "no recipe");
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`detector-doors: ${method} refuses images that are not what they say, at the wrong time or of another size`, async () => {
    await startBackend({ only: "cpu" });
    const before = tf.memory().numTensors;
    const detector = untrained(method);
    const kept = tf.memory().numTensors;
    const four = squareImages(4);
    const fit = (train: unknown) => detector.fit(train as Parameters<Detector["fit"]>[0]);
    const role = "normal-train";
    const rejected = async (what: string, start: () => Promise<unknown>) => {
      const error = await start().then(() => undefined, (reason: unknown) => reason);
      assertRefused(error, `${method}, ${what}`);
      assertEquals(tf.memory().numTensors, kept, what);
    };
    if (!("epochs" in smallRecipe(method))) await rejected("a score before a fit", () => detector.score(four));

    for (const value of [NaN, Infinity, -Infinity]) {
      const pixels = four.pixels.slice();
      pixels[2 * 784 + 5] = value;
      const broken = { ...four, pixels };
      const error = await assertRejects(() => fit({ role, images: broken }), RangeError);
      assertStringIncludes(error.message, `each pixel must be finite, image 2 has ${value}`);
    }
    const wrong: Record<string, unknown> = {
      "more images than pixels": { ...four, count: 5 },
      "fewer images than pixels": { ...four, count: 3 },
      "a count of NaN": { ...four, count: NaN },
      "half an image": { ...four, count: 0.5 },
      "a negative count": { ...four, count: -4 },
      "no width": { ...four, width: 0 },
      "an array": { ...four, pixels: [...four.pixels] },
      "another size": { ...SHAPE, width: 14, count: 8, pixels: four.pixels },
      "colours": { count: 1, height: 32, width: 32, channels: 3, pixels: new Float32Array(3072) },
      "none": { ...four, count: 0, pixels: new Float32Array() },
      "nothing": undefined,
    };
    for (const [what, images] of Object.entries(wrong)) await rejected(`fit: ${what}`, () => fit({ role, images }));
    for (const train of [undefined, null, {}, { role: "test", images: four }, { images: four }]) {
      await rejected(`fit: ${JSON.stringify(train)?.slice(0, 20)}`, () => fit(train));
    }

    if (method === "untrained" || !("epochs" in smallRecipe(method))) await fit({ role, images: four });
    if (method === "ocsvm-oracle") {
      for (const index of [-1, 0.5, NaN, 99]) assertThrows(() => (detector as Undecided).choose(index), RangeError);
      (detector as Undecided).choose(0);
    }
    assertEquals((await detector.score(wrong["none"] as Images)).length, 0);
    delete wrong["none"];
    for (const [what, images] of Object.entries(wrong)) {
      await rejected(`score: ${what}`, () => detector.score(images as Images));
    }
    await rejected("score: NaN", () => detector.score({ ...four, pixels: four.pixels.map(() => NaN) }));

    detector.dispose();
    detector.dispose();
    assertEquals(tf.memory().numTensors, before, "nothing is kept");
    for (const use of [() => fit({ role, images: four }), () => detector.score(four), () => detector.save()]) {
      const error = await assertRejects(use, TypeError);
      assertStringIncludes(error.message, "it is disposed of");
    }
    assertThrows(() => detector.load({}), TypeError, "it is disposed of");
  });
}

Deno.test("detector-doors: a seed is a whole number from 0 on", () => {
  for (const seed of [-1, 0.5, NaN, Infinity, "0", null, 2 ** 53]) {
    for (const method of ["memgan", "dcae", "iforest"] as const) {
      const error = assertThrows(() => constructorOf(method)(RECIPES[method].recipes.mnist, seed, SHAPE));
      assertRefused(error, String(seed));
    }
  }
});

Deno.test("detector-doors: the message names the value, what came and what was wanted", () => {
  const refused = (change: object, message: string) =>
    assertThrows(() => createMemgan({ ...MNIST_RECIPE, ...change }, 0), undefined, `Cannot create memgan: ${message}`);
  refused({ batch: NaN }, "recipe.batch must be a number, it is NaN");
  refused({ k: undefined }, "recipe.k must be a number, it is missing");
  refused({ k: 0 }, "recipe.k must be at least 1, it is 0");
  refused({ epochs: 0.5 }, "recipe.epochs must be a whole number, it is 0.5");
  refused({ dropout: 2 }, "recipe.dropout must be less than 1, it is 2");
  refused({ without: "all" }, 'recipe.without must be "cycle" or "projection" or');
  refused({ unitz: 3 }, 'recipe must not have "unitz"');
});

Deno.test("detector-create: each method by its name, with the recipe for its images", async () => {
  await startBackend({ only: "cpu" });
  const before = tf.memory().numTensors;
  assertEquals(DETECTORS, METHODS.filter((method) => method !== "ocsvm-oracle"));
  for (const method of DETECTORS) {
    const detector = createMethod(method, { recipe: method === "adgan" || method === "alad" ? { latent: 2 } : {} });
    assertEquals(detector.method, method);
    detector.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
  const cifar10 = { height: 32, width: 32, channels: 3 };
  const memory = async (shape: typeof SHAPE) => {
    const memgan = createMethod("memgan", { shape, recipe: { units: 7 } });
    const { shape: found } = (await memgan.save())["memory"]!;
    memgan.dispose();
    return [memgan.epochs, ...found];
  };
  assertEquals([await memory(SHAPE), await memory(cifar10)], [[7, 7, 64], [10, 7, 256]]);
});

Deno.test("detector-create: other methods, sizes and options are refused", () => {
  const create = createMethod as (...given: unknown[]) => Detector;
  const shape = { height: 8, width: 8, channels: 1 };
  const wanted = "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 8 × 1";
  // The others take points of any size.
  const classical = ["ocsvm", "kde", "iforest", "pixelmean", "pca"];
  for (const method of DETECTORS) {
    if (classical.includes(method)) create(method, { shape }).dispose();
    else assertThrows(() => create(method, { shape }), RangeError, wanted);
  }
  assertThrows(() => create("PCA"), RangeError, 'the method must be "memgan" or');
  assertThrows(() => create("ocsvm-oracle"), RangeError, 'it is "ocsvm-oracle"');
  assertThrows(() => create(undefined), TypeError, "it is missing");
  assertThrows(() => create("pca", { components: 3 }), TypeError, 'options must not have "components"');
  assertThrows(() => create("pca", { recipe: { component: 3 } }), TypeError);
  assertThrows(() => create("kde", { seed: -1 }), RangeError, "options.seed must be at least 0, it is -1");
  assertThrows(() => create("kde", null), TypeError, "options must be an object");
});
