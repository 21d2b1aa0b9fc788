/**
 * The methods of the tables: of each, its hyper-parameters, what a budget shortens, and how it is made.
 *
 * A new row of Table 1 or 2 is one file in `src/detectors/` and one entry here.
 *
 * @module
 */

import { z } from "zod";
import { ADGAN_CIFAR10, ADGAN_MNIST, createAdgan } from "../detectors/adgan.ts";
import { ALAD_CIFAR10, ALAD_MNIST, createAlad } from "../detectors/alad.ts";
import { createDagmm, DAGMM_CIFAR10, DAGMM_MNIST } from "../detectors/dagmm.ts";
import { createDcae, DCAE_CIFAR10, DCAE_MNIST } from "../detectors/dcae.ts";
import { createDsebm, DSEBM_CIFAR10, DSEBM_MNIST } from "../detectors/dsebm.ts";
import { createDsvdd, DSVDD_CIFAR10, DSVDD_MNIST } from "../detectors/dsvdd.ts";
import { createIforest, IFOREST_RECIPE } from "../detectors/iforest.ts";
import { createKde, KDE_RECIPE } from "../detectors/kde.ts";
import { createMemae, MEMAE_CIFAR10, MEMAE_MNIST } from "../detectors/memae.ts";
import { createMemgan } from "../detectors/memgan.ts";
import { createOcsvm, OCSVM_RECIPE } from "../detectors/ocsvm.ts";
import { createOcsvmHindsight, OCSVM_HINDSIGHT_RECIPE } from "../detectors/ocsvm_hindsight.ts";
import { createPca } from "../detectors/pca.ts";
import { createPixelMean } from "../detectors/pixelmean.ts";
import { CIFAR10_RECIPE, MNIST_RECIPE } from "../detectors/recipe.ts";
import { REMOVABLE } from "../paper/s4_5_training.ts";
import type { Entry } from "./entry.ts";
import { entry } from "./entry.ts";
import type { Method } from "./names.ts";
import { METHODS } from "./names.ts";

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
  recipes: { mnist: { ...MNIST_RECIPE }, cifar10: { ...CIFAR10_RECIPE } },
  preprocessing: "std",
  seeded: true,
} as const;

/** What is known of each method. */
export const ENTRIES: Readonly<Record<Method, Entry>> = {
  memgan: entry({
    ...memgan,
    smoke: { epochs: 1, k: 200 },
    seconds: { mnist: 350, cifar10: 200 },
    create: createMemgan,
  }),
  adgan: entry({
    schema: z.strictObject({ ...gan, inversionSteps: whole(1), inversionRate: positive }),
    recipes: { mnist: { ...ADGAN_MNIST }, cifar10: { ...ADGAN_CIFAR10 } },
    smoke: { epochs: 1, inversionSteps: 2 },
    laptop: { epochs: 20, inversionSteps: 100, inversionRate: 0.05 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1500, cifar10: 20_000 },
    create: createAdgan,
  }),
  alad: entry({
    schema: z.strictObject({ ...gan, dropout: z.number().min(0).lt(1) }),
    recipes: { mnist: { ...ALAD_MNIST }, cifar10: { ...ALAD_CIFAR10 } },
    smoke: { epochs: 1, batch: 256 },
    laptop: { epochs: 10 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 3000, cifar10: 50_000 },
    create: createAlad,
  }),
  dsebm: entry({
    schema: z.strictObject({ ...schedule, channels: whole(1), noise: positive }),
    recipes: { mnist: { ...DSEBM_MNIST }, cifar10: { ...DSEBM_CIFAR10 } },
    smoke: { epochs: 1, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 2100, cifar10: 2300 },
    create: createDsebm,
  }),
  dagmm: entry({
    schema: z.strictObject({
      ...schedule,
      channels: whole(1),
      components: whole(1),
      dropout: z.number().min(0).lt(1),
      energyWeight: z.number().min(0),
      varianceWeight: z.number().min(0),
    }),
    recipes: { mnist: { ...DAGMM_MNIST }, cifar10: { ...DAGMM_CIFAR10 } },
    smoke: { epochs: 3, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1750, cifar10: 1800 },
    create: createDagmm,
  }),
  memae: entry({
    schema: MEMAE_SCHEMA,
    recipes: { mnist: { ...MEMAE_MNIST }, cifar10: { ...MEMAE_CIFAR10 } },
    smoke: { epochs: 1, batch: 128 },
    laptop: { epochs: 40 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 450, cifar10: 2000 },
    create: createMemae,
  }),
  dcae: entry({
    schema: z.strictObject({ ...schedule, dropAfter: whole(0), decay }),
    recipes: { mnist: { ...DCAE_MNIST }, cifar10: { ...DCAE_CIFAR10 } },
    smoke: { epochs: 1 },
    laptop: { epochs: 60, dropAfter: 43, learningRate: 6e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 800, cifar10: 10_000 },
    create: createDcae,
  }),
  dsvdd: entry({
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
    recipes: { mnist: { ...DSVDD_MNIST }, cifar10: { ...DSVDD_CIFAR10 } },
    smoke: { pretrainEpochs: 1, epochs: 1 },
    laptop: { pretrainEpochs: 60, pretrainDropAfter: 20, epochs: 60, dropAfter: 20, learningRate: 2.5e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 660, cifar10: 12_000 },
    create: createDsvdd,
  }),
  ocsvm: entry({
    schema: z.strictObject({ variance: share, nu: share, factor: positive }),
    recipes: { mnist: { ...OCSVM_RECIPE }, cifar10: { ...OCSVM_RECIPE } },
    preprocessing: "gcn-l1",
    seeded: false,
    seconds: { mnist: 20, cifar10: 60 },
    create: createOcsvm,
  }),
  "ocsvm-hindsight": entry({
    schema: z.strictObject({ variance: share, nu: share, from: z.int(), to: z.int() }),
    recipes: { mnist: { ...OCSVM_HINDSIGHT_RECIPE }, cifar10: { ...OCSVM_HINDSIGHT_RECIPE } },
    smoke: { from: -4 },
    preprocessing: "gcn-l1",
    column: "ocsvm",
    hindsight: true,
    seeded: true,
    seconds: { mnist: 100, cifar10: 300 },
    create: createOcsvmHindsight,
  }),
  kde: entry({
    schema: z.strictObject({ variance: share, folds: whole(2), from: z.number(), to: z.number(), step: positive }),
    recipes: { mnist: { ...KDE_RECIPE }, cifar10: { ...KDE_RECIPE } },
    preprocessing: "gcn-l1",
    seeded: false,
    smoke: { step: 1.5 },
    seconds: { mnist: 40, cifar10: 90 },
    create: createKde,
  }),
  iforest: entry({
    schema: z.strictObject({ variance: share, trees: whole(1), sample: whole(2) }),
    recipes: { mnist: { ...IFOREST_RECIPE }, cifar10: { ...IFOREST_RECIPE } },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 12, cifar10: 60 },
    create: createIforest,
  }),
  untrained: entry({
    ...memgan,
    seconds: { mnist: 6, cifar10: 15 },
    create: (recipe, seed, shape) => createMemgan({ ...recipe, epochs: 0 }, seed, shape),
  }),
  pixelmean: entry({
    schema: z.strictObject({}),
    recipes: { mnist: {}, cifar10: {} },
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 6, cifar10: 12 },
    create: () => createPixelMean(),
  }),
  pca: entry({
    schema: z.strictObject({ components: whole(1) }),
    recipes: { mnist: { components: 20 }, cifar10: { components: 50 } },
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 12, cifar10: 60 },
    create: ({ components }) => createPca(components),
  }),
};

/** Methods whose score is a search of its own, so that a budget other than `paper` scores a random subset: how many images. */
export const SUBSETS: Readonly<Partial<Record<Method, Readonly<Record<"smoke" | "laptop", number>>>>> = {
  adgan: { smoke: 2000, laptop: 500 },
};

/** The methods that learn nothing, or next to nothing. */
export const HONEST: readonly Method[] = ["untrained", "pixelmean", "pca"];

export { METHODS };
export type { Method };
