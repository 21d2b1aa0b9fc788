/** Folders of small pictures, and the commands that learn from them. */

import { join } from "@std/path";
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
