/** Files of arrays that went bad, or that never were any: each is refused with its name, and no array is read from it. */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { seededRng } from "../src/engine/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/experiments/safetensors.ts";
import { OF_ANY_FILE } from "./chaos/corruptions.ts";

const ARRAYS = {
  "encoder.w": { shape: [2, 3], values: Float32Array.of(1, -2, 3, 0.5, 1e-30, 7) },
  memory: { shape: [2], values: Float32Array.of(0.25, 9) },
};

/** A file with this header, and as many bytes after it. */
function withHeader(header: string, bytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + bytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (shape: unknown, from: unknown, to: unknown, dtype: unknown = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

Deno.test("weights-safetensors: of a thousand corrupt files each is refused or read as it was", () => {
  const rng = seededRng(0, "safetensors");
  const bytes = encodeSafetensors(ARRAYS, { recipe: "a", epoch: "3" });
  const read = decodeSafetensors("good", bytes);
  let refused = 0;
  const kinds = OF_ANY_FILE.filter(({ kind }) => kind !== "deleted");
  for (let i = 0; i < 1040; i++) {
    const { kind, corrupt } = kinds[i % kinds.length]!;
    const bad = corrupt(bytes, rng)!;
    try {
      // A file that lost its digest's name is one of another program, with the same arrays.
      assertEquals(decodeSafetensors("bad.safetensors", bad).arrays, read.arrays, kind);
      assertEquals(decodeSafetensors("bad.safetensors", bad, true), read, kind);
    } catch (error) {
      assert(error instanceof RangeError, `${kind}: ${error}`);
      assertMatch(error.message, /^Cannot read "bad\.safetensors": /, kind);
      refused++;
    }
  }
  assert(refused > 1000, `${refused}`);
});

Deno.test("weights-safetensors: each bit of a file that this code wrote counts", () => {
  const bytes = encodeSafetensors({ memory: ARRAYS.memory }, { epoch: "3" });
  const read = decodeSafetensors("good", bytes);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const bad = bytes.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    // Without a digest in its place a file is another program's: this code wants one where it resumes.
    assertThrows(() => assertEquals(decodeSafetensors("bad", bad, true), read) ?? assert(false, `bit ${bit}`));
  }
});

Deno.test("weights-safetensors: a header that lies is refused with the array and what is wanted", () => {
  const cases: [header: string, bytes: number, message: RegExp][] = [
    [`{"a": ${entry([3], 0, 8)}}`, 8, /array "a" of the shape \[3\] needs 12 bytes, it has 0 to 8$/],
    [`{"a": ${entry([], 0, 8)}}`, 8, /array "a" of the shape \[\] needs 4 bytes/],
    [`{"a": ${entry([2], -8, 0)}}`, 8, /array "a": data_offsets\.0 is -8 \(/],
    [`{"a": ${entry([-2], 8, 0)}}`, 8, /array "a": shape\.0 is -2 \(/],
    [`{"a": ${entry([2], 8, 0)}}`, 8, /array "a" of the shape \[2\] needs 8 bytes, it has 8 to 0$/],
    [`{"a": ${entry([2], 0.5, 8.5)}}`, 9, /array "a": data_offsets\.0 is 0\.5 \(/],
    [`{"a": ${entry([2], 0, 8)}, "b": ${entry([2], 4, 12)}}`, 12, /array "b" starts at 4, where 8 is expected/],
    [`{"a": ${entry([2], 0, 8)}, "b": ${entry([1], 12, 16)}}`, 16, /array "b" starts at 12, where 8 is expected/],
    [`{"a": ${entry([1], 2, 6)}}`, 6, /array "a" starts at 2, where 0 is expected/],
    [`{"a": ${entry([2], 0, 8)}}`, 12, /4 bytes follow its last array$/],
    [`{"a": ${entry([2], 0, 8)}}`, 4, /array "a" ends at/],
    [`{"a": ${entry([2], 0, 8)}, "a": ${entry([2], 0, 8)}}`, 8, /its header: the key "a" stands twice in one object$/],
    [`{"a": ${entry([2], 0, 8, "F16")}}`, 8, /array "a": dtype is "F16" \(/],
    [`{"a": ${entry([2], 0, 8, null)}}`, 8, /array "a": dtype is null \(/],
    [`{"a": ${entry("2", 0, 8)}}`, 8, /array "a": shape is "2" \(/],
    [`{"a": ${entry([1e300], 0, 8)}}`, 8, /array "a": shape\.0 is 1e\+300 \(/],
    [`{"a": 7}`, 8, /array "a": it is 7 \(/],
    [`{"a": {"dtype": "F32", "shape": [2]}}`, 8, /array "a": data_offsets is missing \(/],
    [`{"__proto__": ${entry([2], 0, 8)}}`, 8, /its header: the key "__proto__" is not allowed$/],
    [`{"__metadata__": {"a": 1}}`, 0, /its texts: a is 1 \(/],
    [`{"__metadata__": []}`, 0, /its texts: it is \[\] \(/],
    ["[]", 0, /its header: it is \[\] \(/],
    ["null", 0, /its header: it is null \(/],
    ["7", 0, /its header: it is 7 \(/],
    ["", 0, /its header: it is empty$/],
    ["\0\0", 0, /its header: it is not JSON \(/],
  ];
  for (const [header, bytes, message] of cases) {
    const error = assertThrows(() => decodeSafetensors("x.safetensors", withHeader(header, bytes)), RangeError);
    assertMatch(error.message, /^Cannot read "x\.safetensors": /, header);
    assertMatch(error.message, message, header);
  }
  const long = new Uint8Array(16).fill(255);
  assertThrows(() => decodeSafetensors("x", long), RangeError, "at most 100000000 are allowed");
});

Deno.test("weights-safetensors: a file of another program, without a digest, is read, but no run goes on from it", () => {
  const bytes = withHeader(`{"a": ${entry([2], 0, 8)}}`, 8);
  assertEquals(decodeSafetensors("x", bytes), {
    arrays: { a: { shape: [2], values: new Float32Array(2) } },
    metadata: {},
  });
  assertThrows(() => decodeSafetensors("x", bytes, true), RangeError, "the SHA-256 of its arrays and texts is missing");
});
