/** What `score` writes, and what a p-value promises. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { createDetector } from "../mod.ts";
import { gather } from "../src/data/images.ts";
import { loadMnist } from "../src/data/mnist.ts";
import { seededRng } from "../src/engine/random.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { SMALL, writePng, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(
  ["read", "env"],
  "images-p-value: over 200 splits of real images no more than a share q of normal ones is called anomalous",
  async () => {
    await tf.setBackend("cpu");
    const { train } = await loadMnist();
    const eights = [...train.classes].flatMap((label, i) => label === 8 ? [i] : []);
    const levels = [0.01, 0.05, 0.1];
    const called = levels.map(() => 0);
    const [splits, fitted, tested] = [200, 198, 100];
    for (let split = 0; split < splits; split++) {
      const order = seededRng(split, "split").permutation(eights.length).subarray(0, fitted + tested);
      const images = gather(train.images, Array.from(order, (i) => eights[i]!));
      const detector = createDetector("pixelmean", { holdOut: 0.5, seed: split });
      await detector.fit(gather(images, Array.from({ length: fitted }, (_, i) => i)));
      const scores = await detector.score(gather(images, Array.from({ length: tested }, (_, i) => fitted + i)));
      levels.forEach((q, i) => called[i]! += scores.filter((score) => detector.isAnomalous(score, q)).length);
      for (const score of scores) assertEquals(detector.isAnomalous(score, 0.05), detector.pValue(score) <= 0.05);
      detector.dispose();
    }
    levels.forEach((q, i) => {
      // With 99 held out the share is Beta-distributed about q exactly, with variance q(1 − q)/101; the images tested add
      // q(1 − q)/100. Four standard deviations of the mean of 200.
      const tolerance = 4 * Math.sqrt(q * (1 - q) * (1 / 101 + 1 / tested) / splits);
      assertAlmostEquals(called[i]! / (splits * tested), q, tolerance, `q = ${q}`);
    });
  },
);

testWith(
  ["read"],
  "images-p-value: a level that the held-out part cannot give is refused, with the n that it needs",
  async () => {
    const detector = createDetector("pixelmean", { shape: { height: 16, width: 16, channels: 1 } });
    const images = { count: 100, height: 16, width: 16, channels: 1, pixels: new Float32Array(25600) };
    const says = "99 held-out normal images are needed, there are 20, which is enough for 0.0477";
    await assertRejects(() => detector.fit(images), RangeError, says);
    const few = createDetector("pixelmean", { shape: detector.options.shape, falseAlarms: 0.1 });
    const pixels = new Float32Array(25600).fill(255);
    await assertRejects(() => few.fit({ ...images, pixels }), RangeError, "pixels must be in [0, 1], one is 255");
  },
);

testWith(NEEDS, "images-tiles: a small defect in a large picture is found by tiles, and shown by the map", async () => {
  await withFolder(async (folder) => {
    const [good, bad, model, maps] = ["good", "bad", "m.model", "maps"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    await writeSlopes(good, 40, 160);
    // The same picture twice; on one of them two pixels of 25,600, a scratch at row 100, column 40.
    await writeSlopes(bad, 1, 160, 1);
    const { default: sharp } = await import("sharp");
    const values = await sharp(join(bad, "0000.png")).toColourspace("b-w").raw().toBuffer();
    for (let i = 0; i < 2; i++) values[(100 + i) * 160 + 40 + i] = 210;
    await writePng(join(bad, "scratch.png"), 160, values);
    const found = async (...tile: string[]) => {
      const fitted = await run("fit", good, "--out", model, ...SMALL, ...tile);
      assertEquals(fitted.code, 0, fitted.stderr);
      const scored = await run("score", model, bad, "--json", "--maps", maps, "--backend", "wasm");
      assertEquals(scored.code, 0, scored.stderr);
      return (JSON.parse(scored.stdout) as { path: string; anomalous: boolean }[]).map(({ anomalous }) => anomalous);
    };
    const [clean, scratched] = await found();
    assertEquals(clean, scratched);
    assertEquals(await found("--tile"), [false, true]);
    const { data, info } = await sharp(join(maps, "scratch.png")).raw().toBuffer({ resolveWithObject: true });
    const red = Array.from({ length: 160 * 160 }, (_, i) => data[3 * i]! - data[3 * i + 2]!);
    const hottest = red.indexOf(Math.max(...red));
    assertEquals([info.width, info.height], [160, 160]);
    assert(Math.hypot(Math.floor(hottest / 160) - 100, hottest % 160 - 40) < 4, `${hottest}`);
  });
});

testWith(NEEDS, "images-score: CSV in order, a closed pipe, a full disk, --fail, and what cannot be read", async () => {
  await withFolder(async (folder) => {
    const [good, odd, model] = [join(folder, "good"), join(folder, "odd"), join(folder, "m.model")] as const;
    await writeSlopes(good, 40);
    await writeSlopes(odd, 1);
    await writePng(join(odd, 'a "b",\nc.png'), 16, new Uint8Array(256));
    assertEquals((await run("fit", good, "--out", model, ...SMALL)).code, 0);
    const score = (...args: string[]) => run("score", model, ...args, "--backend", "wasm");

    const { code, stdout } = await score(odd, "--fail");
    assertEquals(code, 3);
    assert(stdout.startsWith(`path,score,p_value,anomalous\n${odd}/0000.png,`), stdout);
    assertStringIncludes(stdout, `"${odd}/a ""b"",\nc.png",`);

    const shell = (line: string) =>
      new Deno.Command("sh", { args: ["-c", line], cwd: fromFileUrl(import.meta.resolve("../")) }).output();
    const call = `"${Deno.execPath()}" run --quiet -A src/cli/score.ts '${model}' '${good}' --backend wasm`;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    // Nobody reads: by the time that it has scores to write, `true` has long ended.
    const closed = await shell(`(${call}; echo $? >&2) | true`);
    assertEquals(text(closed.stderr).trim().split("\n").slice(1), ["141"]);
    const full = await shell(`${call} > /dev/full`);
    assertEquals(full.code, 1);
    assertStringIncludes(text(full.stderr), "Cannot write to standard output: No space left on device");

    await Deno.writeTextFile(join(odd, "text.png"), "text");
    const file = join(folder, "scores.csv");
    const failed = await score(odd, "--csv", file);
    assertEquals([failed.code, failed.stdout], [1, ""]);
    assertStringIncludes(failed.stderr, 'text.png": it is not one of');
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["good", "m.model", "odd"]);
    const skipped = await score(odd, "--csv", file, "--skip");
    assertStringIncludes(skipped.stderr, "1 could not be read");
    assertEquals((await Deno.readTextFile(file)).trim().split("\n").length, 4);
    assertOneLine(
      await score(join(folder, "gone")).then((o) => ({ ...o, stderr: o.stderr.split("\n")[1]! })),
      1,
      "there is no",
    );
  });
});
