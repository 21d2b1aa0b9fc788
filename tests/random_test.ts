/** The generator under every draw. */

import { assertEquals } from "@std/assert";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { seededRng, xoroshiro128plus } from "../src/engine/random.ts";

Deno.test("run-deterministic: the generator is a library's xoroshiro128+, number by number", () => {
  const state = Int32Array.of(0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35);
  const [a, b, c, d] = state as unknown as [number, number, number, number];
  const library = xoroshiro128plusFromState([a, b, c, d]);
  for (let i = 0; i < 10_000; i++) assertEquals(xoroshiro128plus(state), library.next() >>> 8);
});

Deno.test("run-deterministic: a stream draws what it drew when the kept results were made", () => {
  const rng = seededRng(3, "alpha", 2);
  const numbers = [rng.uniform(), rng.uniform(), rng.normal(), rng.normal()];
  assertEquals(numbers, [0.11414003372192383, 0.6031314134597778, -0.36682687270353526, -0.2615778888171377]);
});
