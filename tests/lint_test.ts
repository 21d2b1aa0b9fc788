/** Randomness: what is not seeded is a lint error. */

import { assertEquals } from "@std/assert";
import plugin from "../tools/lint_random.ts";

Deno.test("seeded-streams: Math.random and unseeded tensor draws are lint errors, other calls are not", () => {
  const source = "Math.random(); tf.randomNormal([2]); tf.dropout(x, 0.5); tf.add(x, y); Math.sqrt(2);";
  const found = Deno.lint.runPlugin(plugin, "sample.ts", source).map(({ id }) => id);
  assertEquals(found, Array(3).fill("memgan/seeded-random"));
});
