/** The script of a trained MEMGAN: all that scores an image, and no more. */

import { assertEquals } from "@std/assert";
import { weightsScript } from "../src/book/weights.ts";
import type { Images } from "../src/data/images.ts";
import { fitPreprocessing } from "../src/data/preprocess.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import { seededRng } from "../src/engine/random.ts";

function part(name: string, count: number) {
  const pixels = seededRng(0, name).uniforms(count * 784);
  const images: Images = { count, height: 28, width: 28, channels: 1, pixels };
  return { images, classes: Uint8Array.from({ length: count }, (_, i) => i % 2) };
}

const floats = (base64: string) => new Float32Array(Uint8Array.fromBase64(base64).buffer);

Deno.test("book-live: the script of a trained MEMGAN holds what scores an image, the range of its preprocessing, and an image a class", () => {
  const common = { dataset: "mnist", protocol: "official", evaluate: "test", class: 1, seed: 0 } as const;
  const spec = { method: "memgan", ...common, preprocessing: "std", recipe: { ...MNIST_RECIPE } } as const;
  const arrays = {
    memory: { shape: [2, 1], values: Float32Array.of(0.5, -0.25) },
    "discriminator.w": { shape: [1], values: Float32Array.of(1) },
  };
  const scores = Array.from({ length: 201 }, (_, i) => ({ score: i, anomaly: i > 100 }));
  const data = { train: part("train", 30), test: part("test", 10), files: {} };
  const script = weightsScript({ spec, arrays, scores }, data);
  const learned = JSON.parse(script.slice("globalThis.MEMGAN = ".length, -2));
  assertEquals(Object.keys(learned.arrays), ["memory"]);
  assertEquals([...floats(learned.arrays.memory.values)], [0.5, -0.25]);
  assertEquals(learned.examples.map((each: { class: number; score: number }) => [each.class, each.score]), [[0, 0], [
    1,
    1,
  ]]);
  assertEquals(floats(learned.examples[1].pixels), data.test.images.pixels.slice(784, 2 * 784));
  assertEquals([learned.quantiles.normal[50], learned.quantiles.anomaly.at(-1)], [50, 200]);

  const ones = Array.from({ length: 15 }, (_, i) => 2 * i + 1);
  const train = {
    ...data.train.images,
    count: 15,
    pixels: Float32Array.from(ones.flatMap((i) => [...data.train.images.pixels.subarray(784 * i, 784 * (i + 1))])),
  };
  const two = { ...train, count: 2, pixels: floats(learned.extremes) };
  const [all, few] = [train, two].map((images) => fitPreprocessing("std", { role: "normal-train", images }));
  assertEquals(few!(data.test.images).pixels, all!(data.test.images).pixels);
});
