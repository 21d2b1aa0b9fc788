/**
 * The hyper-parameters of each method: those that it can have, and its defaults on each data set.
 *
 * `spec/recipes_*.md` gives their sources. They are separate from the methods themselves, so that a command that only reports
 * on runs does not load TensorFlow.js.
 *
 * @module
 */

import { z } from "zod";
import type { DatasetName } from "../../data/dataset.ts";
import type { AdganRecipe } from "../adgan.ts";
import type { AladRecipe } from "../alad.ts";
import type { DagmmRecipe } from "../dagmm.ts";
import type { DcaeRecipe } from "../dcae.ts";
import type { DsebmRecipe } from "../dsebm.ts";
import type { DsvddRecipe } from "../dsvdd.ts";
import type { IforestRecipe } from "../iforest.ts";
import type { KdeRecipe } from "../kde.ts";
import type { MemaeRecipe } from "../memae.ts";
import type { OcsvmRecipe } from "../ocsvm.ts";
import type { OcsvmOracleRecipe } from "../ocsvm_oracle.ts";
import type { PcaRecipe } from "../pca.ts";
import type { MemganRecipe } from "./memgan.ts";
import { CIFAR10_RECIPE, MNIST_RECIPE } from "./memgan.ts";
import { exponent, fraction, gan, positive, schedule, share, weight, whole } from "./ranges.ts";

type Recipes<R> = Readonly<Record<DatasetName, Readonly<R>>>;

const both = <R>(recipe: R): Recipes<R> => ({ mnist: recipe, cifar10: recipe });

/** MEMGAN's. */
export const MEMGAN: Recipes<MemganRecipe> = { mnist: MNIST_RECIPE, cifar10: CIFAR10_RECIPE };

/** The recipes that ADGAN can be made by. */
export const ADGAN_SCHEMA: z.ZodType<AdganRecipe> = z.strictObject({
  ...gan,
  inversionSteps: whole(1),
  inversionRate: positive,
});

const adgan: AdganRecipe = {
  latent: 200,
  epochs: 100,
  batch: 100,
  learningRate: 2e-4,
  beta1: 0.5,
  averaging: 0.999,
  inversionSteps: 500,
  inversionRate: 0.01,
};

/**
 * ADGAN's: on MNIST the code beside efficient GAN-based anomaly detection, on CIFAR-10 that beside ALAD, except for the
 * learning rates.
 */
export const ADGAN: Recipes<AdganRecipe> = { mnist: adgan, cifar10: { ...adgan, latent: 100, batch: 32 } };

/** The recipes that ALAD can be made by. */
export const ALAD_SCHEMA: z.ZodType<AladRecipe> = z.strictObject({ ...gan, dropout: fraction });

/** ALAD's: the authors' code; on MNIST, which that does not cover, the same with smaller networks. */
export const ALAD: Recipes<AladRecipe> = both({
  latent: 100,
  epochs: 100,
  batch: 32,
  learningRate: 2e-4,
  beta1: 0.5,
  averaging: 0.999,
  dropout: 0.2,
});

/** The recipes that DAGMM can be made by. */
export const DAGMM_SCHEMA: z.ZodType<DagmmRecipe> = z.strictObject({
  ...schedule,
  channels: whole(1),
  components: whole(1),
  dropout: fraction,
  energyWeight: weight,
  varianceWeight: weight,
});

/** DAGMM's. */
export const DAGMM: Recipes<DagmmRecipe> = both({
  epochs: 200,
  batch: 256,
  learningRate: 1e-3,
  channels: 64,
  components: 3,
  dropout: 0.5,
  energyWeight: 0.01,
  varianceWeight: 0.0005,
});

/** The recipes that DCAE can be made by. */
export const DCAE_SCHEMA: z.ZodType<DcaeRecipe> = z.strictObject({ ...schedule, dropAfter: whole(0), decay: weight });

const dcae: DcaeRecipe = { epochs: 350, dropAfter: 250, batch: 200, learningRate: 1e-4, decay: 0.5e-3 };

/** DCAE's. */
export const DCAE: Recipes<DcaeRecipe> = { mnist: dcae, cifar10: { ...dcae, decay: 0.5e-6 } };

/** The recipes that DSEBM can be made by. */
export const DSEBM_SCHEMA: z.ZodType<DsebmRecipe> = z.strictObject({
  ...schedule,
  channels: whole(1),
  noise: positive,
});

/** DSEBM's. */
export const DSEBM: Recipes<DsebmRecipe> = both({
  epochs: 200,
  batch: 128,
  learningRate: 1e-3,
  channels: 64,
  noise: 1,
});

/** The recipes that Deep SVDD can be made by. */
export const DSVDD_SCHEMA: z.ZodType<DsvddRecipe> = z.strictObject({
  ...schedule,
  dropAfter: whole(0),
  decay: weight,
  objective: z.enum(["one-class", "soft-boundary"]),
  nu: positive.lt(1),
  warmUp: whole(0),
  pretrainEpochs: whole(0),
  pretrainDropAfter: whole(0),
  pretrainDecay: weight,
});

const dsvdd: DsvddRecipe = {
  objective: "one-class",
  nu: 0.1,
  warmUp: 10,
  epochs: 150,
  dropAfter: 50,
  batch: 200,
  learningRate: 1e-4,
  decay: 0.5e-6,
  pretrainEpochs: 150,
  pretrainDropAfter: 50,
  pretrainDecay: 0.5e-3,
};

/** Deep SVDD's. */
export const DSVDD: Recipes<DsvddRecipe> = {
  mnist: dsvdd,
  cifar10: { ...dsvdd, pretrainEpochs: 350, pretrainDropAfter: 250, pretrainDecay: 0.5e-6 },
};

/** The recipes that MEMAE can be made by. */
export const MEMAE_SCHEMA: z.ZodType<MemaeRecipe> = z.strictObject({
  ...schedule,
  units: whole(1),
  threshold: weight,
  entropyWeight: weight,
});

const memae: MemaeRecipe = {
  units: 100,
  threshold: 1,
  entropyWeight: 2e-4,
  epochs: 100,
  batch: 32,
  learningRate: 1e-4,
};

/** MEMAE's. */
export const MEMAE: Recipes<MemaeRecipe> = { mnist: memae, cifar10: { ...memae, units: 500 } };

/** The recipes that the OC-SVM can be made by. */
export const OCSVM_SCHEMA: z.ZodType<OcsvmRecipe> = z.strictObject({ variance: share, nu: share, factor: positive });

/** The OC-SVM's; `spec/` says how the factor was chosen. */
export const OCSVM: Recipes<OcsvmRecipe> = both({ variance: 0.95, nu: 0.1, factor: 10 });

const rising = { message: 'at least "from"', path: ["to"] };

/** The recipes that the OC-SVM can be made by whose kernel width is chosen by test labels. */
export const OCSVM_ORACLE_SCHEMA: z.ZodType<OcsvmOracleRecipe> = z.strictObject({
  variance: share,
  nu: share,
  from: z.int().min(-30).max(30),
  to: z.int().min(-30).max(30),
}).refine(({ from, to }) => from <= to, rising);

/** Those of the OC-SVM whose kernel width is chosen by test labels: the published code's. */
export const OCSVM_ORACLE: Recipes<OcsvmOracleRecipe> = both({ variance: 0.95, nu: 0.1, from: -10, to: -1 });

/** The recipes that KDE can be made by. */
export const KDE_SCHEMA: z.ZodType<KdeRecipe> = z.strictObject({
  variance: share,
  folds: whole(2),
  from: exponent,
  to: exponent,
  // A bandwidth costs a pass over all pairs of images.
  step: z.number().min(0.01),
}).refine(({ from, to }) => from <= to, rising);

/** KDE's: the wide grid of the published code. */
export const KDE: Recipes<KdeRecipe> = both({ variance: 0.95, folds: 5, from: -4.5, to: 5, step: 0.5 });

/** The recipes that the isolation forest can be made by. */
export const IFOREST_SCHEMA: z.ZodType<IforestRecipe> = z.strictObject({
  variance: share,
  trees: whole(1),
  sample: whole(2),
});

/** The isolation forest's, as published. */
export const IFOREST: Recipes<IforestRecipe> = both({ variance: 0.95, trees: 100, sample: 256 });

/** The recipes that PCA can be made by. */
export const PCA_SCHEMA: z.ZodType<PcaRecipe> = z.strictObject({ components: whole(1) });

/** PCA's. */
export const PCA: Recipes<PcaRecipe> = { mnist: { components: 20 }, cifar10: { components: 50 } };

/** The one recipe of the mean image, which has no hyper-parameters. */
export const PIXELMEAN_SCHEMA: z.ZodType<Record<never, never>> = z.strictObject({});

/** The mean image's. */
export const PIXELMEAN: Recipes<Record<never, never>> = both({});
