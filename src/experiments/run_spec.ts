/**
 * A run, described completely: whoever has a `RunSpec` and the code can make the same numbers.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { PREPROCESSINGS } from "../data/preprocess.ts";
import { MNIST_RECIPE } from "../detectors/recipe.ts";

const whole = (least: number) => z.int().min(least);
const positive = z.number().positive();

const MemganRecipeSchema = z.strictObject({
  units: whole(1),
  width: whole(1),
  epochs: whole(0),
  k: whole(1),
  batch: whole(2),
  learningRate: positive,
  finalRate: positive,
  beta1: z.number().min(0).lt(1),
  memoryScale: positive,
  alphaScale: positive,
  dropout: z.number().min(0).lt(1),
});

/** Hyper-parameters of MEMGAN that differ from the default recipe. */
export const RECIPE_CHANGES = MemganRecipeSchema.partial();

const common = {
  dataset: z.literal("mnist"),
  protocol: z.literal("official"),
  evaluate: z.enum(["test", "validation"]),
  class: whole(0).max(9),
  seed: whole(0),
  preprocessing: z.enum(PREPROCESSINGS),
};

/** The schema of a `RunSpec`. */
export const RUN_SPEC = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("memgan"), ...common, recipe: MemganRecipeSchema }),
  z.strictObject({ method: z.literal("untrained"), ...common, recipe: MemganRecipeSchema }),
  z.strictObject({ method: z.literal("pixelmean"), ...common, recipe: z.strictObject({}) }),
  z.strictObject({ method: z.literal("pca"), ...common, recipe: z.strictObject({ components: whole(1) }) }),
]);

/** Method, data, class, seed and every hyper-parameter of a run. */
export type RunSpec = z.infer<typeof RUN_SPEC>;

/** A method's name. */
export type Method = RunSpec["method"];

/** The methods, in the order of the tables. */
export const METHODS: readonly Method[] = ["memgan", "untrained", "pixelmean", "pca"];

/** The hyper-parameters that a method is run with unless others are asked for. */
export const DEFAULT_RECIPES = {
  memgan: { ...MNIST_RECIPE },
  untrained: { ...MNIST_RECIPE },
  pixelmean: {},
  pca: { components: 20 },
} as const;

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
 * @example The order of keys does not count, a hyper-parameter does
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
