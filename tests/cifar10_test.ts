/** CIFAR-10's files: whole and official, or refused in one line. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { gzipSync } from "node:zlib";
import { CIFAR10_PARTS, loadCifar10, parseRecords } from "../src/data/cifar10.ts";
import { CIFAR10_ARCHIVE, CIFAR10_FILES, downloadCifar10, untar } from "../src/data/cifar10_files.ts";
import { ABOUT, DataError } from "../src/data/dataset.ts";
import { loadDataset } from "../src/data/load.ts";
import { officialSplit } from "../src/data/splits.ts";
import { RUN_SPEC } from "../src/experiments/run_spec.ts";
import type { Need } from "./needs.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";

const RECORD = 3073;
const FILES = ["read", "write", "env"] as const;
const TRAINING = Object.keys(CIFAR10_FILES).filter((name) => name.startsWith("data"));

/** A record whose value at a channel, row and column is told by a function. */
function record(label: number, value: (channel: number, row: number, column: number) => number): Uint8Array {
  const bytes = new Uint8Array(RECORD).fill(label, 0, 1);
  for (let i = 0; i < 3072; i++) bytes[1 + i] = value(i >> 10, (i >> 5) & 31, i & 31);
  return bytes;
}

/** Writes a file under every name. */
async function writeAll(folder: string, names: readonly string[], bytes: Uint8Array): Promise<void> {
  for (const name of names) await Deno.writeFile(join(folder, name), bytes);
}

Deno.test("data-cifar10: planes of red, green and blue become pixels of three channels, row by row", () => {
  const first = record(7, (channel, row, column) => 80 * channel + row + column);
  const second = record(2, () => 255);
  const { images, classes } = parseRecords([new Uint8Array([...first, ...second]), first]);
  assertEquals([images.count, images.height, images.width, images.channels], [3, 32, 32, 3]);
  assertEquals([...classes], [7, 2, 7]);
  const at = (image: number, row: number, column: number, channel: number) =>
    images.pixels[((image * 32 + row) * 32 + column) * 3 + channel]!;
  for (const image of [0, 2]) {
    for (const [row, column, channel] of [[0, 0, 0], [3, 17, 1], [31, 0, 2], [0, 31, 2], [31, 31, 1]] as const) {
      assertEquals(at(image, row, column, channel), Math.fround((80 * channel + row + column) / 255));
    }
  }
  assert(images.pixels.subarray(3072, 2 * 3072).every((pixel) => pixel === 1));
});

testWith(
  [...FILES, "run"],
  "data-cifar10: files are found in a tar archive by their own names, whatever their lengths",
  async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "inner"));
      const contents = { "one.bin": 1, "full.bin": 512, "more.bin": 513, "empty.bin": 0 };
      for (const [name, length] of Object.entries(contents)) {
        await Deno.writeFile(join(folder, "inner", name), new Uint8Array(length).fill(length % 251));
      }
      const path = join(folder, "all.tar");
      const { success } = await new Deno.Command("tar", { args: ["-cf", path, "-C", folder, "inner"] }).output();
      assert(success);
      const files = untar(await Deno.readFile(path));
      for (const [name, length] of Object.entries(contents)) {
        assertEquals(files.get(name), new Uint8Array(length).fill(length % 251), name);
      }
    });
  },
);

testWith(FILES, "data-cifar10: a truncated file is refused with its byte counts, wherever in the folder", async () => {
  await withFolder(async (folder) => {
    const inner = join(folder, "cifar-10-batches-bin");
    await Deno.mkdir(inner);
    await writeAll(inner, TRAINING, new Uint8Array(3 * RECORD));
    await assertRejects(
      () => loadCifar10("batch5", folder),
      DataError,
      `Cannot load "${join(inner, "data_batch_1.bin")}": it has 9219 bytes, 30730000 are expected`,
    );
  });
});

testWith(FILES, "data-cifar10: another file of the right length is refused with both md5, gzipped too", async () => {
  await withFolder(async (folder) => {
    await writeAll(folder, TRAINING.map((name) => `${name}.gz`), gzipSync(new Uint8Array(10_000 * RECORD)));
    const { message } = await assertRejects(() => loadCifar10("batch5", folder), DataError, "data_batch_1.bin.gz");
    assert(
      message.endsWith(`its md5 is 229a4f9bbbc879e7371f2391ac1f4775, ${CIFAR10_FILES["data_batch_1.bin"]} is expected`),
      message,
    );
  });
});

testWith(FILES, "data-cifar10: a gzipped file or an archive that is cut short is refused by name", async () => {
  await withFolder(async (folder) => {
    await writeAll(folder, TRAINING.map((name) => `${name}.gz`), gzipSync(new Uint8Array(RECORD)).subarray(0, 20));
    await assertRejects(
      () => loadCifar10("batch5", folder),
      DataError,
      'data_batch_1.bin.gz": it could not be unpacked',
    );
  });
  await withFolder(async (folder) => {
    await writeAll(folder, [CIFAR10_ARCHIVE.name], new Uint8Array(5));
    await assertRejects(
      () => loadCifar10("official", folder),
      DataError,
      `${CIFAR10_ARCHIVE.name}": it has 5 bytes, 170052171 are expected`,
    );
  });
});

testWith(
  FILES,
  "data-cifar10: what unpacks to more than a batch has, or is longer, is refused before it is read",
  async () => {
    await withFolder(async (folder) => {
      await writeAll(folder, TRAINING.map((name) => `${name}.gz`), gzipSync(new Uint8Array(10_000 * RECORD + 1)));
      await assertRejects(
        () => loadCifar10("batch5", folder),
        DataError,
        'data_batch_1.bin.gz": it unpacks to more than 30730000 bytes',
      );
    });
    await withFolder(async (folder) => {
      for (const name of [CIFAR10_ARCHIVE.name, "data_batch_1.bin"]) {
        await Deno.writeTextFile(join(folder, name), "");
        // A hole in the disk: all of it would not fit.
        await Deno.truncate(join(folder, name), 1e12);
      }
      await writeAll(folder, TRAINING.slice(1), new Uint8Array());
      await assertRejects(() => loadCifar10("batch5", folder), DataError, "has 1000000000000 bytes, 30730000 are");
      for (const name of TRAINING) await Deno.remove(join(folder, name));
      await assertRejects(() => loadCifar10("official", folder), DataError, "has 1000000000000 bytes, 170052171 are");
    });
  },
);

testWith(FILES, "data-cifar10: an answer without an end is no more read than the archive is long", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1e7;
      controller.enqueue(new Uint8Array(1e7));
    },
  });
  await withFolder(async (folder) => {
    await withNetwork(() => Promise.resolve(new Response(endless)), async () => {
      await assertRejects(() => downloadCifar10(folder), DataError, "it has 170052172 bytes, 170052171 are expected");
    });
  });
  assert(sent < 2.5e8, `${sent} bytes`);
});

Deno.test("data-cifar10: an entry that ends after its archive, or before its head, is refused", () => {
  for (const size of ["77777777777", "-1000", "none"]) {
    const bytes = new Uint8Array(1024);
    bytes.set(new TextEncoder().encode("a.bin"));
    bytes.set(new TextEncoder().encode(size), 124);
    assertThrows(() => untar(bytes), DataError, "its entry at byte 0 ends after its 1024 bytes");
  }
});

testWith(FILES, "data-cifar10: without the test batch the refusal names the protocol that needs none", async () => {
  await withFolder(async (folder) => {
    await writeAll(folder, TRAINING, new Uint8Array());
    await assertRejects(
      () => loadCifar10("official", folder),
      DataError,
      `Cannot load CIFAR-10: test_batch.bin is not in "${folder}", which the protocol official tests on; ` +
        "--protocol batch5 does without it",
    );
    await Deno.remove(join(folder, "data_batch_3.bin"));
    await assertRejects(() => loadCifar10("batch5", folder), DataError, `data_batch_3.bin is not in "${folder}"`);
  });
});

testWith(FILES, "data-cifar10: a stray file in one place does not hide all of them in the next", async () => {
  await withFolder(async (folder) => {
    const inner = join(folder, "cifar-10-batches-bin");
    await Deno.mkdir(inner);
    await writeAll(folder, ["data_batch_1.bin"], new Uint8Array());
    await writeAll(inner, TRAINING, new Uint8Array(3));
    await assertRejects(
      () => loadCifar10("batch5", folder),
      DataError,
      `"${join(inner, "data_batch_1.bin")}": it has 3`,
    );
  });
});

testWith(FILES, "data-cifar10: a named folder without the files is refused, and nothing is downloaded", async () => {
  await withFolder(async (folder) => {
    await assertRejects(
      () => loadCifar10("official", folder),
      DataError,
      `Cannot load CIFAR-10: neither data_batch_1.bin nor ${CIFAR10_ARCHIVE.name} is in "${folder}"`,
    );
  });
});

/** Calls `use` while every request has the same outcome. */
async function withNetwork(outcome: () => Promise<Response>, use: () => Promise<void>): Promise<void> {
  const real = globalThis.fetch;
  globalThis.fetch = outcome;
  try {
    await use();
  } finally {
    globalThis.fetch = real;
  }
}

for (
  const [what, outcome, says] of [
    [
      "no network",
      () => Promise.reject(new TypeError("failed", { cause: new Error("no route") })),
      "(no route): put https://www.cs.toronto.edu/",
    ],
    [
      "a server that has moved on",
      () => Promise.resolve(new Response("", { status: 404, statusText: "Not Found" })),
      "(the server says 404 Not Found): put https://www.cs.toronto.edu/",
    ],
    [
      "something else under the archive's address",
      () => Promise.resolve(new Response("<html>")),
      "it has 6 bytes, 170052171 are expected",
    ],
  ] as const
) {
  testWith(FILES, `data-cifar10: ${what} is one line, and leaves nothing in the cache`, async () => {
    await withFolder(async (folder) => {
      await withNetwork(outcome, async () => {
        const { message } = await assertRejects(() => downloadCifar10(join(folder, "cache")), DataError, says);
        assert(!message.includes("\n"));
        assertEquals([...Deno.readDirSync(folder)], []);
      });
    });
  });
}

Deno.test("data-protocols: MNIST has no fifth batch, neither to load nor to run", async () => {
  await assertRejects(
    () => loadDataset("mnist", "batch5"),
    DataError,
    "Cannot load MNIST: the protocol must be official, it is batch5",
  );
  const spec = smallSpec(1);
  assert(RUN_SPEC.safeParse({ ...spec, dataset: "cifar10", protocol: "batch5" }).success);
  const { error } = RUN_SPEC.safeParse({ ...spec, protocol: "batch5" });
  assertEquals(error?.issues.map(({ path, message }) => [path.join(), message]), [
    ["protocol", "MNIST has the protocol official"],
  ]);
});

Deno.test("data-protocols: every data set has ten classes, each with a name of its own", () => {
  for (const { classNames } of Object.values(ABOUT)) assertEquals(new Set(classNames).size, 10);
});

Deno.test("data-protocols: no protocol tests on a file that it trains on; official has the paper's, batch5 no test batch", () => {
  for (const { train, test } of Object.values(CIFAR10_PARTS)) {
    assertEquals(new Set(train).size, train.length);
    assert(!train.includes(test), `${test} is trained on`);
  }
  const { official, batch5 } = CIFAR10_PARTS;
  assertEquals([...official.train].sort(), TRAINING);
  assertEquals(official.test, "test_batch.bin");
  assertEquals([...batch5.train, batch5.test].sort(), TRAINING);
  assertEquals(batch5.test, "data_batch_5.bin");
});

/** The folder of the official files on this machine, if the training batches are there. */
async function realFolder(): Promise<string | undefined> {
  for (const name of ["read", "env"] as const) {
    // The test then says that it needs this.
    if (Deno.permissions.querySync({ name }).state !== "granted") return undefined;
  }
  const places = [Deno.env.get("MEMGAN_DATA") ?? "", fromFileUrl(import.meta.resolve("../../shared/data"))];
  for (const place of places) {
    for (const path of [place, join(place, "cifar-10-batches-bin")]) {
      for (const name of ["data_batch_1.bin", "data_batch_1.bin.gz", CIFAR10_ARCHIVE.name]) {
        if (await Deno.stat(join(path, name)).then(() => true, () => false)) return place;
      }
    }
  }
}

const folder = await realFolder();
const absent = { absent: "CIFAR-10 is neither in MEMGAN_DATA nor beside the checkout" };
const needs: readonly Need[] = ["read", "env", ...folder === undefined ? [absent] : []];

testWith(
  needs,
  "cifar-training-size: the five training batches hold 5,000 images of each class, not 6,000",
  async () => {
    const data = await loadCifar10("batch5", folder);
    const { train, test, files } = data;
    assertEquals([train.images.count, test.images.count], [40_000, 10_000]);
    const counts = new Uint32Array(10);
    for (const { classes } of [train, test]) for (const c of classes) counts[c]!++;
    assertEquals([...counts], Array(10).fill(5000));
    // A frog, two trucks, a deer, a car.
    assertEquals([...train.classes.subarray(0, 5)], [6, 9, 9, 4, 1]);
    assertEquals(Object.keys(files), TRAINING);
    // batch5 trains on what four batches hold of a class.
    const split = officialSplit(data, 0);
    assertEquals(split.train.images.count + split.test.labels.filter((label) => label === 0).length, 5000);
  },
);
