/**
 * `pixelmean`: the distance of an image to the mean normal training image. Nothing is trained; it is the trivial baseline.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import { meanImage, squaredFromMean } from "./classical/principal_components.ts";
import { saved } from "./classical/matrix.ts";
import type { Detector } from "./detector.ts";
import { guarded } from "./guarded.ts";
import { PIXELMEAN_SCHEMA } from "./recipes/baselines.ts";

/**
 * The mean image as a detector: A(x) = ‖x − x̄‖₂.
 *
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector.
 *
 * @example The farther an image is from the mean, the more anomalous it is
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const images = { count: 2, height: 1, width: 2, channels: 1, pixels: new Float32Array([0, 0, 2, 0]) };
 * const detector = createPixelMean();
 * await detector.fit({ role: "normal-train", images });
 * assertEquals([...await detector.score({ ...images, pixels: new Float32Array([1, 0, 4, 4]) })], [0, 5]);
 * ```
 */
export function createPixelMean(shape?: ImageShape): Detector {
  return guarded("pixelmean", { schema: PIXELMEAN_SCHEMA, recipe: {}, shape }, () => {
    let mean: Float64Array = new Float64Array();
    return {
      epochs: 0,
      fit(images) {
        mean = meanImage(images);
        return Promise.resolve();
      },
      score: (images) => Promise.resolve(Float32Array.from(squaredFromMean(images, mean), Math.sqrt)),
      reconstruct: ({ count }) => {
        const pixels = new Float32Array(count * mean.length);
        for (let i = 0; i < count; i++) pixels.set(mean, i * mean.length);
        return Promise.resolve(pixels);
      },
      save: () => ({ mean: { shape: [mean.length], values: Float32Array.from(mean) } }),
      load(arrays) {
        mean = Float64Array.from(saved("pixelmean", arrays, "mean").values);
        return mean.length;
      },
    };
  });
}
