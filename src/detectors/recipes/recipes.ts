/**
 * The hyper-parameters of every method by its name.
 *
 * @module
 */

import type { z } from "zod";
import type { DatasetName } from "../../data/dataset.ts";
import type { ImageShape } from "../../data/images.ts";
import type { AdganRecipe } from "../adgan.ts";
import type { AladRecipe } from "../alad.ts";
import type { DagmmRecipe } from "../dagmm.ts";
import type { DcaeRecipe } from "../dcae.ts";
import type { DsebmRecipe } from "../dsebm.ts";
import type { DsvddRecipe } from "../dsvdd.ts";
import type { IforestRecipe } from "../iforest.ts";
import type { KdeRecipe } from "../kde.ts";
import type { MemaeRecipe } from "../memae.ts";
import type { Method } from "../method_names.ts";
import type { OcsvmRecipe } from "../ocsvm.ts";
import type { OcsvmOracleRecipe } from "../ocsvm_oracle.ts";
import type { PcaRecipe } from "../pca.ts";
import * as of from "./baselines.ts";
import type { MemganRecipe } from "./memgan.ts";
import { MEMGAN_SCHEMA } from "./memgan.ts";

/** The hyper-parameters of each method. */
export interface RecipeOf {
  /** MEMGAN's. */
  memgan: MemganRecipe;
  /** AnoGAN's, which the paper's tables call ADGAN. */
  adgan: AdganRecipe;
  /** ALAD's. */
  alad: AladRecipe;
  /** DSEBM's. */
  dsebm: DsebmRecipe;
  /** DAGMM's. */
  dagmm: DagmmRecipe;
  /** MEMAE's. */
  memae: MemaeRecipe;
  /** DCAE's. */
  dcae: DcaeRecipe;
  /** Deep SVDD's. */
  dsvdd: DsvddRecipe;
  /** The OC-SVM's. */
  ocsvm: OcsvmRecipe;
  /** Those of the OC-SVM whose γ is chosen by test labels. */
  "ocsvm-oracle": OcsvmOracleRecipe;
  /** KDE's. */
  kde: KdeRecipe;
  /** The isolation forest's. */
  iforest: IforestRecipe;
  /** Those of MEMGAN's networks as initialised. */
  untrained: MemganRecipe;
  /** The mean image has none. */
  pixelmean: Record<never, never>;
  /** PCA's. */
  pca: PcaRecipe;
}

/** What holds for a method's recipes, and its defaults on each data set. */
export interface Recipes<R> {
  /** Checks a recipe. */
  readonly schema: z.ZodType<R>;
  /** The default on each data set. */
  readonly recipes: Readonly<Record<DatasetName, Readonly<R>>>;
}

const memgan = { schema: MEMGAN_SCHEMA, recipes: of.MEMGAN };

/** Those of every method. */
export const RECIPES: { readonly [M in Method]: Recipes<RecipeOf[M]> } = {
  memgan,
  adgan: { schema: of.ADGAN_SCHEMA, recipes: of.ADGAN },
  alad: { schema: of.ALAD_SCHEMA, recipes: of.ALAD },
  dsebm: { schema: of.DSEBM_SCHEMA, recipes: of.DSEBM },
  dagmm: { schema: of.DAGMM_SCHEMA, recipes: of.DAGMM },
  memae: { schema: of.MEMAE_SCHEMA, recipes: of.MEMAE },
  dcae: { schema: of.DCAE_SCHEMA, recipes: of.DCAE },
  dsvdd: { schema: of.DSVDD_SCHEMA, recipes: of.DSVDD },
  ocsvm: { schema: of.OCSVM_SCHEMA, recipes: of.OCSVM },
  "ocsvm-oracle": { schema: of.OCSVM_ORACLE_SCHEMA, recipes: of.OCSVM_ORACLE },
  kde: { schema: of.KDE_SCHEMA, recipes: of.KDE },
  iforest: { schema: of.IFOREST_SCHEMA, recipes: of.IFOREST },
  untrained: memgan,
  pixelmean: { schema: of.PIXELMEAN_SCHEMA, recipes: of.PIXELMEAN },
  pca: { schema: of.PCA_SCHEMA, recipes: of.PCA },
};

/**
 * A method's hyper-parameters for images of a size.
 *
 * @param method The method.
 * @param shape The images' size: MNIST's recipe is for those in grey, CIFAR-10's for those in colour.
 * @returns The recipe.
 */
export function recipeFor<M extends Method>(
  method: M,
  { channels }: Pick<ImageShape, "channels">,
): Readonly<RecipeOf[M]> {
  return RECIPES[method].recipes[channels === 1 ? "mnist" : "cifar10"];
}
