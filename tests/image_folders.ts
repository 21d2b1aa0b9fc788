/** Folders of small pictures, and the commands that learn from them. */

import { join } from "@std/path";
import { crc32, deflateSync } from "node:zlib";
import { seededRng } from "../src/engine/random.ts";

/** Writes a grey PNG. */
export async function writePng(path: string, side: number, values: ArrayLike<number>): Promise<void> {
  const raw = { raw: { width: side, height: side, channels: 1 } } as const;
  // Loaded where it is used: it reads the environment, which plain `deno test` does not let it.
  const { default: sharp } = await import("sharp");
  await Deno.writeFile(path, await sharp(Uint8Array.from(values), raw).png().toBuffer());
}

/** Writes grey pictures of a smooth slope with noise on it. */
export async function writeSlopes(folder: string, count: number, side = 16, seed = 0): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const rng = seededRng(seed, "slopes");
  for (let i = 0; i < count; i++) {
    const values = Array.from({ length: side * side }, (_, at) => 60 + 100 * (at % side) / side + 40 * rng.uniform());
    await writePng(join(folder, `${String(i).padStart(4, "0")}.png`), side, values);
  }
}

/** A chunk of a PNG. */
function chunk(kind: string, data: Uint8Array): number[] {
  const body = [...new TextEncoder().encode(kind), ...data];
  const word = (value: number) => [24, 16, 8, 0].map((shift) => value >>> shift & 255);
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}

/** A PNG that says that it is 30,000 × 30,000, in a hundred bytes. */
function bomb(): Uint8Array {
  const size = new Uint8Array([0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 0, 0, 0, 0]);
  const head = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  const data = chunk("IDAT", deflateSync(new Uint8Array(1000)));
  return Uint8Array.from([...head, ...chunk("IHDR", size), ...data, ...chunk("IEND", new Uint8Array())]);
}

/** Files that are no images, and what is said of them. */
export async function writeFaults(folder: string): Promise<Record<string, string>> {
  await Deno.mkdir(folder, { recursive: true });
  await writeSlopes(join(folder, "whole"), 1, 64);
  const whole = await Deno.readFile(join(folder, "whole", "0000.png"));
  await Deno.remove(join(folder, "whole"), { recursive: true });
  await Deno.writeFile(join(folder, "empty.png"), new Uint8Array());
  await Deno.writeTextFile(join(folder, "text.png"), "no image");
  await Deno.writeFile(join(folder, "cut.png"), whole.subarray(0, whole.length / 2));
  await Deno.writeFile(join(folder, "bomb.png"), bomb());
  await Deno.writeTextFile(
    join(folder, "drawing.png"),
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
  await Deno.symlink("nowhere.png", join(folder, "link.png"));
  await Deno.symlink("circle.png", join(folder, "circle.png"));
  return {
    "bomb.png": "it has 30000 × 30000 pixels, 100,000,000 are allowed",
    "circle.png": "its link leads in a circle",
    "cut.png": "",
    "drawing.png": "it is svg, not one of PNG",
    "empty.png": "it is empty",
    "link.png": "there is no such file",
    "text.png": "it is not one of PNG, JPEG, WebP, TIFF, GIF and AVIF, or damaged",
  };
}

/** A command line of `fit` on pictures of 16 pixels, few of which are held out. */
export const SMALL = [
  "--method",
  "pca",
  "--preprocessing",
  "none",
  "--size",
  "16",
  "--hold-out",
  "0.5",
  "--false-alarms",
  "0.1",
  "--backend",
  "wasm",
] as const;
