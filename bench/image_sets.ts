/**
 * Folders of pictures that nobody made for this project, to measure the commands on: normal ones to learn from, and tests.
 *
 * - `mnist` and `cifar10`: one class of the official training part, and the whole test part, as PNGs.
 * - `brick`, `grass`, `gravel`: tiles of 64 × 64 pixels of a photographed texture of scikit-image. The upper half of the picture is
 *   learned from, in tiles 12 pixels apart; tiles of the lower half are the test, so that no pixel is in both. Anomalies are tiles
 *   of the other two textures and of scikit-learn's two photographs.
 * - the same tiles with a {@linkcode damage defect} made by hand: every second test tile is damaged, the others are not.
 *
 * @module
 */

import { join } from "@std/path";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { loadDataset } from "../src/data/load.ts";
import { officialSplit } from "../src/data/splits.ts";
import { seededRng } from "../src/engine/random.ts";
import { decodeImage } from "../src/images/decode.ts";
import { runProgram } from "../src/platform/children.ts";
import { damage, DEFECTS } from "./defects.ts";
import type { Source, TEXTURES } from "./image_plan.ts";
import { NORMAL_CLASS } from "./image_plan.ts";

/** The side of tiles; pixels from one training tile to the next, from one test tile to the next, and from one anomaly to the next. */
const [SIDE, TRAIN_STEP, TEST_STEP, OTHER_STEP] = [64, 12, 32, 64];

/** Where a source's pictures are. */
export interface Folders {
  /** What is learned from. */
  readonly train: string;
  /** Tests by their names, each with its normal and its anomalous pictures. */
  readonly tests: Readonly<Record<string, { readonly normal: string; readonly anomalous: string }>>;
}

/** Pictures could not be had. */
class PictureError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PictureError";
  }
}

/** Writes a batch as PNGs below a folder, numbered in their order. */
async function write(folder: string, images: Images): Promise<void> {
  const { default: sharp } = await import("sharp");
  await Deno.mkdir(folder, { recursive: true });
  const { count, width, height } = images;
  const channels = images.channels as 1 | 3;
  for (let i = 0; i < count; i++) {
    const bytes = Uint8Array.from(gather(images, [i]).pixels, (value) => Math.round(255 * value));
    const png = sharp(bytes, { raw: { width, height, channels } });
    await (channels === 1 ? png.toColourspace("b-w") : png).png().toFile(
      join(folder, `${String(i).padStart(5, "0")}.png`),
    );
  }
}

/** A class of a data set against the others. */
async function classFolders(name: "mnist" | "cifar10", folder: string): Promise<Folders> {
  const dataset = await loadDataset(name, name === "mnist" ? "official" : "batch5");
  const { train, test } = officialSplit(dataset, NORMAL_CLASS[name]);
  const of = (label: number) => gather(test.images, [...test.labels.keys()].filter((i) => test.labels[i] === label));
  const at = { train: join(folder, "train"), normal: join(folder, "normal"), anomalous: join(folder, "anomalous") };
  await write(at.train, train.images);
  await write(at.normal, of(0));
  await write(at.anomalous, of(1));
  return { train: at.train, tests: { [name]: { normal: at.normal, anomalous: at.anomalous } } };
}

/** The files of the pictures that scikit-image and scikit-learn bring along. */
async function pictureFiles(python: string): Promise<Record<string, string>> {
  const script =
    "import json, os, skimage.data, sklearn.datasets as d; f = lambda m, *p: os.path.join(os.path.dirname(" +
    "m.__file__), *p); print(json.dumps({**{n: f(skimage.data, n + '.png') for n in ('brick', 'grass', 'gravel')}, " +
    "**{n: f(d, 'images', n + '.jpg') for n in ('china', 'flower')}}))";
  const { code, stdout, stderr } = await runProgram(python, ["-c", script]);
  if (code === 0) return JSON.parse(stdout);
  throw new PictureError(
    `Cannot find the pictures: "${python}" wants scikit-image and scikit-learn; ${stderr.trim().split("\n").pop()}`,
  );
}

/** Tiles of rows from `top` to `bottom` of a picture, so many pixels apart. */
function tiles({ width, pixels }: Images, [top, bottom]: readonly [number, number], step: number): Images {
  const all: number[] = [];
  let count = 0;
  for (let y = top; y + SIDE <= bottom; y += step) {
    for (let x = 0; x + SIDE <= width; x += step, count++) {
      for (let row = 0; row < SIDE; row++) {
        const at = (y + row) * width + x;
        all.push(...pixels.subarray(at, at + SIDE));
      }
    }
  }
  return { count, height: SIDE, width: SIDE, channels: 1, pixels: Float32Array.from(all) };
}

/** A batch of single pictures of one size. */
function batch(pictures: readonly Images[]): Images {
  return {
    ...pictures[0]!,
    count: pictures.length,
    pixels: Float32Array.from(pictures.flatMap(({ pixels }) => [...pixels])),
  };
}

/** A texture against others, and against itself with defects. */
async function textureFolders(name: typeof TEXTURES[number], folder: string, python: string): Promise<Folders> {
  const files = await pictureFiles(python);
  const lower = (image: Images) => [Math.floor(image.height / 2), image.height] as const;
  const picture = await decodeImage(name, files[name]!, { channels: 1 });
  await write(join(folder, "train"), tiles(picture, [0, lower(picture)[0]], TRAIN_STEP));
  const test = tiles(picture, lower(picture), TEST_STEP);
  await write(join(folder, "normal"), test);
  for (const [other, file] of Object.entries(files)) {
    if (other === name) continue;
    const image = await decodeImage(other, file, { channels: 1 });
    await write(join(folder, "anomalous", other), tiles(image, lower(image), OTHER_STEP));
  }
  const rng = seededRng(0, `defects of ${name}`);
  const [whole, damaged]: [Images[], ReturnType<typeof damage>[]] = [[], []];
  for (let i = 0; i < test.count; i++) {
    const tile = gather(test, [i]);
    if (i % 2 === 0) whole.push(tile);
    else damaged.push(damage(tile, DEFECTS[damaged.length % DEFECTS.length]!, rng));
  }
  await write(join(folder, "whole"), batch(whole));
  await write(join(folder, "damaged"), batch(damaged.map(({ image }) => image)));
  await write(join(folder, "masks"), batch(damaged.map(({ mask }) => mask)));
  return {
    train: join(folder, "train"),
    tests: {
      [name]: { normal: join(folder, "normal"), anomalous: join(folder, "anomalous") },
      [`${name}, defects`]: { normal: join(folder, "whole"), anomalous: join(folder, "damaged") },
    },
  };
}

/**
 * Makes the folders of a source.
 *
 * @param source Which.
 * @param folder Where; it is made.
 * @param python A Python with scikit-image and scikit-learn, for the textures.
 * @returns Where its pictures are.
 */
export function makeFolders(source: Source, folder: string, python: string): Promise<Folders> {
  return source === "mnist" || source === "cifar10"
    ? classFolders(source, folder)
    : textureFolders(source, folder, python);
}
