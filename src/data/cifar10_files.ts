/**
 * The files of CIFAR-10's official binary version: finding them and checking that they are complete.
 *
 * They are searched for, plain or gzipped, in a named folder or its `cifar-10-batches-bin`; or in the official archive, in a named
 * folder or the user's cache. If they are in none of these places, the archive is downloaded into the cache.
 *
 * @module
 */

import { join } from "@std/path";
import { createHash } from "node:crypto";
import { cacheFolder } from "../platform/cache.ts";
import { writeWhole } from "../platform/files.ts";
import { sweep } from "../platform/leftovers.ts";
import { bodyOf, readBounded, unpack } from "./bounded.ts";
import type { Protocol } from "./dataset.ts";
import { DataError } from "./dataset.ts";

/** The official files and their md5. */
export const CIFAR10_FILES = {
  "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
  "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
  "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
  "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
  "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
  "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
} as const;

/** Bytes of each of the files: ten thousand images, each a class and 32 × 32 × 3 values. */
export const CIFAR10_FILE_BYTES: number = 10_000 * (1 + 32 * 32 * 3);

/** The official archive: its address and its md5. */
export const CIFAR10_ARCHIVE = {
  name: "cifar-10-binary.tar.gz",
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  bytes: 170_052_171,
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
} as const;

/** The name of a file. */
export type Name = keyof typeof CIFAR10_FILES;

/** The folder's name inside the archive. */
const FOLDER = "cifar-10-batches-bin";

/** A file that has been found, not yet checked. */
export interface Found {
  /** Where it is. */
  readonly path: string;
  /** Its content, unpacked. */
  readonly bytes: Uint8Array;
}

/**
 * The files in a tar archive, by the last part of their names.
 *
 * @param bytes The archive, with names of at most 100 bytes.
 * @returns Views of its bytes.
 * @throws {DataError} If an entry has no length, or ends after the archive.
 */
export function untar(bytes: Uint8Array): Map<string, Uint8Array> {
  const BLOCK = 512;
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number) =>
    new TextDecoder().decode(bytes.subarray(from, from + length)).split("\0")[0]!;
  // An empty name ends the archive.
  for (let at = 0; text(at, 100) !== "";) {
    const size = parseInt(text(at + 124, 12), 8);
    const data = at + BLOCK;
    if (!(size >= 0 && data + size <= bytes.length)) {
      throw new DataError(`Cannot read the archive: its entry at byte ${at} ends after its ${bytes.length} bytes`);
    }
    // In some archives a descriptive entry precedes a file and has the same name.
    files.set(text(at, 100).split("/").pop()!, bytes.subarray(data, data + size));
    at = data + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function checkLength(path: string, found: number, length: number): void {
  if (found !== length) throw new DataError(`Cannot load "${path}": it has ${found} bytes, ${length} are expected`);
}

/** Refuses a file of the wrong length, which says more than a wrong md5, or of the wrong md5. */
export function check({ path, bytes }: Found, length: number, md5: string): void {
  checkLength(path, bytes.length, length);
  const found = createHash("md5").update(bytes).digest("hex");
  if (found !== md5) throw new DataError(`Cannot load "${path}": its md5 is ${found}, ${md5} is expected`);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Reads one of the files. */
type Source = (name: Name) => Promise<Found>;

/** The archive in a folder, if it is there. */
async function archiveIn(folder: string): Promise<Source | undefined> {
  const path = join(folder, CIFAR10_ARCHIVE.name);
  if (!await isThere(path)) return undefined;
  const { size } = await Deno.stat(path);
  checkLength(path, size, CIFAR10_ARCHIVE.bytes);
  const packed = await Deno.readFile(path);
  check({ path, bytes: packed }, CIFAR10_ARCHIVE.bytes, CIFAR10_ARCHIVE.md5);
  // Six files, a page about them, and room for whatever tar puts between.
  const files = untar(unpack(path, packed, 7 * CIFAR10_FILE_BYTES));
  return (name) => Promise.resolve({ path: `${path}/${name}`, bytes: files.get(name)! });
}

/** The files in a folder, plain or gzipped, if any of the wanted ones is there. */
async function filesIn(folder: string, names: readonly Name[], protocol: Protocol): Promise<Source | undefined> {
  const paths = new Map<Name, string>();
  for (const name of names) {
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
      if (!paths.has(name) && await isThere(path)) paths.set(name, path);
    }
  }
  if (paths.size === 0) return undefined;
  const missing = names.filter((name) => !paths.has(name));
  if (missing.length > 0) {
    const onlyTest = protocol === "official" && missing.join() === "test_batch.bin";
    throw new DataError(
      `Cannot load CIFAR-10: ${missing.join(", ")} is not in "${folder}"` +
        (onlyTest ? ", which the protocol official tests on; --protocol batch5 does without it" : ""),
    );
  }
  return async (name) => {
    const path = paths.get(name)!;
    return { path, bytes: await readBounded(path, CIFAR10_FILE_BYTES) };
  };
}

/** Where the files are: the named folder alone, or else in the cache or on the network. */
export async function findSource(names: readonly Name[], protocol: Protocol, folder?: string): Promise<Source> {
  const { dirname } = import.meta;
  // The project's own machines have them beside the checkout.
  const beside = dirname === undefined ? [] : [join(dirname, "../../../shared/data")];
  // A stray file in one place must not hide all of them in the next.
  const complaints: DataError[] = [];
  for (const base of folder === undefined ? beside : [folder]) {
    for (const place of [base, join(base, FOLDER)]) {
      for (const find of [() => filesIn(place, names, protocol), () => archiveIn(place)]) {
        const source = await find().catch((error) => {
          if (!(error instanceof DataError)) throw error;
          complaints.push(error);
          return undefined;
        });
        if (source !== undefined) return source;
      }
    }
  }
  if (folder !== undefined) {
    throw complaints[0] ??
      new DataError(`Cannot load CIFAR-10: neither ${names[0]} nor ${CIFAR10_ARCHIVE.name} is in "${folder}"`);
  }
  const cache = cacheFolder();
  await sweep(cache, /\.part-/);
  const inCache = await archiveIn(cache);
  if (inCache !== undefined) return inCache;
  await downloadCifar10(cache).catch((error) => {
    if (!(error instanceof DataError) || complaints.length === 0) throw error;
    throw new DataError(`${complaints[0]!.message}. ${error.message}`);
  });
  return (await archiveIn(cache))!;
}

/**
 * Downloads the official archive into a folder, where it is complete or absent.
 *
 * @param folder The folder; created if it does not exist.
 * @throws {DataError} If the archive cannot be downloaded, or the download is not the official archive.
 */
export async function downloadCifar10(folder: string): Promise<void> {
  const { name, url, bytes: length, md5 } = CIFAR10_ARCHIVE;
  const path = join(folder, name);
  console.error(`CIFAR-10: downloading ${url} (162 MB) into "${folder}" ...`);
  let bytes: Uint8Array;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server says ${response.status} ${response.statusText}`);
    bytes = await bodyOf(response, length);
  } catch (error) {
    // A failed request gives the reason only in its cause.
    const { message } = ((error as Error).cause ?? error) as Error;
    throw new DataError(
      `Cannot download CIFAR-10 (${message}): put ${url} into a folder and name that with --data or ` +
        `MEMGAN_DATA`,
    );
  }
  check({ path: url, bytes }, length, md5);
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(path, bytes);
}
