/** What stands in for `@std`, held to what the originals are documented to do; it passes on those too. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli";
import { basename, dirname, fromFileUrl, join, resolve } from "@std/path";

const FLAGS = { boolean: ["json"], string: ["out"] };

/** What is parsed, less what is as ever. */
function parsed(...args: string[]) {
  const { json, out, _ } = parseArgs(args, FLAGS) as Record<string, unknown>;
  return [json, out, _];
}

Deno.test("package-std: a flag without a value is true or false, as it is given", () => {
  assertEquals(parsed(), [false, undefined, []]);
  assertEquals(parsed("--json"), [true, undefined, []]);
  assertEquals(parsed("--json=false"), [false, undefined, []]);
  assertEquals(parsed("--json=true"), [true, undefined, []]);
  assertEquals(parsed("--json", "false"), [false, undefined, []]);
  assertEquals(parsed("--json", "--json=false"), [false, undefined, []]);
});

Deno.test("package-std: a flag with a value takes what follows, unless that is a flag", () => {
  assertEquals(parsed("--out", "folder"), [false, "folder", []]);
  assertEquals(parsed("--out=a=b"), [false, "a=b", []]);
  assertEquals(parsed("--out", "5"), [false, "5", []]);
  assertEquals(parsed("--out", "--json"), [true, "", []]);
  assertEquals(parsed("--out"), [false, "", []]);
  assertEquals(parsed("--out", "a", "--out", "b"), [false, "b", []]);
});

Deno.test("package-std: the rest is in _, numbers as numbers, and behind -- as it is", () => {
  assertEquals(parsed("a", "5", "--json", "b"), [true, undefined, ["a", 5, "b"]]);
  assertEquals(parsed("--", "--json", "5"), [false, undefined, ["--json", "5"]]);
});

Deno.test("package-std: whatever was not declared is told, flag or not, and dropped where that is asked for", () => {
  const told: string[] = [];
  const rest = parseArgs(["x", "--other=1", "--no-json", "--out", "y"], {
    ...FLAGS,
    unknown: (arg: string) => {
      told.push(arg);
      return false;
    },
  }) as Record<string, unknown>;
  assertEquals(told, ["x", "--other=1", "--no-json"]);
  assertEquals([rest["other"], rest["out"], rest["_"]], [undefined, "y", []]);
});

Deno.test("package-std: equality is deep, and tells what is missing from what is undefined", () => {
  assertEquals([{ a: Float32Array.of(1, NaN) }], [{ a: Float32Array.of(1, NaN) }]);
  assertEquals(new Set([1]), new Set([1]));
  for (const [a, b] of [[{ a: undefined }, {}], [[1], Float32Array.of(1)], ["1", 1]] as const) {
    assertNotEquals<unknown>(a, b);
    assertThrows(() => assertEquals<unknown>(a, b), AssertionError);
  }
});

Deno.test("package-std: nearness is relative where no tolerance is given, and holds of no NaN", () => {
  assertAlmostEquals(1e9, 1e9 + 50);
  assertAlmostEquals(Infinity, Infinity);
  assertAlmostEquals(1, 1.5, 0.5);
  for (const [a, b] of [[1e9, 1e9 + 200], [0, 1e-9], [NaN, 0]] as const) {
    assertThrows(() => assertAlmostEquals(a, b), AssertionError);
  }
});

Deno.test("package-std: an expected error is of its class and has its words, and a rejection is no throw", async () => {
  const range = () => {
    throw new RangeError("two of three");
  };
  assertEquals(assertThrows(range, RangeError, "of three").message, "two of three");
  assertThrows(() => assertThrows(range, TypeError), AssertionError);
  assertThrows(() => assertThrows(range, RangeError, "four"), AssertionError);
  assertThrows(() => assertThrows(() => 1), AssertionError);
  await assertRejects(() => Promise.reject(new RangeError("no")), RangeError, "no");
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
  await assertRejects(() => assertRejects(range), AssertionError);
});

Deno.test("package-std: paths are joined and taken apart", () => {
  assertEquals([join("a", "..", "b", "./c"), join("", ""), dirname("a"), dirname("/a/b/")], ["b/c", ".", ".", "/a"]);
  assertEquals([basename("a/b.ts"), basename("a/b.ts", ".ts"), resolve("/a", "b", "/c")], ["b.ts", "b", "/c"]);
  assertEquals(fromFileUrl("file:///a%20b/c"), "/a b/c");
  assertThrows(() => fromFileUrl("https://a/b"), TypeError);
  assert(resolve("a").endsWith("/a"));
});
