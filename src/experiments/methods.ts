/**
 * The methods of the tables, each with what a budget shortens and how its images are preprocessed.
 *
 * A new row of Table 1 or 2 is one file in `src/detectors/`, its recipes in `src/detectors/recipes/`, its name in
 * `src/detectors/method_names.ts`, its constructor in `src/detectors/create.ts`, and one registration
 * here. A method is loaded when it is created.
 *
 * @module
 */

import type { DatasetName } from "../data/dataset.ts";
import type { Recipe, RegisteredMethod } from "./method.ts";
import { registered } from "./method.ts";
import type { Budget, Method } from "./method_names.ts";
import { METHODS } from "./method_names.ts";

/** What is known about each method. */
export const REGISTRY: Readonly<Record<Method, RegisteredMethod>> = {
  memgan: registered("memgan", {
    chosenOn: { mnist: "MNIST's digits 3 and 8", cifar10: "CIFAR-10's airplane, automobile and truck" },
    preprocessing: "std",
    seeded: true,
    smoke: { epochs: 1, k: 200 },
    seconds: { mnist: 350, cifar10: 200 },
  }),
  adgan: registered("adgan", {
    smoke: { epochs: 1, inversionSteps: 2 },
    laptop: { epochs: 20, inversionSteps: 100, inversionRate: 0.05 },
    laptopCifar10: { epochs: 10 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1500, cifar10: 20_000 },
  }),
  alad: registered("alad", {
    smoke: { epochs: 1, batch: 256 },
    laptop: { epochs: 10 },
    laptopCifar10: { epochs: 5 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 3000, cifar10: 10_000 },
  }),
  dsebm: registered("dsebm", {
    smoke: { epochs: 1, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 2100, cifar10: 2300 },
  }),
  dagmm: registered("dagmm", {
    smoke: { epochs: 3, channels: 16 },
    laptop: { epochs: 20 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 1750, cifar10: 1800 },
  }),
  memae: registered("memae", {
    smoke: { epochs: 1, batch: 128 },
    laptop: { epochs: 40 },
    preprocessing: "none",
    seeded: true,
    seconds: { mnist: 450, cifar10: 2000 },
  }),
  dcae: registered("dcae", {
    smoke: { epochs: 1 },
    laptop: { epochs: 60, dropAfter: 43, learningRate: 6e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 800, cifar10: 10_000 },
  }),
  dsvdd: registered("dsvdd", {
    smoke: { pretrainEpochs: 1, epochs: 1 },
    laptop: { pretrainEpochs: 60, pretrainDropAfter: 20, epochs: 60, dropAfter: 20, learningRate: 2.5e-4 },
    laptopCifar10: { pretrainEpochs: 30, pretrainDropAfter: 10, epochs: 30, dropAfter: 10, learningRate: 5e-4 },
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 660, cifar10: 2200 },
  }),
  ocsvm: registered("ocsvm", {
    chosenOn: { mnist: "MNIST's digits 3 and 8", cifar10: "MNIST's digits 3 and 8" },
    preprocessing: "gcn-l1",
    seeded: false,
    seconds: { mnist: 20, cifar10: 60 },
  }),
  "ocsvm-oracle": registered("ocsvm-oracle", {
    smoke: { from: -4 },
    preprocessing: "gcn-l1",
    column: "ocsvm",
    seesTestLabels: true,
    seeded: true,
    seconds: { mnist: 100, cifar10: 300 },
  }),
  kde: registered("kde", {
    preprocessing: "gcn-l1",
    seeded: false,
    smoke: { step: 1.5 },
    seconds: { mnist: 40, cifar10: 90 },
  }),
  iforest: registered("iforest", {
    preprocessing: "gcn-l1",
    seeded: true,
    seconds: { mnist: 12, cifar10: 60 },
  }),
  untrained: registered("untrained", {
    preprocessing: "std",
    seeded: true,
    seconds: { mnist: 6, cifar10: 15 },
  }),
  pixelmean: registered("pixelmean", {
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 6, cifar10: 12 },
  }),
  pca: registered("pca", {
    preprocessing: "std",
    seeded: false,
    seconds: { mnist: 12, cifar10: 60 },
  }),
};

/** What a budget changes in a method's recipe on a data set. */
export function changedBy(method: Method, dataset: DatasetName, budget: Budget): Recipe {
  const { smoke, laptop } = REGISTRY[method];
  return { smoke, laptop: laptop[dataset], paper: {} }[budget];
}

/** Methods whose score needs a search of its own, so that a budget other than `paper` scores a random subset, with its size. */
export const SUBSETS: Readonly<Partial<Record<Method, Readonly<Record<"smoke" | "laptop", number>>>>> = {
  adgan: { smoke: 2000, laptop: 500 },
};

/** The methods that learn nothing, or almost nothing. */
export const TRIVIAL_BASELINES: readonly Method[] = ["untrained", "pixelmean", "pca"];

export { METHODS };
export type { Method };
