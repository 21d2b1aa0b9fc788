/** What comes in as images: each fault is one line, which names the file. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { SMALL, writeFaults, writePng, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";
import { decodeImage } from "../src/images/decode.ts";
import { imageFiles, survey } from "../src/images/files.ts";
import { drawHeatMap } from "../src/images/heat_map.ts";
import { readMask } from "../src/images/masks.ts";

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

/** What is said of an image; nothing if it can be read. */
async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  return await decodeImage("x", bytes, { channels: 1 }).then(() => undefined, (error: Error) => error.message);
}

testWith(
  NEEDS,
  "images-input: a byte that was flipped in a PNG is noticed, and so is most damage in a JPEG",
  async () => {
    const { default: sharp } = await import("sharp");
    const side = 64;
    const values = Uint8Array.from(
      { length: side * side },
      (_, i) => 128 + 60 * Math.sin(i / 7) + 60 * Math.cos(i / 100),
    );
    const image = () => sharp(values, { raw: { width: side, height: side, channels: 1 } });
    const png = await image().png({ compressionLevel: 0 }).toBuffer();
    const jpeg = await image().jpeg().toBuffer();
    let [missedPng, noticedJpeg] = [0, 0];
    for (let i = 0; i < 20; i++) {
      for (const whole of [png, jpeg]) {
        const bytes = Uint8Array.from(whole);
        const at = Math.floor(bytes.length * (0.3 + 0.6 * i / 20));
        bytes.set([bytes[at]! ^ 0x55, bytes[at + 1]! ^ 0x55, 0xff, 0xd0], at);
        const said = await refusal(bytes);
        if (whole === png && said === undefined) missedPng++;
        if (whole === jpeg && said !== undefined) noticedJpeg++;
      }
    }
    assertEquals(missedPng, 0);
    assert(noticedJpeg > 5, `${noticedJpeg} of 20`);
  },
);

testWith(NEEDS, "images-input: numbers that are no share of a known greatest are refused, in a line", async () => {
  const { default: sharp } = await import("sharp");
  const values = Float32Array.from({ length: 64 }, (_, i) => i / 63);
  const tiff = (depth: "float" | "int" | "ushort") =>
    sharp(values, { raw: { width: 8, height: 8, channels: 1 } }).toColourspace("b-w").raw({ depth }).toBuffer()
      .then((raw) => sharp(new Uint8Array(raw), { raw: { width: 8, height: 8, channels: 1 } }).tiff().toBuffer());
  assertEquals(await refusal(await tiff("ushort")), undefined);
  // A TIFF of float32, written by hand: sharp writes none.
  const header = new DataView(new ArrayBuffer(8 + 2 + 9 * 12 + 4 + 256));
  header.setUint32(0, 0x49492a00);
  header.setUint32(4, 8, true);
  const entries = [[256, 8], [257, 8], [258, 32], [259, 1], [262, 1], [273, 122], [278, 8], [279, 256], [339, 3]];
  header.setUint16(8, entries.length, true);
  entries.forEach(([tag, value], i) => {
    header.setUint16(10 + 12 * i, tag!, true);
    header.setUint16(12 + 12 * i, 3, true);
    header.setUint32(14 + 12 * i, 1, true);
    header.setUint32(18 + 12 * i, value!, true);
  });
  values.forEach((value, i) => header.setFloat32(122 + 4 * i, value, true));
  assertStringIncludes(
    (await refusal(new Uint8Array(header.buffer)))!,
    "its pixels are of the type float; wanted are 8 or 16 bits",
  );
});

testWith(NEEDS, "images-input: orientation turns image, map and mask; CMYK, TIFF and AVIF are read", async () => {
  const { default: sharp } = await import("sharp");
  // Left black, right white; by orientation 6 it is seen turned to the right: black above, white below.
  const values = Uint8Array.from({ length: 32 }, (_, i) => i % 8 < 4 ? 0 : 255);
  const flat = () => sharp(values, { raw: { width: 8, height: 4, channels: 1 } });
  const turned = () => flat().withMetadata({ orientation: 6 });
  const bytes = await turned().tiff({ compression: "none" }).toBuffer();
  const { height, width, stored, pixels } = await decodeImage("x", bytes, { channels: 1 });
  assertEquals([height, width, stored.height, stored.width], [8, 4, 8, 4]);
  assertEquals([...pixels], Array.from({ length: 32 }, (_, i) => i < 16 ? 0 : 1));
  const map = { count: 1, height: 8, width: 4, channels: 1, pixels: new Float32Array(32) };
  const drawn = await sharp(await drawHeatMap(bytes, map, 1)).metadata();
  assertEquals([drawn.height, drawn.width], [8, 4]);
  await withFolder(async (folder) => {
    const path = join(folder, "mask.tiff");
    await Deno.writeFile(path, bytes);
    assertEquals([...(await readMask(path, stored)).pixels], [...pixels]);
  });
  const cmyk = await sharp({ create: { width: 4, height: 4, channels: 3, background: "#fff" } }).toColourspace("cmyk")
    .tiff().toBuffer();
  const avif = await sharp({ create: { width: 16, height: 16, channels: 3, background: "#fff" } }).avif({
    lossless: true,
  })
    .toBuffer();
  for (const white of [cmyk, avif]) {
    const read = await decodeImage("x", white, { channels: 3 });
    assert(read.pixels.every((value) => value > 0.97), `${read.pixels[0]}`);
  }
});

testWith(
  NEEDS,
  "images-input: pictures with endings that are not read are counted, and a folder named twice is searched once",
  async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "sub"));
      for (const name of ["a.png", "b.bmp", "sub/c.BMP", "sub/d.heic", "notes.txt"]) {
        await Deno.writeTextFile(join(folder, name), "");
      }
      assertEquals(
        (await survey([folder, join(folder, "sub")])).passedOver,
        "passed over: 2 .bmp, 1 .heic; read are .png .jpg .jpeg .webp .tif .tiff .gif .avif",
      );
      assertEquals(await survey([join(folder, "a.png")]), { images: 1, passedOver: undefined });
      // What is named is taken as it is, whatever its ending.
      assertEquals(await survey([join(folder, "b.bmp")]), { images: 1, passedOver: undefined });
      const names = (await Array.fromAsync(imageFiles([folder, folder, join(folder, "sub")]))).map(({ name }) => name);
      assertEquals(names, ["a.png"]);
    });
  },
);
