/** Preprocessing: per image, then one range for all, taken from normal training images. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Images } from "../src/data/images.ts";
import { fitPreprocessing } from "../src/data/preprocess.ts";
import { seededRng } from "../src/engine/random.ts";

function random(count: number, name: string, scale = 1): Images {
  const pixels = seededRng(0, name).uniforms(count * 16).map((value) => value * scale);
  return { count, height: 4, width: 4, channels: 1, pixels };
}

const train = random(20, "train");
const others = random(5, "others");
const fit = (kind: "none" | "std" | "gcn-l1") => fitPreprocessing(kind, { role: "normal-train", images: train });

Deno.test("data-preprocess: none: 0 becomes -1 and 1 becomes 1, whatever the training images are", () => {
  const images = { count: 1, height: 1, width: 3, channels: 1, pixels: new Float32Array([0, 0.5, 1]) };
  assertEquals([...fit("none")(images).pixels], [-1, 0, 1]);
});

for (const kind of ["std", "gcn-l1"] as const) {
  Deno.test(`data-preprocess: ${kind}: normal training images fill [-1, 1], and others are not clipped`, () => {
    const { pixels } = fit(kind)(train);
    assertAlmostEquals(Math.min(...pixels), -1, 1e-6);
    assertAlmostEquals(Math.max(...pixels), 1, 1e-6);
    const spike = { ...others, count: 1, pixels: new Float32Array(16) };
    spike.pixels[3] = 1;
    assert(Math.max(...fit(kind)(spike).pixels) > 1);
  });

  Deno.test(`data-preprocess: ${kind}: brightness and contrast of an image do not count`, () => {
    const changed = { ...others, pixels: others.pixels.map((value) => 0.25 * value + 0.5) };
    const [a, b] = [fit(kind)(others).pixels, fit(kind)(changed).pixels];
    a.forEach((value, i) => assertAlmostEquals(b[i]!, value, 1e-4));
  });

  Deno.test(`data-preprocess: ${kind}: an image of one grey becomes one finite grey`, () => {
    const grey = { ...others, count: 1, pixels: new Float32Array(16).fill(0.3) };
    const values = new Set(fit(kind)(grey).pixels);
    assertEquals(values.size, 1);
    assert(Number.isFinite([...values][0]!));
  });

  Deno.test(`data-preprocess: ${kind}: what becomes of an image does not depend on those beside it, nor is it changed`, () => {
    const before = others.pixels.slice();
    const all = fit(kind)(others).pixels;
    const alone = fit(kind)({ ...others, count: 1, pixels: others.pixels.slice(32, 48) }).pixels;
    assertEquals([...all.slice(32, 48)], [...alone]);
    assertEquals(others.pixels, before);
  });
}

Deno.test("data-preprocess: std: before the range, each image has mean 0 and standard deviation 1", () => {
  // The range is one line for all pixels, so the ratio of deviations within an image is kept.
  const { pixels } = fit("std")(others);
  const spread = (values: Float32Array) => {
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  const first = spread(pixels.slice(0, 16));
  for (let i = 1; i < others.count; i++) assertAlmostEquals(spread(pixels.slice(16 * i, 16 * i + 16)), first, 1e-6);
});
