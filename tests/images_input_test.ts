/** What comes in as images: each fault is one line, which names the file. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { SMALL, writeFaults, writePng, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";
import { decodeImage } from "../src/images/decode.ts";
import { imageFiles } from "../src/images/files.ts";

testWith(NEEDS, "images-input: a file that is no image is one line with its name and what is wrong", async () => {
  await withFolder(async (folder) => {
    for (const [name, why] of Object.entries(await writeFaults(folder))) {
      const path = join(folder, name);
      const error = await decodeImage(path, path, { channels: 1, side: 16 }).then(() => undefined, (error) => error);
      assertEquals(error?.name, "ImageError", name);
      assertStringIncludes(error.message, `Cannot read the image "${path}": ${why}`);
      assertEquals(error.message.split("\n").length, 1);
    }
  });
});

testWith(
  NEEDS,
  "images-input: fit fails before training where an image cannot be read, and with --skip lists and passes over it",
  async () => {
    await withFolder(async (folder) => {
      const [images, out] = [join(folder, "images"), join(folder, "m.model")];
      const faults = await writeFaults(images);
      await writeSlopes(images, 30);
      const failed = await run("fit", images, "--out", out, ...SMALL);
      assertEquals([failed.code, failed.stdout], [1, ""]);
      assertStringIncludes(failed.stderr, 'bomb.png": it has 30000 × 30000 pixels');
      assertStringIncludes(failed.stderr, "--skip passes over such files");
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["images"]);

      const fitted = await run("fit", images, "--out", out, ...SMALL, "--skip", "--json");
      assertEquals(fitted.code, 0, fitted.stderr);
      assertEquals(JSON.parse(fitted.stdout).skipped, Object.keys(faults).map((name) => join(images, name)));
      assertStringIncludes(fitted.stderr, "found: 30 images of 16 × 16 pixels, all grey, 7 unreadable files");
    });
  },
);

testWith(
  NEEDS,
  "images-input: no images, too few, a level that they cannot give, and a folder in the way",
  async () => {
    await withFolder(async (folder) => {
      const out = join(folder, "m.model");
      await Deno.mkdir(join(folder, "none"));
      assertOneLine(
        await run("fit", join(folder, "none"), "--out", out),
        1,
        "there are none with the endings png, jpg",
      );
      await writeSlopes(join(folder, "one"), 1);
      const one = await run("fit", join(folder, "one"), "--out", out);
      assertEquals([one.code, one.stdout], [1, ""]);
      assertStringIncludes(
        one.stderr,
        "99 held-out normal images are needed, there are 0 (0.2 of 1); 495 images would do",
      );
      assertOneLine(
        await run("fit", join(folder, "one"), "--out", folder),
        1,
        "it is a folder, a file's name is wanted",
      );
      assertOneLine(
        await run("fit", join(folder, "one"), "--out", out, "--method", "pca", "--epochs", "3"),
        1,
        "Cannot fit pca: it has no epochs",
      );
      assertOneLine(await run("fit", join(folder, "gone"), "--out", out), 1, "gone");
      assert(![...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("m.model")));
    });
  },
);

testWith(NEEDS, "images-input: links may go in circles, and names hold what they like", async () => {
  await withFolder(async (folder) => {
    const names = ["a b.png", "it's.png", 'say "so".png', "two\nlines.png", "\x1b[2Jclear.png", "ü.PNG"];
    for (const name of names) await writePng(join(folder, name), 1, [0]);
    await Deno.mkdir(join(folder, "sub"));
    await Deno.symlink("..", join(folder, "sub", "up"));
    await Deno.symlink(folder, join(folder, "sub", "again"));
    const found = (await Array.fromAsync(imageFiles([folder]))).map(({ name }) => name);
    assertEquals(found, names.toSorted());
  });
});

testWith(NEEDS, "images-input: no name reaches a terminal with what would steer it", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "\x1b[2J\u202e\n.png");
    await Deno.writeTextFile(path, "text");
    const error = await decodeImage(path, path, { channels: 1 }).then(() => undefined, (error) => error);
    assertStringIncludes(error.message, "\\x1b[2J\\u{202e}\\n.png");
  });
});

testWith(NEEDS, "images-input: the first picture of an animation, 16 bits, transparency and a palette", async () => {
  const { default: sharp } = await import("sharp");
  const grey = (value: number) => ({ r: value, g: value, b: value });
  const plain = (background: object) => sharp({ create: { width: 4, height: 4, channels: 4, background } as never });
  const clear = await plain({ ...grey(0), alpha: 0 }).png().toBuffer();
  const deep = await plain({ ...grey(128), alpha: 1 }).toColourspace("rgb16").png().toBuffer();
  const few = await plain({ ...grey(128), alpha: 1 }).png({ palette: true }).toBuffer();
  const frames = () => sharp([clear, few], { join: { animated: true } });
  const [gif, webp] = [await frames().gif().toBuffer(), await frames().webp({ lossless: true }).toBuffer()];
  for (const [bytes, value] of [[clear, 1], [deep, 0.5], [few, 0.5], [gif, 1], [webp, 1]] as const) {
    for (const channels of [1, 3] as const) {
      const { pixels, height } = await decodeImage("x", bytes, { channels });
      assertEquals([height, pixels.length], [4, 16 * channels]);
      assert(pixels.every((pixel) => Math.abs(pixel - value) < 0.01), `${pixels[0]} for ${value}`);
    }
  }
});
