/**
 * The complete description of a run: a `RunSpec` and the code suffice to reproduce its numbers.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { ABOUT, DATASETS, PROTOCOLS } from "../data/dataset.ts";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import type { Recipe } from "./method.ts";
import { METHODS, REGISTRY } from "./methods.ts";

/** The schema of a `RunSpec`; the protocol must be one of its data set's, the recipe one of its method's. */
export const RUN_SPEC = z.strictObject({
  method: z.enum(METHODS),
  dataset: z.enum(DATASETS),
  protocol: z.enum(PROTOCOLS),
  evaluate: z.enum(["test", "validation"]),
  class: z.int().min(0).max(9),
  seed: z.int().min(0),
  preprocessing: z.enum(PREPROCESSINGS),
  recipe: z.custom<Recipe>(),
  /** How many of the evaluation images are scored: a random subset, the same for every run; all if absent. */
  subset: z.int().min(1).optional(),
}).check(({ value, issues }) => {
  const { title, protocols } = ABOUT[value.dataset];
  if (!protocols.includes(value.protocol)) {
    const message = `${title} has the protocol ${protocols.join(" or ")}`;
    issues.push({ code: "custom", message, path: ["protocol"], input: value.protocol });
  }
  const checked = REGISTRY[value.method].schema.safeParse(value.recipe);
  for (const { path, message } of checked.error?.issues ?? []) {
    issues.push({ code: "custom", message, path: ["recipe", ...path], input: value.recipe });
  }
});

/** Method, data, class, seed and every hyper-parameter of a run. */
export type RunSpec = z.infer<typeof RUN_SPEC>;

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]));
}

/**
 * The name of a run's folder: 16 hexadecimal digits of the SHA-256 of its spec with keys in order.
 *
 * @param spec The run.
 * @returns The name; equal for equal specs.
 *
 * @example The order of keys does not matter, a hyper-parameter does
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const base = { dataset: "mnist", protocol: "official", evaluate: "test", class: 3, seed: 0, preprocessing: "std" } as const;
 * const twenty = hashOf({ method: "pca", ...base, recipe: { components: 20 } });
 * assertEquals(hashOf({ recipe: { components: 20 }, ...base, method: "pca" }), twenty);
 * assertNotEquals(hashOf({ method: "pca", ...base, recipe: { components: 21 } }), twenty);
 * ```
 */
export function hashOf(spec: RunSpec): string {
  return createHash("sha256").update(JSON.stringify(sorted(spec))).digest("hex").slice(0, 16);
}
