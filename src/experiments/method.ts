/**
 * What the tables know of a method.
 *
 * @module
 */

import type { z } from "zod";
import type { DatasetName } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { Preprocessing } from "../data/preprocess.ts";
import type { Detector } from "../detectors/detector.ts";

/** A method's hyper-parameters, by name. */
export type Recipe = Readonly<Record<string, number | string>>;

/** A row of the tables. */
export interface RegisteredMethod {
  /** Checks a recipe. */
  readonly schema: z.ZodType<Recipe>;
  /** The hyper-parameters on each data set unless others are asked for. */
  readonly recipes: Readonly<Record<DatasetName, Recipe>>;
  /** What the smoke budget changes in them. */
  readonly smoke: Recipe;
  /** What the laptop budget changes in them; nothing where the whole schedule fits. */
  readonly laptop: Recipe;
  /** The preprocessing of its own paper, or of MEMGAN's runs where that says nothing. */
  readonly preprocessing: Preprocessing;
  /** Its column in the paper's tables, where that has another name. */
  readonly column?: string;
  /** Whether test labels choose in it: a published protocol to compare with, and no result. */
  readonly seesTestLabels?: boolean;
  /** Whether a seed changes it. */
  readonly seeded: boolean;
  /** Seconds of a default run of one class on each data set, on one core; for estimates alone. */
  readonly seconds: Readonly<Record<DatasetName, number>>;
  /** Loads the method and makes its detector, not yet fitted. */
  create(recipe: Recipe, seed: number, shape: ImageShape): Promise<Detector>;
}

/** An entry out of one whose recipe has a type of its own. */
export function registered<R extends object>(
  given: Omit<RegisteredMethod, "schema" | "recipes" | "smoke" | "laptop" | "create"> & {
    schema: z.ZodType<R>;
    recipes: Readonly<Record<DatasetName, Readonly<R>>>;
    smoke?: Readonly<Partial<R>>;
    laptop?: Readonly<Partial<R>>;
    create(recipe: R, seed: number, shape: ImageShape): Promise<Detector>;
  },
): RegisteredMethod {
  const { schema, recipes, smoke = {}, laptop = {}, create } = given;
  return {
    ...given,
    schema: schema as unknown as z.ZodType<Recipe>,
    recipes: recipes as RegisteredMethod["recipes"],
    smoke: smoke as Recipe,
    laptop: laptop as Recipe,
    create: (recipe, seed, shape) => create(schema.parse(recipe), seed, shape),
  };
}
