/**
 * `pca`: the reconstruction error of k principal components, the linear autoencoder that a deep one should beat.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import {
  coordinates,
  fromCoordinates,
  NOTHING,
  principalComponents,
  savedComponents,
  squaredFromMean,
} from "./classical/principal_components.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { PCA_SCHEMA } from "./recipes/baselines.ts";
import { packed, squaredNorms } from "./classical/matrix.ts";

/** Hyper-parameters of PCA. */
export interface PcaRecipe {
  /** k, how many components; fewer where the normal training images vary in fewer directions. */
  components: number;
}

/**
 * Principal components as a detector: A(x) = ‖(I − UUᵀ)(x − x̄)‖₂, the columns of U the k leading directions.
 *
 * @param components k; directions in which the normal training images do not vary are none.
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector.
 *
 * @example A variation found among normal images is not anomalous, one never found is
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const images = { count: 4, height: 1, width: 2, channels: 1, pixels: new Float32Array([-3, 0, -1, 0, 1, 0, 3, 0]) };
 * const detector = createPca(1);
 * await detector.fit({ role: "normal-train", images });
 * const [along, across] = await detector.score({ ...images, count: 2, pixels: new Float32Array([9, 0, 0, 2]) });
 * assertAlmostEquals(along!, 0, 1e-6);
 * assertAlmostEquals(across!, 2, 1e-6);
 * ```
 */
export function createPca(components: number, shape?: ImageShape): Detector {
  return guarded("pca", { schema: PCA_SCHEMA, recipe: { components }, shape }, (recipe) => {
    let { mean, basis } = NOTHING;
    return {
      epochs: 0,
      fit(images) {
        ({ mean, basis } = principalComponents(images, recipe.components));
        return Promise.resolve();
      },
      score(images) {
        const [all, inside] = [squaredFromMean(images, mean), squaredNorms(coordinates({ mean, basis }, images))];
        return Promise.resolve(Float32Array.from(all, (norm, i) => Math.sqrt(Math.max(0, norm - inside[i]!))));
      },
      reconstruct: (images) => Promise.resolve(fromCoordinates({ mean, basis }, coordinates({ mean, basis }, images))),
      save: () => ({ mean: { shape: [mean.length], values: mean }, components: packed(basis) }),
      load(arrays) {
        ({ mean, basis } = savedComponents("pca", arrays));
        return mean.length;
      },
    };
  });
}
