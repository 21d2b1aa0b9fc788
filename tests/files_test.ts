/** What is written reaches the disk, and what is read is what was meant. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { z } from "zod";
import { readAs, StoreError, writeWhole } from "../src/platform/files.ts";
import { FormatError, parseAs, parseJson } from "../src/platform/json.ts";
import { locked } from "../src/platform/lock.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(
  ["read", "write"],
  "store-whole-files: the disk has a file's bytes before its name, and the name before the next file",
  async () => {
    await withFolder(async (root) => {
      const done: string[] = [];
      const own = { sync: Deno.FsFile.prototype.sync, rename: Deno.rename };
      Deno.FsFile.prototype.sync = async function () {
        done.push((await this.stat()).isDirectory ? "folder" : `${(await this.stat()).size} bytes`);
        await own.sync.call(this);
      };
      Deno.rename = async (from, to) => {
        done.push("rename");
        await own.rename(from, to);
      };
      try {
        await writeWhole(join(root, "metrics.json"), "whole");
      } finally {
        Deno.FsFile.prototype.sync = own.sync;
        Deno.rename = own.rename;
      }
      assertEquals(done, Deno.build.os === "windows" ? ["5 bytes", "rename"] : ["5 bytes", "rename", "folder"]);
    });
  },
);

testWith(
  ["read", "write"],
  "store-whole-files: of many that change one file at once each finds what the other left",
  async () => {
    await withFolder(async (root) => {
      const file = join(root, "list.json");
      const numbers = Array.from({ length: 20 }, (_, i) => i);
      await Promise.all(numbers.map((i) =>
        locked(`${file}.lock`, async () => {
          const before = await readAs(z.array(z.number()), file) ?? [];
          await new Promise((wake) => setTimeout(wake, 1));
          await writeWhole(file, JSON.stringify([...before, i]));
        })
      ));
      const all = await readAs(z.array(z.number()), file);
      assertEquals(all!.sort((a, b) => a - b), numbers);
      assertEquals([...Deno.readDirSync(root)].map(({ name }) => name), ["list.json"]);
      await Deno.writeTextFile(file, "[1, null]");
      await assertRejects(() => readAs(z.array(z.number()), file), StoreError, `Cannot read "${file}": 1 is null (`);
    });
  },
);

Deno.test("json-strict: a mark of the byte order is passed over; what JSON.parse bends is refused", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const text of ['{"a": [1, "x"]}', '\uFEFF{"a": [1, "x"]}']) {
    assertEquals([parseJson(text), parseJson(bytes(text))], [{ a: [1, "x"] }, { a: [1, "x"] }]);
  }
  const cases: [text: string, message: string][] = [
    ["", "it is empty"],
    [" \n", "it is empty"],
    ["{", "it is not JSON ("],
    ["\0\0", "it is not JSON ("],
    ["NaN", "it is not JSON ("],
    ["1e999", "it is a number beyond 1.8e308"],
    ['{"a": {"b": -1e999}}', '"b" is a number beyond 1.8e308'],
    ["[1e999]", '"0" is a number beyond 1.8e308'],
    ['{"__proto__": 1}', 'the key "__proto__" is not allowed'],
    ['{"a": {"\\u005f_proto__": 1}}', 'the key "__proto__" is not allowed'],
    ['{"a": 1, "b": {"a": 2}, "a": 1}', 'the key "a" stands twice in one object'],
    ['[{"a": 1}, {"c:,{": "\\"", "c\\u003a,{": 1}]', 'the key "c:,{" stands twice in one object'],
  ];
  for (const [text, message] of cases) assertThrows(() => parseJson(text), FormatError, message);
  assertEquals(parseJson('[{"a": 1}, {"a": [{"a": 2}]}, {"b": "a", "a": "b"}]'), [{ a: 1 }, { a: [{ a: 2 }] }, {
    b: "a",
    a: "b",
  }]);
  assertThrows(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22)), FormatError, "it is no text in UTF-8");
});

Deno.test("json-strict: what a schema does not want is named with its place and what is there", () => {
  const schema = z.object({ a: z.array(z.object({ b: z.number() })) });
  const message = (text: string) => assertThrows(() => parseAs(schema, text), FormatError).message.replace(/ \(.*/, "");
  assertEquals(message('{"a": [{"b": 1}, {"b": "x"}]}'), 'a.1.b is "x"');
  assertEquals(message('{"a": [{}]}'), "a.0.b is missing");
  assertEquals(message("7"), "it is 7");
});
