/**
 * CIFAR-10 from its official binary version.
 *
 * ```text
 * official  train on data_batch_1 … 5, test on test_batch: the paper's
 * batch5    train on data_batch_1 … 4, test on data_batch_5: for machines without the test batch
 * ```
 *
 * @module
 */

import type { Name } from "./cifar10_files.ts";
import { check, CIFAR10_FILE_BYTES, CIFAR10_FILES, findSource } from "./cifar10_files.ts";
import type { Dataset, Labelled, Protocol } from "./dataset.ts";
import { ABOUT } from "./dataset.ts";

const BATCHES = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin"] as const;

/** The files of each protocol's parts. */
export const CIFAR10_PARTS: Readonly<Record<Protocol, { train: readonly Name[]; test: Name }>> = {
  official: { train: [...BATCHES, "data_batch_5.bin"], test: "test_batch.bin" },
  batch5: { train: BATCHES, test: "data_batch_5.bin" },
};

const { height, width, channels } = ABOUT.cifar10.shape;
const PLANE = height * width;
const RECORD = 1 + PLANE * channels;

/**
 * The images and classes of records, each a class and three planes: red, green and blue.
 *
 * @param files Their bytes; each has a whole number of records.
 * @returns Pixels in [0, 1], channels last.
 *
 * @example A record of one green image of class 3
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const record = new Uint8Array(3073).fill(255, 1 + 1024, 1 + 2048);
 * record[0] = 3;
 * const { images, classes } = parseRecords([record]);
 * assertEquals([...classes, ...images.pixels.subarray(0, 6)], [3, 0, 1, 0, 0, 1, 0]);
 * ```
 */
export function parseRecords(files: readonly Uint8Array[]): Labelled {
  const count = files.reduce((sum, { length }) => sum + length / RECORD, 0);
  const pixels = new Float32Array(count * PLANE * channels);
  const classes = new Uint8Array(count);
  let [image, to] = [0, 0];
  for (const bytes of files) {
    for (let from = 0; from < bytes.length; from += RECORD) {
      classes[image++] = bytes[from]!;
      for (let i = 0; i < PLANE; i++) {
        for (let channel = 0; channel < channels; channel++) {
          pixels[to++] = bytes[from + 1 + channel * PLANE + i]! / 255;
        }
      }
    }
  }
  return { images: { count, height, width, channels, pixels }, classes };
}

/**
 * Loads CIFAR-10.
 *
 * @param protocol What to train on and what to test on.
 * @param folder Where the files or the archive are; otherwise they are searched for, and the archive is downloaded if none is
 * found.
 * @returns Both parts.
 * @throws {DataError} If a file is missing, truncated, or not the official one, or the archive cannot be downloaded.
 */
export async function loadCifar10(protocol: Protocol, folder?: string): Promise<Dataset> {
  const { train, test } = CIFAR10_PARTS[protocol];
  const source = await findSource([...train, test], protocol, folder);
  const files: Record<string, string> = {};
  const part = async (names: readonly Name[]): Promise<Labelled> => {
    const contents: Uint8Array[] = [];
    for (const name of names) {
      const found = await source(name);
      check(found, CIFAR10_FILE_BYTES, CIFAR10_FILES[name]);
      files[name] = CIFAR10_FILES[name];
      contents.push(found.bytes);
    }
    return parseRecords(contents);
  };
  return { train: await part(train), test: await part([test]), files };
}
