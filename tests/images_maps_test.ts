/** Maps and what is in their way: no image is overwritten, no map is scored as an image. */

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { createDetector } from "../src/images/detector.ts";
import type { Listing } from "../src/images/listing.ts";
import { writeScores } from "../src/images/listing.ts";
import { readImages } from "../src/images/folder.ts";
import { decodingFor } from "../src/images/scoring.ts";
import { StoreError } from "../src/platform/files.ts";
import { NEEDS, run } from "./command_line.ts";
import { SMALL, writePng, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";

const listing = (maps: string, lines: string[] = []): Listing => ({
  ...{ falseAlarms: 0.2, format: "csv", file: `${maps}.csv`, maps, skip: false },
  say: (line) => lines.push(line),
});

testWith(
  NEEDS,
  "images-score: maps are refused where they would overwrite images or each other, or be scored, before one is scored",
  async () => {
    await withFolder(async (folder) => {
      const [good, other, aside] = ["good", "other", "aside"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      await writeSlopes(good, 40);
      await writeSlopes(other, 2);
      const shape = { height: 16, width: 16, channels: 1 };
      const detector = createDetector("pca", { shape, falseAlarms: 0.2, recipe: { components: 2 } });
      await detector.fit((await readImages(good, { channels: 1, side: 16 })).map(({ image }) => image));
      const before = await Deno.readFile(join(other, "0000.png"));
      const refused: [string[], string, string][] = [
        [[other], other, "whose images are scored"],
        [[other], join(other, "maps"), "whose images are scored"],
        [[join(other, "0000.png")], other, "is an image that is scored"],
        [[good, other], aside, "is that of"],
      ];
      for (const [paths, maps, why] of refused) {
        const error = await assertRejects(() => writeScores(detector, paths, listing(maps)), StoreError);
        assertStringIncludes(error.message, why);
      }
      assertEquals(await Deno.readFile(join(other, "0000.png")), before);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["aside", "good", "other"]);
      await writePng(join(other, "odd.bmp"), 16, new Uint8Array(256));
      const lines: string[] = [];
      await writeScores(detector, [other], listing(aside, lines));
      assertEquals([...Deno.readDirSync(aside)].map(({ name }) => name).sort(), ["0000.png", "0001.png"]);
      assertStringIncludes(lines[0]!, "passed over: 1 .bmp");
      detector.dispose();
    });
  },
);

Deno.test("images-tiles: tiles are squares, and files are scaled to them", () => {
  const shape = { height: 16, width: 32, channels: 1 };
  assertThrows(
    () => createDetector("pixelmean", { shape, tiled: true }),
    RangeError,
    "tiles are squares, options.shape is 16 × 32 × 1",
  );
  const detector = createDetector("pixelmean", { shape });
  assertThrows(() => decodingFor(detector), RangeError, "it sees 16 × 32 × 1, files are scaled to squares");
});

testWith(NEEDS, "images-evaluate: normal images that are those of the fit are told of", async () => {
  await withFolder(async (folder) => {
    const [good, bad, model] = ["good", "bad", "m.model"].map((name) => join(folder, name)) as [string, string, string];
    await writeSlopes(good, 40);
    await writeSlopes(bad, 4, 16, 1);
    assertEquals((await run("fit", good, "--out", model, ...SMALL)).code, 0);
    const evaluate = (normal: string, anomalous: string) =>
      run("evaluate", model, "--normal", normal, "--anomalous", anomalous, "--out", folder, "--backend", "wasm");
    const same = await evaluate(good, bad);
    assertEquals(same.code, 0, same.stderr);
    assertStringIncludes(same.stderr, "has the images that the model was fitted on");
    const others = await evaluate(bad, good);
    assertEquals([others.code, others.stderr.includes("fitted on")], [0, false]);
  });
});
