/**
 * The methods of the tables, each with its hyper-parameters, what a budget shortens, and how it is created.
 *
 * A new row of Table 1 or 2 is one file in `src/detectors/`, its recipes in `src/detectors/recipes/baselines.ts`, its name in
 * `method_names.ts`, and one registration here. A method is loaded when it is created.
 *
 * @module
 */

import { z } from "zod";
import * as recipes from "../detectors/recipes/baselines.ts";
import { REMOVABLE } from "../paper/terms.ts";
import type { RegisteredMethod } from "./method.ts";
import { registered } from "./method.ts";
import type { Method } from "./method_names.ts";
import { METHODS } from "./method_names.ts";

const whole = (least: number) => z.int().min(least);
const positive = z.number().positive();
const share = z.number().positive().max(1);
const decay = z.number().min(0);
const gan = {
  latent: whole(1),
  epochs: whole(0),
  batch: whole(2),
  learningRate: positive,
  beta1: z.number().min(0).lt(1),
};
const schedule = { epochs: whole(0), batch: whole(2), learningRate: positive };

/** MEMGAN's hyper-parameters. */
export const MEMGAN_SCHEMA = z.strictObject({
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
  without: z.enum(REMOVABLE).exactOptional(),
});

/** MEMAE's hyper-parameters. */
export const MEMAE_SCHEMA = z.strictObject({
  ...schedule,
  units: whole(1),
  threshold: z.number().min(0),
  entropyWeight: z.number().min(0),
});

const memgan = {
  schema: MEMGAN_SCHEMA,
  recipes: recipes.MEMGAN,
  preprocessing: "std",
  seeded: true,
} as const;

/** What is known about each method. */
export const REGISTRY: Readonly<Record<Method, RegisteredMethod>> = {
  memgan: registered({
    ...memgan,
    smoke: { epochs: 1, k: 200 },
    seconds: { mnist: 350, cifar10: 200 },
    create: async (...given) => (await import("../detectors/memgan.ts")).createMemgan(...given),
  }),
  adgan: registered({
    schema: z.strictObject({ ...gan, inversionSteps: whole(1), inversionRate: positive }),
    recipes: recipes.ADGAN,
    smoke: { epochs: 1, inversionSteps: 2 },
    laptop: { epochs: 20, inversionSteps: 100, inversionRate: 0.05 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1500, cifar10: 20_000 },
    create: async (...given) => (await import("../detectors/adgan.ts")).createAdgan(...given),
  }),
  alad: registered({
    schema: z.strictObject({ ...gan, dropout: z.number().min(0).lt(1) }),
    recipes: recipes.ALAD,
    smoke: { epochs: 1, batch: 256 },
    laptop: { epochs: 10 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 3000, cifar10: 50_000 },
    create: async (...given) => (await import("../detectors/alad.ts")).createAlad(...given),
  }),
  dsebm: registered({
    schema: z.strictObject({ ...schedule, channels: whole(1), noise: positive }),
    recipes: recipes.DSEBM,
    smoke: { epochs: 1, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 2100, cifar10: 2300 },
    create: async (...given) => (await import("../detectors/dsebm.ts")).createDsebm(...given),
  }),
  dagmm: registered({
    schema: z.strictObject({
      ...schedule,
      channels: whole(1),
      components: whole(1),
      dropout: z.number().min(0).lt(1),
      energyWeight: z.number().min(0),
      varianceWeight: z.number().min(0),
    }),
    recipes: recipes.DAGMM,
    smoke: { epochs: 3, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1750, cifar10: 1800 },
    create: async (...given) => (await import("../detectors/dagmm.ts")).createDagmm(...given),
  }),
  memae: registered({
    schema: MEMAE_SCHEMA,
    recipes: recipes.MEMAE,
    smoke: { epochs: 1, batch: 128 },
    laptop: { epochs: 40 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 450, cifar10: 2000 },
    create: async (...given) => (await import("../detectors/memae.ts")).createMemae(...given),
  }),
  dcae: registered({
    schema: z.strictObject({ ...schedule, dropAfter: whole(0), decay }),
    recipes: recipes.DCAE,
    smoke: { epochs: 1 },
    laptop: { epochs: 60, dropAfter: 43, learningRate: 6e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 800, cifar10: 10_000 },
    create: async (...given) => (await import("../detectors/dcae.ts")).createDcae(...given),
  }),
  dsvdd: registered({
    schema: z.strictObject({
      ...schedule,
      dropAfter: whole(0),
      decay,
      objective: z.enum(["one-class", "soft-boundary"]),
      nu: z.number().gt(0).lt(1),
      warmUp: whole(0),
      pretrainEpochs: whole(0),
      pretrainDropAfter: whole(0),
      pretrainDecay: decay,
    }),
    recipes: recipes.DSVDD,
    smoke: { pretrainEpochs: 1, epochs: 1 },
    laptop: { pretrainEpochs: 60, pretrainDropAfter: 20, epochs: 60, dropAfter: 20, learningRate: 2.5e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 660, cifar10: 12_000 },
    create: async (...given) => (await import("../detectors/dsvdd.ts")).createDsvdd(...given),
  }),
  ocsvm: registered({
    schema: z.strictObject({ variance: share, nu: share, factor: positive }),
    recipes: recipes.OCSVM,
    preprocessing: "gcn-l1",
    seeded: false,
    seconds: { mnist: 20, cifar10: 60 },
    create: async (recipe) => (await import("../detectors/ocsvm.ts")).createOcsvm(recipe),
  }),
  "ocsvm-oracle": registered({
    schema: z.strictObject({ variance: share, nu: share, from: z.int(), to: z.int() }),
    recipes: recipes.OCSVM_ORACLE,
    smoke: { from: -4 },
    preprocessing: "gcn-l1",
    column: "ocsvm",
    seesTestLabels: true,
    seeded: true,
    seconds: { mnist: 100, cifar10: 300 },
    create: async (recipe) => (await import("../detectors/ocsvm_oracle.ts")).createOcsvmOracle(recipe),
  }),
  kde: registered({
    schema: z.strictObject({ variance: share, folds: whole(2), from: z.number(), to: z.number(), step: positive }),
    recipes: recipes.KDE,
    preprocessing: "gcn-l1",
    seeded: false,
    smoke: { step: 1.5 },
    seconds: { mnist: 40, cifar10: 90 },
    create: async (recipe) => (await import("../detectors/kde.ts")).createKde(recipe),
  }),
  iforest: registered({
    schema: z.strictObject({ variance: share, trees: whole(1), sample: whole(2) }),
    recipes: recipes.IFOREST,
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 12, cifar10: 60 },
    create: async (recipe, seed) => (await import("../detectors/iforest.ts")).createIforest(recipe, seed),
  }),
  untrained: registered({
    ...memgan,
    seconds: { mnist: 6, cifar10: 15 },
    create: async (recipe, ...given) =>
      (await import("../detectors/memgan.ts")).createMemgan({ ...recipe, epochs: 0 }, ...given),
  }),
  pixelmean: registered({
    schema: z.strictObject({}),
    recipes: { mnist: {}, cifar10: {} },
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 6, cifar10: 12 },
    create: async () => (await import("../detectors/pixelmean.ts")).createPixelMean(),
  }),
  pca: registered({
    schema: z.strictObject({ components: whole(1) }),
    recipes: { mnist: { components: 20 }, cifar10: { components: 50 } },
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 12, cifar10: 60 },
    create: async ({ components }) => (await import("../detectors/pca.ts")).createPca(components),
  }),
};

/** Methods whose score needs a search of its own, so that a budget other than `paper` scores a random subset, with its size. */
export const SUBSETS: Readonly<Partial<Record<Method, Readonly<Record<"smoke" | "laptop", number>>>>> = {
  adgan: { smoke: 2000, laptop: 500 },
};

/** The methods that learn nothing, or almost nothing. */
export const TRIVIAL_BASELINES: readonly Method[] = ["untrained", "pixelmean", "pca"];

export { METHODS };
export type { Method };
