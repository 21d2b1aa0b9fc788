/** How a detector of images is measured: the numbers beside scikit-learn's, masks of every kind, and the page. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { dirname, join } from "@std/path";
import type { ImageDetector } from "../src/images/detector.ts";
import type { Judged } from "../src/images/evaluation.ts";
import { measure } from "../src/images/evaluation.ts";
import { ImageError } from "../src/images/files.ts";
import { decodeImage } from "../src/images/decode.ts";
import { masksBelow, readMask } from "../src/images/masks.ts";
import { wilson } from "../src/images/metrics.ts";
import { pixelTally, scaledMap } from "../src/images/pixel_tally.ts";
import { seededRng } from "../src/engine/random.ts";
import { assertReadable, NEEDS as BROWSER, withBrowser } from "./browser.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import oracle from "./oracle/evaluation.json" with { type: "json" };

const judged = oracle.scores.map((score, i) => ({ score, anomaly: oracle.labels[i] === 1 }));

Deno.test("images-evaluate: AUROC, average precision and intervals are those of scikit-learn and SciPy, ties included", () => {
  const { auroc, averagePrecision } = measure(judged, 1);
  assertAlmostEquals(auroc, oracle.auroc, 1e-12);
  assertAlmostEquals(averagePrecision, oracle.average_precision, 1e-12);
  for (const [hits, of, low, high] of oracle.wilson as [number, number, number, number][]) {
    const [a, b] = wilson(hits, of);
    assertAlmostEquals(a, low, 1e-12);
    assertAlmostEquals(b, high, 1e-12);
  }
});

Deno.test("images-evaluate: an image is called anomalous above the threshold, and counts as what it is", () => {
  const images = [[0, false], [2, false], [3, false], [2, true], [2.5, true]] as const;
  const { truePositives, falseAlarms, prevalence } = measure(
    images.map(([score, anomaly]) => ({ score, anomaly })),
    2,
  );
  assertEquals([truePositives.count, truePositives.of, falseAlarms.count, falseAlarms.of], [1, 2, 1, 3]);
  assertEquals(prevalence, 2 / 5);
  assertEquals(falseAlarms.interval, wilson(1, 3));
});

Deno.test("images-evaluate-masks: maps are scaled as PyTorch's, and their pixels' AUROC is scikit-learn's", () => {
  const image = (i: number) => Float32Array.from(oracle.maps.slice(i * 24, (i + 1) * 24));
  const part = <T>(values: readonly T[], i: number) => values.slice(i * 72, (i + 1) * 72);
  const tally = pixelTally();
  for (let i = 0; i < 3; i++) {
    const map = { count: 1, height: 4, width: 6, channels: 1, pixels: image(i) };
    scaledMap(map, { height: 9, width: 8 }).forEach((value, j) =>
      assertAlmostEquals(value, part(oracle.large, i)[j]!, 1e-6)
    );
    // The first mask is empty: so it is of an image that is normal.
    tally.add(Float32Array.from(part(oracle.pixel_values, i)), i === 0 ? undefined : part(oracle.masks, i));
  }
  // A pair of pixels in the same bin is a half too much or too little: one in 4,096 or so.
  assertAlmostEquals(tally.auroc(), oracle.pixel_auroc, 5e-4);
});

Deno.test("images-evaluate-masks: values of any scale are told apart, zeros are equal, and what is no value is refused", () => {
  for (const scale of [1e-30, 1, 1e30]) {
    const tally = pixelTally();
    tally.add(Float32Array.of(0, -0, 1.001 * scale), Float32Array.of(1, 0, 1));
    tally.add(Float32Array.of(scale));
    // Of the four pairs, the two zeros tie and 0 lies below the scale.
    assertEquals(tally.auroc(), (0.5 + 0 + 1 + 1) / 4);
  }
  for (const value of [NaN, -1]) assertThrows(() => pixelTally().add(Float32Array.of(value)), RangeError, `${value}`);
  assertThrows(() => pixelTally().auroc(), RangeError, "there are 0 normal pixels and 0 anomalous ones");
});

/** Writes a PNG of any kind. */
async function png(path: string, pixels: Uint8Array | Uint16Array, width: number, channels: 1 | 3 | 4): Promise<void> {
  const { default: sharp } = await import("sharp");
  const height = pixels.length / width / channels;
  const open = sharp(pixels, { raw: { width, height, channels } });
  const grey = channels > 1 ? open : open.toColourspace(pixels instanceof Uint16Array ? "grey16" : "b-w");
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, new Uint8Array(await grey.png().toBuffer()));
}

testWith(NEEDS, "images-evaluate-masks: whatever is not black and not transparent is anomalous", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a.png");
    const kinds: [Uint8Array | Uint16Array, 1 | 3 | 4][] = [
      [Uint8Array.of(0, 1, 255), 1],
      [Uint16Array.of(0, 1, 65535), 1],
      [Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 255), 3],
      [Uint8Array.of(255, 255, 255, 0, 1, 1, 1, 255, 9, 9, 9, 128), 4],
    ];
    for (const [pixels, channels] of kinds) {
      await png(path, pixels, 3, channels);
      assertEquals([...(await readMask(path, { height: 1, width: 3 })).pixels], [0, 1, 1], `${pixels}`);
    }
    assertEquals((await decodeImage(path, path, { channels: 1 })).stored, { height: 1, width: 3 });
    await assertRejects(() => readMask(path, { height: 3, width: 1 }), ImageError, "has 3 × 1 pixels, its image 1 × 3");
  });
});

testWith(NEEDS, "images-evaluate-masks: a mask has its image's name, and there is one", async () => {
  await withFolder(async (folder) => {
    for (const name of ["bent/1.png", "cut/1_mask.png", "2.png", "2_mask.png"]) {
      await png(join(folder, name), Uint8Array.of(0), 1, 1);
    }
    const maskOf = await masksBelow(folder);
    assertEquals(maskOf("bent/1.jpeg"), join(folder, "bent/1.png"));
    assertEquals(maskOf("cut/1.png"), join(folder, "cut/1_mask.png"));
    assertThrows(() => maskOf("1.png"), ImageError, "there is none");
    assertThrows(() => maskOf("2.png"), ImageError, "there are 2");
  });
});

const NAMES = ["1.png", "<img src=x onerror=alert(1)>.png", "a_b_c [x](javascript:alert(2)) `q` | &amp;.png"];

/** Pictures whose brightness differs; anomalous ones have a square. Their masks mark it. */
async function folders(
  root: string,
): Promise<{ detector: ImageDetector; normal: string; anomalous: string; masks: string }> {
  const [{ createDetector }, { startBackend }] = [
    await import("../src/images/detector.ts"),
    await import("../src/engine/backend.ts"),
  ];
  await startBackend({ only: "cpu" });
  const rng = seededRng(0, "pictures");
  const picture = (square: boolean) => {
    const [light] = rng.uniforms(1);
    const pixels = new Uint8Array(40 * 56);
    pixels.forEach((_, i) => {
      const [x, y] = [i % 56, Math.floor(i / 56)];
      pixels[i] = square && x > 30 && x < 45 && y > 10 && y < 25 ? 255 : Math.round(60 + 2 * x * light! + y);
    });
    return pixels;
  };
  const mask = Uint8Array.from({ length: 40 * 56 }, (_, i) => {
    const [x, y] = [i % 56, Math.floor(i / 56)];
    return x > 30 && x < 45 && y > 10 && y < 25 ? 1 : 0;
  });
  const [normal, anomalous, masks] = [join(root, "normal"), join(root, "anomalous"), join(root, "masks")];
  for (let i = 0; i < 60; i++) await png(join(root, "training", `${i}.png`), picture(false), 56, 1);
  for (const name of NAMES) {
    await png(join(normal, name), picture(false), 56, 1);
    await png(join(anomalous, name), picture(true), 56, 1);
    await png(join(masks, name), mask, 56, 1);
  }
  const { readImages } = await import("../src/images/folder.ts");
  const images = await readImages([join(root, "training")], { channels: 1, side: 28 });
  const detector = createDetector("pca", { recipe: { components: 2 }, falseAlarms: 0.1 });
  await detector.fit(images.map(({ image }) => image));
  return { detector, normal, anomalous, masks };
}

testWith(NEEDS, "images-evaluate: the command measures a model, and refuses what it cannot measure", async () => {
  await withFolder(async (root) => {
    const { detector, normal, anomalous, masks } = await folders(root);
    const { saveDetector } = await import("../src/images/model_file.ts");
    const model = join(root, "m.model");
    await saveDetector(detector, model, { images: { count: 60, sha256: "0".repeat(64) }, made: {} });
    detector.dispose();
    const evaluate = (...args: string[]) => run("evaluate", model, "--backend", "wasm", "--out", root, ...args);

    const done = await evaluate("--normal", normal, "--anomalous", anomalous, "--masks", masks, "--json");
    assertEquals(done.code, 0, done.stderr);
    const found = JSON.parse(done.stdout);
    assertEquals([found.auroc, found.average_precision, found.prevalence, found.normal], [1, 1, 0.5, 3]);
    assertEquals([found.true_positives.count, found.level, found.skipped], [3, 0.1, 0]);
    assert(found.pixel_auroc > 0.9, `pixel AUROC ${found.pixel_auroc}`);
    const page = await Deno.readTextFile(found.page);
    assertStringIncludes(page, "AUROC of <strong>100.0 %</strong>");
    assert(!/(src|href)="(?!data:image\/)/.test(page), "the page needs no other file");

    const usage = async (says: string, ...args: string[]) => assertOneLine(await evaluate(...args), 2, says);
    await usage("evaluate wants --normal DIR and --anomalous DIR", "--normal", normal);
    await usage("want folders apart", "--normal", root, "--anomalous", anomalous);

    await Deno.mkdir(join(root, "none"));
    const none = await evaluate("--normal", join(root, "none"), "--anomalous", anomalous);
    assertEquals([none.code, none.stdout], [1, ""]);
    assertStringIncludes(none.stderr, "there are no normal images in");
    await Deno.remove(join(masks, "1.png"));
    const unmasked = await evaluate("--normal", normal, "--anomalous", anomalous, "--masks", masks);
    assertEquals(unmasked.code, 1);
    assertStringIncludes(unmasked.stderr, 'Cannot find the mask of "1.png"');
    await Deno.writeTextFile(join(normal, "2.png"), "no image");
    assertEquals((await evaluate("--normal", normal, "--anomalous", anomalous)).code, 1);
    const skipped = await evaluate("--normal", normal, "--anomalous", anomalous, "--skip", "--json");
    assertEquals([skipped.code, JSON.parse(skipped.stdout).skipped], [0, 1]);
  });
});

testWith(
  BROWSER,
  "images-evaluate-page: names are text, all is in the page, and it can be read by everybody",
  async () => {
    await withFolder(async (root) => {
      const { detector, normal, anomalous } = await folders(root);
      const [{ evaluate }, { picturesOf }, { evaluationPage }] = [
        await import("../src/images/evaluation.ts"),
        await import("../src/images/pictures.ts"),
        await import("../src/report/evaluation.ts"),
      ];
      const found = await evaluate(detector, {
        ...{ normal, anomalous, masks: undefined },
        ...{ falseAlarms: 0.1, unreadable: undefined },
      });
      const about = { model: "<b>`.model", normal: "a | b", anomalous: "<i>", method: "pca", calibrated: 12 };
      const html = await evaluationPage({ ...found, ...about }, ({ path }: Judged) => picturesOf(detector, path));
      detector.dispose();
      const file = join(root, "evaluation.html");
      await Deno.writeTextFile(file, html);
      await withBrowser(async (open) => {
        const page = await open(`file://${file}`);
        const texts = (what: string) => page.$$eval(what, (all) => all.map((each) => each.textContent));
        // Both kinds' highest and lowest.
        assertEquals((await texts("td:last-child")).filter((text) => NAMES.includes(text)).length, 4 * NAMES.length);
        const alts = await page.$$eval("td img", (all) => all.map((each) => each.getAttribute("alt")));
        assertEquals(new Set(alts), new Set(NAMES.flatMap((name) => [`Image ${name}`, `Map of ${name}`])));
        const broken = "[...document.images].filter((image) => image.naturalWidth === 0).length";
        assertEquals([await page.evaluate(broken), (await page.$$("a, script, b, i")).length], [0, 0]);
        await assertReadable(page, "evaluation.html");
      });
    });
  },
);
