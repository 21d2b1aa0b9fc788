/** MNIST's files: whole and official, or refused in one line. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { DataError } from "../src/data/dataset.ts";
import { loadMnist, MNIST_FILES, parseIdx } from "../src/data/mnist.ts";
import { userDataFolder } from "../src/platform/data_folder.ts";
import { testAlone, testWith, withFolder } from "./needs.ts";

const LABELS = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]);
const IMAGES = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]);

Deno.test("data-mnist: an idx file gives its dimensions and its values", () => {
  assertEquals(parseIdx("labels", LABELS), { shape: [3], values: new Uint8Array([5, 0, 4]) });
  assertEquals(parseIdx("images", IMAGES), { shape: [1, 2, 2], values: new Uint8Array([1, 2, 3, 4]) });
});

Deno.test("data-mnist: a truncated file is refused with its byte count", () => {
  assertThrows(() => parseIdx("x-idx1", LABELS.subarray(0, 9)), DataError, '"x-idx1": it has 9 bytes, 11 are expected');
  assertThrows(() => parseIdx("x-idx3", IMAGES.subarray(0, 10)), DataError, "in its 10 bytes");
  assertThrows(() => parseIdx("empty", new Uint8Array()), DataError, "in its 0 bytes");
});

Deno.test("data-mnist: a file with bytes to spare is refused with its byte count", () => {
  assertThrows(() => parseIdx("labels", new Uint8Array([...LABELS, 9])), DataError, "12 bytes, 11 are expected");
});

Deno.test("data-mnist: what is no idx file of bytes is refused", () => {
  assertThrows(() => parseIdx("page", new TextEncoder().encode("<html>not found</html>")), DataError, "no idx header");
  assertThrows(() => parseIdx("floats", LABELS.with(2, 0x0d)), DataError, "no idx header");
});

testWith(["read"], "data-mnist: the npm package holds the official files", async () => {
  const { train, test } = await loadMnist();
  assertEquals([train.images.count, test.images.count, train.images.height, train.images.width], [
    60_000,
    10_000,
    28,
    28,
  ]);
  assertEquals([...train.classes.subarray(0, 5)], [5, 0, 4, 1, 9]);
  const counts = new Uint32Array(10);
  for (const c of test.classes) counts[c]!++;
  assertEquals([...counts], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assertEquals(train.images.pixels.reduce((a, b) => Math.max(a, b)), 1);
});

testWith(["read", "write", "env"], "data-mnist: a folder without the files is refused by name", async () => {
  await withFolder(async (folder) => {
    await assertRejects(() => loadMnist(folder), DataError, join(folder, "train-images-idx3-ubyte"));
  });
});

testWith(["read", "write", "env"], "data-mnist: another file in the right form is refused with both md5", async () => {
  await withFolder(async (folder) => {
    for (const name of Object.keys(MNIST_FILES)) {
      await Deno.writeFile(join(folder, `${name}.gz`), gzipSync(name.includes("images") ? IMAGES : LABELS));
    }
    const error = await assertRejects(() => loadMnist(folder), DataError, "its md5 is ");
    assertEquals(error.message.includes(`${MNIST_FILES["train-images-idx3-ubyte"]} is expected`), true);
  });
});

testWith(["read", "write", "env"], "data-mnist: a gzipped file that is cut short is refused by name", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "train-images-idx3-ubyte.gz"), gzipSync(IMAGES).subarray(0, 20));
    await assertRejects(() => loadMnist(folder), DataError, "train-images-idx3-ubyte.gz");
  });
});

testWith(
  ["read", "write", "env"],
  "data-mnist: a file that is too long, packed or not, is refused before it is read",
  async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "train-images-idx3-ubyte");
      await Deno.writeFile(`${path}.gz`, gzipSync(new Uint8Array(47_040_017)));
      await assertRejects(
        () => loadMnist(folder),
        DataError,
        `Cannot load "${path}.gz": it unpacks to more than 47040016 bytes`,
      );
      // A hole in the disk: all of it would not fit.
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, 1e12);
      await assertRejects(
        () => loadMnist(folder),
        DataError,
        `Cannot load "${path}": it has 1000000000000 bytes, 47040016`,
      );
      await Deno.remove(path);
      await Deno.mkdir(path);
      await assertRejects(() => loadMnist(folder), DataError, `Cannot load "${path}": it is no file`);
    });
  },
);

testAlone(
  [],
  "data-mnist: an empty MEMGAN_DATA is as none, and does not name the folder of the command",
  () => {
    for (const [value, folder] of [["", undefined], ["/data", "/data"], ["data", "data"]] as const) {
      Deno.env.set("MEMGAN_DATA", value);
      assertEquals(userDataFolder(), folder);
    }
    return Promise.resolve();
  },
);
