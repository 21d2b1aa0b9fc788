/**
 * What the tables need to know about a method.
 *
 * @module
 */

import type { z } from "zod";
import type { DatasetName } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import type { Preprocessing } from "../data/preprocess.ts";
import type { Detector } from "../detectors/detector.ts";
import type { Method } from "../detectors/method_names.ts";
import type { RecipeOf } from "../detectors/recipes/recipes.ts";
import { RECIPES } from "../detectors/recipes/recipes.ts";

/** A method's hyper-parameters, by name. */
export type Recipe = Readonly<Record<string, number | string>>;

/** A row of the tables. */
export interface RegisteredMethod {
  /** Checks a recipe. */
  readonly schema: z.ZodType<Recipe>;
  /** The default hyper-parameters on each data set. */
  readonly recipes: Readonly<Record<DatasetName, Recipe>>;
  /** What the smoke budget changes in them. */
  readonly smoke: Recipe;
  /** What the laptop budget changes in them on each data set; nothing if the full schedule fits. */
  readonly laptop: Readonly<Record<DatasetName, Recipe>>;
  /** The preprocessing of its own paper, or that of MEMGAN's runs if its paper gives none. */
  readonly preprocessing: Preprocessing;
  /** Its column in the paper's tables, if that has another name. */
  readonly column?: string;
  /** On which classes its hyper-parameters were chosen with labelled anomalies among training images, on each data set. */
  readonly chosenOn?: Readonly<Record<DatasetName, string>>;
  /** Whether it is tuned with test labels: a published protocol for comparison, and not a result. */
  readonly seesTestLabels?: boolean;
  /** Whether its result depends on the seed. */
  readonly seeded: boolean;
  /** Seconds of a default run of one class on each data set, on one core; only for estimates. */
  readonly seconds: Readonly<Record<DatasetName, number>>;
  /** Loads the method and makes its detector, not yet fitted. */
  create(recipe: Recipe, seed: number, shape: ImageShape): Promise<Detector>;
}

/**
 * A method's registration, from what a run needs to know about it besides its recipes. What the laptop budget changes is the
 * same on both data sets, but for what CIFAR-10 has of its own.
 */
export function registered<M extends Method>(
  method: M,
  given: Omit<RegisteredMethod, "schema" | "recipes" | "smoke" | "laptop" | "create"> & {
    smoke?: Readonly<Partial<RecipeOf[M]>>;
    laptop?: Readonly<Partial<RecipeOf[M]>>;
    laptopCifar10?: Readonly<Partial<RecipeOf[M]>>;
  },
): RegisteredMethod {
  const { schema, recipes } = RECIPES[method];
  const { smoke = {}, laptop = {}, laptopCifar10 = {}, ...rest } = given;
  return {
    ...rest,
    schema: schema as unknown as z.ZodType<Recipe>,
    recipes: recipes as unknown as RegisteredMethod["recipes"],
    smoke: smoke as Recipe,
    laptop: { mnist: laptop as Recipe, cifar10: { ...laptop, ...laptopCifar10 } as Recipe },
    create: async (recipe, ...made) =>
      (await import("../detectors/create.ts")).construct(method, recipe as unknown as RecipeOf[M], ...made),
  };
}
