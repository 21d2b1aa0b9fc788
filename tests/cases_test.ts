/** The conformance cases of `spec/cases/`: `src/` finds what an independent twin in PyTorch and float64 found. */

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import schema from "../spec/cases/schema.json" with { type: "json" };
import { EQUATIONS, runEquation, runHull } from "./case_equations.ts";
import { runLoop, runPlayer } from "./case_players.ts";
import type { Case, Found, Nested } from "../tools/conformance/cases.ts";
import { assertCase, CASES, FILES, numbers } from "../tools/conformance/cases.ts";

function run(each: Case): Found {
  if (each.clause in EQUATIONS) return runEquation(each);
  if (each.clause === "prop-1-objective") return runHull(each);
  return each.clause === "algorithm-1-loop" ? runLoop(each) : runPlayer(each);
}

/** Eq. 1 to 8 and Algorithm 1 on the plain backend, without its advertisement for the native one. */
async function start(): Promise<void> {
  tf.env().set("PROD", true);
  await tf.setBackend("cpu");
}

for (const each of CASES) {
  const what = each.gradients ? "value and gradient" : "value";
  Deno.test(`${each.clause}: agrees with the PyTorch twin in ${what} (case ${each.description})`, async () => {
    await start();
    assertCase(each, run(each));
  });
}

Deno.test("spec-cases: every file fits the schema, and no two cases have one name", () => {
  const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  for (const [name, file] of Object.entries(FILES)) {
    const { success, error } = validator.safeParse(file);
    assert(success, `${name}: ${error?.message}`);
  }
  const names = CASES.map(({ clause, description }) => `${clause}: ${description}`);
  assertEquals(names.length, new Set(names).size);
});

Deno.test("spec-cases: the schema refuses what is no case", () => {
  const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const [first] = FILES.ganFile.cases;
  const { clause: _, ...anonymous } = first!;
  const wrong = [anonymous, { ...first, outputs: { value: "0" } }, { ...first, clause: "Eq. 1" }, {
    ...first,
    more: 1,
  }];
  for (const each of wrong) {
    assert(!validator.safeParse({ ...FILES.ganFile, cases: [each] }).success, JSON.stringify(each));
  }
});

for (const clause of new Set(CASES.map((each) => each.clause))) {
  Deno.test(`${clause}: a case whose value or gradient is off by a hundredth is not passed`, async () => {
    await start();
    const each = CASES.find((other) => other.clause === clause && !other.tolerance)!;
    const found = run(each);
    for (const part of ["outputs", "gradients"] as const) {
      for (const [name, right] of Object.entries(each[part] ?? {})) {
        const bump = 0.01 * Math.max(...numbers(right).map(Math.abs), 1e-2);
        const off = (value: Nested): Nested =>
          typeof value === "number" ? value + bump : value.with(-1, off(value.at(-1)!));
        assertThrows(
          () => assertCase({ ...each, [part]: { ...each[part], [name]: off(right) } }, found),
          AssertionError,
          name,
        );
      }
    }
  });
}
