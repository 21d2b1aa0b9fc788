/** Recipes of every method that take a moment. */

import type { DetectorName } from "../src/detectors/method_names.ts";
import type { Method } from "../src/detectors/method_names.ts";
import type { RecipeOf } from "../src/detectors/recipes/recipes.ts";
import { RECIPES } from "../src/detectors/recipes/recipes.ts";

const gan = { latent: 2, epochs: 2, batch: 2 };
const memgan = { units: 3, width: 4, epochs: 2, k: 1, batch: 2 };

/** What is smaller in them than in the recipe for MNIST. */
const SMALLER: { readonly [M in Method]?: Partial<RecipeOf[M]> } = {
  memgan,
  untrained: memgan,
  adgan: { ...gan, inversionSteps: 1 },
  alad: gan,
  dsebm: { epochs: 2, batch: 2, channels: 2 },
  dagmm: { epochs: 2, batch: 2, channels: 2 },
  memae: { units: 3, epochs: 2, batch: 2 },
  dcae: { epochs: 2, batch: 2 },
  dsvdd: { pretrainEpochs: 1, epochs: 1, batch: 2, objective: "soft-boundary", warmUp: 0 },
  "ocsvm-oracle": { from: -2 },
};

/** A method's small recipe. */
export function smallRecipe<M extends Method>(method: M): RecipeOf[M] {
  return { ...RECIPES[method].recipes.mnist, ...SMALLER[method] } as RecipeOf[M];
}

/** The methods that are trained. */
export const TRAINED: readonly DetectorName[] = ["memgan", "adgan", "alad", "dsebm", "dagmm", "memae", "dcae", "dsvdd"];
