/** The names of methods. */

import { assertEquals } from "@std/assert";
import { REGISTRY } from "../src/experiments/methods.ts";
import { METHODS } from "../src/experiments/method_names.ts";

Deno.test("run-spec: names stand in the order of what they name", () => {
  assertEquals(Object.keys(REGISTRY), [...METHODS]);
});
