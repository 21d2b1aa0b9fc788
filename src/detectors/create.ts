/**
 * Every method by its name.
 *
 * @module
 */

import { z } from "zod";
import { ABOUT } from "../data/dataset.ts";
import type { ImageShape } from "../data/images.ts";
import { checked } from "../platform/checked.ts";
import { createAdgan } from "./adgan.ts";
import { createAlad } from "./alad.ts";
import { createDagmm } from "./dagmm.ts";
import { createDcae } from "./dcae.ts";
import type { Detector, MemoryDetector, Undecided } from "./detector.ts";
import { createDsebm } from "./dsebm.ts";
import { createDsvdd } from "./dsvdd.ts";
import { createIforest } from "./iforest.ts";
import { createKde } from "./kde.ts";
import { createMemae } from "./memae.ts";
import type { Memgan } from "./memgan.ts";
import { createMemgan } from "./memgan.ts";
import type { Method } from "./method_names.ts";
import type { DetectorName } from "./method_names.ts";
import { DETECTORS } from "./method_names.ts";
import { createOcsvm } from "./ocsvm.ts";
import { createOcsvmOracle } from "./ocsvm_oracle.ts";
import { createPca } from "./pca.ts";
import { createPixelMean } from "./pixelmean.ts";
import { SEED, SHAPE } from "./recipes/ranges.ts";
import type { RecipeOf } from "./recipes/recipes.ts";
import { recipeFor, RECIPES } from "./recipes/recipes.ts";

/** The detector of a method: some can do more than score. */
export type DetectorOf<M extends keyof RecipeOf> = M extends "memgan" | "untrained" ? Memgan
  : M extends "memae" ? MemoryDetector
  : M extends "ocsvm-oracle" ? Undecided
  : Detector;

const CONSTRUCTORS: {
  readonly [M in Method]: (recipe: RecipeOf[M], seed: number, shape: ImageShape) => DetectorOf<M>;
} = {
  memgan: createMemgan,
  adgan: createAdgan,
  alad: createAlad,
  dsebm: createDsebm,
  dagmm: createDagmm,
  memae: createMemae,
  dcae: createDcae,
  dsvdd: createDsvdd,
  ocsvm: (recipe, _, shape) => createOcsvm(recipe, shape),
  "ocsvm-oracle": (recipe, _, shape) => createOcsvmOracle(recipe, shape),
  kde: (recipe, _, shape) => createKde(recipe, shape),
  iforest: createIforest,
  untrained: (recipe, ...made) => ({ ...createMemgan({ ...recipe, epochs: 0 }, ...made), method: "untrained" }),
  pixelmean: (_, __, shape) => createPixelMean(shape),
  pca: ({ components }, _, shape) => createPca(components, shape),
};

/**
 * The detector of a method and a whole recipe, not yet fitted.
 *
 * @param method The method.
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images.
 * @returns The detector.
 * @throws {RangeError} If there are no networks for such images, or a value is out of its range.
 * @throws {TypeError} If a value is missing, unknown or of another type.
 */
export function construct<M extends keyof RecipeOf>(
  method: M,
  recipe: RecipeOf[M],
  seed: number,
  shape: ImageShape,
): DetectorOf<M> {
  const { schema } = RECIPES[method];
  return CONSTRUCTORS[method](checked(schema, recipe, `create ${method}`, "recipe"), seed, shape);
}

/** What a detector is made from, besides its method. */
export interface MethodOptions<M extends DetectorName> {
  /** The size of its images: each side 16 to 256 pixels, 1 or 3 channels; MNIST's unless given. */
  readonly shape?: ImageShape;
  /** A whole number, 0 unless given: equal seeds, images and backends give equal scores. */
  readonly seed?: number;
  /** Hyper-parameters other than the defaults, which are MNIST's for grey images and CIFAR-10's for images in colour. */
  readonly recipe?: Readonly<Partial<RecipeOf[M]>>;
}

const OPTIONS = z.strictObject({
  shape: SHAPE.optional(),
  seed: SEED.optional(),
  recipe: z.looseObject({}).optional(),
});

/**
 * A detector of a method, not yet fitted.
 *
 * A detector with networks keeps tensors until `dispose` is called.
 *
 * @param method The method.
 * @param options The size of the images, the seed, and hyper-parameters other than the defaults.
 * @returns The detector: for `memgan`, `untrained` and `memae` one that also decodes its memory.
 * @throws {RangeError} If there is no such method or nothing for such images, or a value is out of its range.
 * @throws {TypeError} If a value is unknown or of another type.
 *
 * @example An image of noise is farther from a dozen grey ones than any of them
 * ```ts
 * import { assert } from "@std/assert";
 * import { createMethod } from "@memgan/memgan";
 *
 * const pixels = Float32Array.from({ length: 12 * 784 }, (_, i) => Math.floor(i / 784) / 12);
 * const images = { count: 12, height: 28, width: 28, channels: 1, pixels };
 * const detector = createMethod("pca", { recipe: { components: 1 } });
 * await detector.fit({ role: "normal-train", images });
 * const noise = { ...images, count: 1, pixels: Float32Array.from({ length: 784 }, (_, i) => i * 7919 % 256 / 255) };
 * const [score] = await detector.score(noise);
 * assert((await detector.score(images)).every((grey) => grey < score!));
 * detector.dispose();
 * ```
 */
export function createMethod<M extends DetectorName>(method: M, options: MethodOptions<M> = {}): DetectorOf<M> {
  checked(z.enum(DETECTORS), method, "create a detector", "the method");
  const { shape = ABOUT.mnist.shape, seed = 0, recipe } = checked(OPTIONS, options, `create ${method}`, "options");
  return construct(method, { ...recipeFor(method, shape), ...recipe } as RecipeOf[M], seed, shape);
}
