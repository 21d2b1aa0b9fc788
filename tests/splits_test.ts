/** Splits: who sees which images. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { gather } from "../src/data/images.ts";
import type { Dataset, Labelled } from "../src/data/dataset.ts";
import { fitPreprocessing } from "../src/data/preprocess.ts";
import { seededRng } from "../src/engine/random.ts";
import { prepareData } from "../src/experiments/prepare.ts";
import { officialSplit, validationSplit } from "../src/data/splits.ts";

/** Images of one pixel, each of another value, so that a pixel says which image it was. */
function part(count: number, first: number): Labelled {
  return {
    images: {
      count,
      height: 1,
      width: 1,
      channels: 1,
      pixels: Float32Array.from({ length: count }, (_, i) => first + i),
    },
    classes: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

const data: Dataset = { train: part(60_000, 0), test: part(1000, 100_000), files: {} };
const classOf = (pixel: number) => pixel % 10;

Deno.test("mnist-split: all normal training images are fitted on, the whole test part is scored in its order", () => {
  const { train, test } = officialSplit(data, 7);
  assertEquals(train.images.count, 6000);
  assert(train.images.pixels.every((pixel) => classOf(pixel) === 7 && pixel < 60_000));
  assertEquals(test.images, data.test.images);
  assertEquals([...test.labels], [...data.test.classes].map((c) => c === 7 ? 0 : 1));
});

Deno.test("train-normal-only: whichever split and class, nothing but the normal class is fitted on", () => {
  for (let c = 0; c < 10; c++) {
    for (const { train } of [officialSplit(data, c), validationSplit(data, c)]) {
      assert(train.images.pixels.every((pixel) => classOf(pixel) === c));
    }
  }
});

Deno.test("data-validation: it holds training images alone, none of them fitted on", () => {
  const { train, validation } = validationSplit(data, 7);
  assert([...train.images.pixels, ...validation.images.pixels].every((pixel) => pixel < 60_000));
  const fitted = new Set(train.images.pixels);
  assert(validation.images.pixels.every((pixel) => !fitted.has(pixel)));
  assertEquals([...validation.labels], [...validation.images.pixels].map((pixel) => classOf(pixel) === 7 ? 0 : 1));
});

Deno.test("choice-rule: every sixth normal training image is held out, against every k-th other one, about 4,000", () => {
  const { train, validation } = validationSplit(data, 7);
  const normals = validation.labels.filter((label) => label === 0).length;
  // The i-th normal image has the pixel 10i + 7.
  const heldOut = Array.from({ length: 1000 }, (_, i) => 60 * i + 7);
  assertEquals([...validation.images.pixels.subarray(0, normals)], heldOut);
  assertEquals(train.images.count, 5000);
  const anomalies = [...validation.images.pixels.subarray(normals)];
  assert(Math.abs(anomalies.length - 4000) < 400, `${anomalies.length} anomalies`);
  const others = data.train.images.pixels.filter((pixel) => classOf(pixel) !== 7);
  const every = others.indexOf(anomalies[1]!) - others.indexOf(anomalies[0]!);
  assertEquals(anomalies, [...others.filter((_, i) => i % every === 0)]);
  assertEquals(new Set([...validation.images.pixels].map(classOf)).size, 10);
});

Deno.test("data-validation: the test part is not looked at", () => {
  const blind = new Proxy(data, {
    get(target, key) {
      assert(key !== "test", "the test part was read");
      return Reflect.get(target, key);
    },
  });
  assertEquals(validationSplit(blind, 3), validationSplit(data, 3));
});

Deno.test("train-normal-only: the range of a preprocessing is the fitted images', not the judged ones'", () => {
  const images = (count: number, name: string) => ({
    ...{ count, height: 3, width: 4, channels: 1 },
    pixels: seededRng(0, name).uniforms(12 * count),
  });
  const set = (count: number, name: string): Labelled => ({
    images: images(count, name),
    classes: Uint8Array.from({ length: count }, (_, i) => i % 2),
  });
  const small: Dataset = { train: set(20, "train"), test: set(40, "test"), files: {} };
  const common = { dataset: "mnist", protocol: "official", evaluate: "test", seed: 0, class: 0, recipe: {} } as const;
  const { train, evaluated } = prepareData({ method: "pixelmean", ...common, preprocessing: "gcn-l1" }, small);
  assertEquals([Math.min(...train.images.pixels), Math.max(...train.images.pixels)], [-1, 1]);
  const transform = fitPreprocessing("gcn-l1", officialSplit(small, 0).train);
  assertEquals(evaluated.images, transform(small.test.images));
});

Deno.test("run-subset: the same random images for every class, labels and places with them, in the official order", () => {
  const recipe = {};
  const common = { dataset: "mnist", protocol: "official", evaluate: "test", seed: 0, preprocessing: "none" } as const;
  const evaluated = (c: number, subset?: number) =>
    prepareData({ method: "pixelmean", ...common, class: c, recipe, subset }, data).evaluated;
  const { images, labels, indices } = evaluated(7, 100);
  assertEquals([images.count, labels.length, new Set(indices).size], [100, 100, 100]);
  assertEquals([...indices], [...indices].sort((a, b) => a - b));
  assert(indices.some((place, i) => place !== i), "not the first ones");
  // `none` maps p to 2p − 1.
  assertEquals([...images.pixels].map((p) => (p + 1) / 2), [...indices].map((place) => 100_000 + place));
  assertEquals([...labels], [...indices].map((place) => data.test.classes[place] === 7 ? 0 : 1));
  assertEquals(evaluated(2, 100).indices, indices);
  assertEquals([...evaluated(7).indices], [...data.test.classes.keys()]);
});

Deno.test("one-class-datasets: one class is normal, in training alone, and all others are anomalies", () => {
  const { train, test } = officialSplit(data, 7);
  assert(train.images.pixels.length > 0 && train.images.pixels.every((pixel) => classOf(pixel) === 7));
  assertEquals([...test.labels], [...test.images.pixels].map((pixel) => classOf(pixel) === 7 ? 0 : 1));
  assertEquals(new Set([...test.images.pixels].map(classOf)).size, 10);
});

Deno.test("one-class-datasets: a class without training images is refused", () => {
  assertThrows(() => officialSplit(data, 12), RangeError, "no training image is of class 12");
  assertThrows(() => validationSplit(data, 12), RangeError, "no training image is of class 12");
});

Deno.test("api-gather: images come in the order asked for, with all their pixels", () => {
  const images = { count: 3, height: 1, width: 2, channels: 1, pixels: new Float32Array([1, 2, 3, 4, 5, 6]) };
  assertEquals([...gather(images, [2, 0]).pixels], [5, 6, 1, 2]);
  assertEquals(gather(images, []).count, 0);
});
