/** The specification's own expressions, evaluated in float64, against `src/`: values and gradients, on every backend. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allClauses } from "../src/report/spec.ts";
import { CONFORMANCE } from "../tools/conformance/conformance_cases.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

const SIZES = fc.record({
  m: fc.integer({ min: 1, max: 4 }),
  n: fc.integer({ min: 1, max: 6 }),
  d: fc.integer({ min: 1, max: 5 }),
  p: fc.integer({ min: 1, max: 6 }),
});

Deno.test("spec-lint: every clause with an expression is held against the code", () => {
  const clauses = allClauses().filter(({ expression }) => expression !== undefined).map(({ id }) => id);
  assertEquals(CONFORMANCE.map(({ clause }) => clause).sort(), clauses.sort());
});

for (const backend of ["cpu", "native", "wasm", "webgpu"] as const satisfies readonly BackendName[]) {
  for (const { clause, tolerance, because, run } of CONFORMANCE) {
    testWith(
      backendNeeds(backend),
      `${clause}: the code agrees with the clause's text in value and gradient, on ${backend}`,
      async () => {
        await startBackend({ only: backend });
        const property = fc.asyncProperty(fc.nat(), SIZES, async (seed, sizes) => {
          const { value, gradient } = await run(seed, sizes);
          const allowed = `${tolerance.value} and ${tolerance.gradient}: ${because}`;
          assert(value <= tolerance.value, `the value is off by ${value}; allowed are ${allowed}`);
          assert(gradient <= tolerance.gradient, `the gradient is off by ${gradient}; allowed are ${allowed}`);
        });
        // The same draws every time; a failure prints the smallest inputs that show it.
        await fc.assert(property, { seed: 1, numRuns: clause.startsWith("algorithm-1") ? 2 : 12 });
      },
    );
  }
}
