/** Figure 1: its measures, its pictures, and which runs of a store it is made of. */

import { assert, assertAlmostEquals, assertEquals, assertLess, assertRejects } from "@std/assert";
import type { Decoded } from "../figures/fig1_numbers.ts";
import { decodeMemories } from "../figures/fig1_numbers.ts";
import type { Measures } from "../src/report/tables/memory_units.ts";
import { unitsTable } from "../src/report/tables/memory_units.ts";
import type { Dataset } from "../src/data/dataset.ts";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";

import { MEMAE } from "../src/detectors/recipes/baselines.ts";
import { seededRng } from "../src/engine/random.ts";
import { ARITHMETIC } from "../src/experiments/arithmetic.ts";
import { hashOf } from "../src/experiments/run_spec.ts";
import { StoreError } from "../src/platform/files.ts";
import { taskLine } from "../src/platform/task.ts";
import type { TrainedMemory } from "../src/experiments/trained.ts";
import { trainedMemories, trainedRuns } from "../src/experiments/trained.ts";
import { imageGrid } from "../src/report/charts/image_grid.ts";
import { diversity, greyness, nearest, sharpness } from "../src/report/image_metrics.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";
import { squareImages } from "./square_images.ts";
import { storeRun } from "./stored_run.ts";

function imagesOf(side: number, ...pixels: number[]): Images {
  return { count: pixels.length / side ** 2, height: side, width: side, channels: 1, pixels: new Float32Array(pixels) };
}

/** Each pixel the mean of itself, the one to its right and the one below, where there are such. */
function blurred(images: Images): Images {
  const pixels = images.pixels.map((p, i, all) => {
    const near = [p, ...(i % 28 < 27 ? [all[i + 1]!] : []), ...(i % 784 < 756 ? [all[i + 28]!] : [])];
    return near.reduce((a, b) => a + b) / near.length;
  });
  return { ...images, pixels };
}

Deno.test("fig-1-measures: fifty copies of an image have the diversity 0, whatever their contrast", () => {
  const one = squareImages(1);
  const copies = gather(one, new Uint8Array(50));
  const faint = copies.pixels.map((p, i) => 0.2 + p / (1 + Math.floor(i / 784)));
  // What is left is the rounding of float32.
  assertLess(diversity({ ...copies, pixels: faint }), 1e-4);
  assertLess(20, diversity(squareImages(50)));
});

Deno.test("fig-1-measures: diversity and sharpness of small images are what the hand finds", () => {
  // Standardised already: two of the three distances are √8, one is 4.
  const three = imagesOf(2, ...[1, 1, -1, -1], ...[1, -1, 1, -1], ...[-1, -1, 1, 1]);
  assertAlmostEquals(diversity(three), (2 * Math.sqrt(8) + 4) / 3, 1e-6);
  // Its only pixel with a right and a lower neighbour differs by 2 from both.
  assertAlmostEquals(sharpness(imagesOf(2, 0, 1, 1, 0)), Math.sqrt(8), 1e-6);
  assertEquals(sharpness(imagesOf(2, 3, 3, 3, 3)), 0, "one grey has no edge");
});

Deno.test("fig-1-measures: blur takes sharpness away; noise gives some, and greyness with it", () => {
  const sharp = squareImages(10);
  assertLess(sharpness(blurred(sharp)), 0.9 * sharpness(sharp));
  const rng = seededRng(0, "noise");
  const noisy = { ...sharp, pixels: sharp.pixels.map((p) => p + 0.3 * rng.uniform()) };
  assertLess(sharpness(sharp), sharpness(noisy));
  assertEquals(greyness(sharp, sharp), 0);
  // The mean of 0.3·u over a lightest of at most 1.3.
  assertAlmostEquals(greyness(noisy, sharp), 0.15 / 1.3, 0.01);
});

Deno.test("fig-1-measures: greyness counts only where every training image is dark", () => {
  const references = imagesOf(2, ...[0, 0, 1, 0], ...[0, 0, 0, 1]);
  assertEquals(greyness(imagesOf(2, -1, 3, 3, 3), references), 0.5);
  assertEquals(greyness(imagesOf(2, 0, 0, 4, 3), references), 0);
});

Deno.test("fig-1-measures: the nearest training image is found through contrast and a little noise", () => {
  const references = squareImages(40);
  const rng = seededRng(1, "noise");
  const seen = gather(references, [7, 31]);
  const units = { ...seen, pixels: seen.pixels.map((p) => 0.1 * p - 1 + 0.01 * rng.uniform()) };
  const found = nearest(units, references);
  const same = (index: number, of: number) => assertEquals(gather(references, [index]), gather(references, [of]));
  same(found[0]!.index, 7);
  same(found[1]!.index, 31);
  for (const { distance } of found) assert(distance > 0.1 && distance < 5, `${distance}`);
});

/** A memory of four units, the last of which is no square, and MNIST as squares of the classes 0 and 1. */
function small(): { runs: TrainedMemory[]; data: Dataset } {
  const train = { images: squareImages(20), classes: Uint8Array.from({ length: 20 }, (_, i) => i % 2) };
  const test = { images: squareImages(10, "test"), classes: Uint8Array.from({ length: 10 }, (_, i) => i % 2) };
  const units = gather(train.images, [2, 4, 6, 8]);
  units.pixels.subarray(3 * 784).set(seededRng(0, "units").uniforms(784));
  const detector = { decodeMemory: () => Promise.resolve(units), dispose() {} };
  const spec = smallSpec(5);
  const run = {
    spec,
    result: { backend: "native", run: "r" },
    recipe: spec.recipe,
    load: () => Promise.resolve(detector),
  };
  return { runs: [run as unknown as TrainedMemory], data: { train, test, files: {} } };
}

Deno.test("fig-1-claim: units and test images are measured alike, and recognised is a share of each", async () => {
  const { runs, data } = small();
  // Names an image by its corner: black in a square of class 0, not in noise.
  const classify = ({ count, pixels }: Images) =>
    Promise.resolve(Uint8Array.from({ length: count }, (_, i) => pixels[i * 784] === 0 ? 0 : 7));
  const [{ images, neighbours, ...row }] = await decodeMemories(runs, data, { classify }) as [Decoded];
  assertEquals([row.count, row.epochs, row.digit, row.method], [4, 5, 0, "memgan"]);
  assertEquals([row.units.recognised, row.testImages.recognised], [0.75, 1]);
  assertEquals(gather(neighbours, [0, 1, 2]), gather(images, [0, 1, 2]), "three units are copies");
  const test = gather(data.test.images, [0, 2, 4, 6, 8]);
  assertAlmostEquals(row.testImages.diversity, diversity(test), 1e-12);
  assertLess(row.testImages.sharpness, row.units.sharpness);
});

const MEASURED: Measures = { diversity: 1, sharpness: 1, greyness: 0, recognised: 1, nearest: 1 };

function decoded(
  method: "memgan" | "memae",
  digit: number,
  count: number,
  diversity = 1,
  arithmetic = ARITHMETIC,
): Decoded {
  const run = { preprocessing: "none", seed: 0, epochs: 7, backend: "native", arithmetic, run: "r", count } as const;
  const images = squareImages(count);
  return { method, digit, ...run, units: { ...MEASURED, diversity }, testImages: MEASURED, images, neighbours: images };
}

Deno.test("fig-1-claim: methods are averaged over the digits that both have, so that means compare", () => {
  const rows = [decoded("memgan", 3, 8, 5), decoded("memgan", 8, 8, 10), decoded("memgan", 9, 8, 20)];
  const both = [...rows, decoded("memae", 8, 8, 2), decoded("memae", 9, 8, 4)];
  const means = (table: string) => table.split("\n").filter((line) => line.includes("mean of"));
  assertEquals(means(unitsTable(both)).map((line) => line.match(/[\d.]+ \/ 1\.0/)?.[0]), ["15.0 / 1.0", "3.0 / 1.0"]);
  assertEquals(means(unitsTable(rows)).map((line) => line.match(/[\d.]+ \/ 1\.0/)?.[0]), ["11.7 / 1.0"]);
  assertEquals(means(unitsTable([rows[0]!, both[3]!])), [], "no digit in common");
});

Deno.test("run-arithmetic: Figure 1's numbers mark memories of another one; a row that does not say is of the first", () => {
  const { arithmetic: _arithmetic, ...silent } = decoded("memae", 8, 8);
  const table = unitsTable([decoded("memgan", 8, 8), silent]);
  assert(table.includes("| memgan | 8 |") && table.includes("| memae † | 8 |"), table);
  assert(table.includes("1 of 2 runs († in the table) was computed with arithmetic version 1"), table);
});

Deno.test("run-manifest: Figure 1's numbers say if the memories were trained on several devices", () => {
  const on = (device: string) => ({ ...decoded("memgan", 8, 8), device });
  assert(unitsTable([on("the CPU"), on("CUDA")]).includes("several devices: the CPU (1 run), CUDA (1 run)."));
  assert(!unitsTable([on("the CPU"), on("the CPU")]).includes("devices"));
});

testWith(["read", "env"], "fig-1-units: a panel for each digit of each method, MEMAE's below", async () => {
  // The painter's library looks at the environment when it is loaded, which plain `deno test` may not.
  const { fig1Svg } = await import("../figures/fig1.ts");
  const memories = [decoded("memgan", 8, 50), decoded("memgan", 9, 50), decoded("memae", 9, 100)];
  const said = (svg: string) => [...svg.matchAll(/<text[^>]*>(MEM[A-Z]+|digit \d)/g)].map(([, words]) => words);
  const size = (svg: string) =>
    [...svg.matchAll(/<image[^>]* width="(\d+)" height="(\d+)"/g)].map(([, w, h]) => `${w}×${h}`);
  for (const picture of ["fig1", "fig1_all", "fig1_nearest"] as const) {
    const svg = fig1Svg(memories, picture);
    assertEquals(said(svg), ["MEMGAN", "digit 8", "digit 9", "MEMAE", "digit 9"]);
    assert(svg.includes("epochs 7, seed 0, preprocessing none, backend native"));
  }
  // Twice 28 pixels an image and 2 between them: 4 × 2 images, 10 × 5 and 10 × 10, 8 × 2.
  assertEquals(size(fig1Svg(memories, "fig1")), ["236×116", "236×116", "236×116"]);
  assertEquals(size(fig1Svg(memories, "fig1_all")), ["596×296", "596×296", "596×596"]);
  assertEquals(size(fig1Svg(memories, "fig1_nearest")), ["476×116", "476×116", "476×116"]);
});

testWith(
  ["read", "env"],
  "fig-1-eight: every sixth unit of fifty, every twelfth of a hundred, five digits a row",
  async () => {
    const { fig1Svg } = await import("../figures/fig1.ts");
    const sixth = decoded("memgan", 9, 50);
    const hrefs = (svg: string) => [...svg.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
    const grid = (images: Images, every: number) =>
      imageGrid(gather(images, [0, 1, 2, 3, 4, 5, 6, 7].map((i) => every * i)), 4);
    assertEquals(hrefs(fig1Svg([sixth], "fig1")), [grid(sixth.images, 6).href]);
    const twelfth = decoded("memae", 9, 100);
    assertEquals(hrefs(fig1Svg([twelfth], "fig1")), [grid(twelfth.images, 12).href]);
    const six = fig1Svg([4, 5, 6, 7, 8, 9].map((digit) => decoded("memgan", digit, 8)), "fig1");
    const places = [...six.matchAll(/<image x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    assertEquals(places[5]![0], places[0]![0]);
    // A picture, its label and a gap below.
    assertLess(places[0]![1] + 116, places[5]![1]);
    assertEquals(places.slice(0, 5).map(([, y]) => y), new Array(5).fill(places[0]![1]));
  },
);

testWith(
  ["read", "write"],
  "run-spec: of a short and a long run of one class and seed in one store, figures and tables take the long one",
  async () => {
    const { tableRuns } = await import("../figures/tables.ts");
    await withFolder(async (root) => {
      const short = [1, 2, 3, 4, 5, 6, 7, 8].map((epochs) => smallSpec(epochs));
      for (const spec of [...short, smallSpec(9)]) await storeRun(root, spec);
      assert(short.some((spec) => hashOf(spec) < hashOf(smallSpec(9))), "the long one is not the first by its name");
      const [first] = await trainedRuns(root);
      const inTable = await tableRuns(root, { dataset: "mnist", protocol: "official" });
      assertEquals([first!.recipe.epochs, inTable.map(({ spec }) => spec.recipe["epochs"])], [9, [9]]);
    });
  },
);

testWith(
  ["read", "write"],
  "fig-1-memae: the first seed with weights is taken, of MEMAE under its own preprocessing",
  async () => {
    await withFolder(async (root) => {
      const memgan = smallSpec(5);
      const memae = { ...memgan, method: "memae", preprocessing: "none", recipe: { ...MEMAE.mnist } } as const;
      const error = await assertRejects(
        () => trainedMemories(root),
        StoreError,
        "No trained memgan or memae with its weights",
      );
      assert(error.message.includes(taskLine("reproduce", "--methods", "memgan,memae", "--out", root)), error.message);
      await assertRejects(() => trainedRuns(root), StoreError, "No trained memgan with its weights");
      await storeRun(root, { ...memae, class: 9, seed: 1 });
      await storeRun(root, { ...memae, class: 9, seed: 2 });
      await storeRun(root, { ...memae, class: 8, preprocessing: "std" });
      await storeRun(root, { ...memgan, class: 4 });
      const taken = (await trainedMemories(root)).map(({ spec }) => [spec.method, spec.class, spec.seed]);
      assertEquals(taken, [["memgan", 4, 0], ["memae", 9, 1]]);
    });
  },
);
