/**
 * Which methods are measured on which pictures, and how long the trained ones train.
 *
 * @module
 */

import type { Preprocessing } from "../src/data/preprocess.ts";
import type { DetectorName } from "../src/detectors/method_names.ts";
import { recipeFor } from "../src/detectors/recipes/recipes.ts";

/** The textures, one of them normal. */
export const TEXTURES = ["brick", "grass", "gravel"] as const;

/** What is learned from. */
export const SOURCES = ["mnist", "cifar10", ...TEXTURES] as const;

/** What is learned from. */
export type Source = typeof SOURCES[number];

/** The normal class: the digit of the README's picture, and the first class. */
export const NORMAL_CLASS = { mnist: 8, cifar10: 0 } as const;

/** A model to be fitted and measured. */
export interface Job {
  /** What it learns from. */
  readonly source: Source;
  /** The method. */
  readonly method: DetectorName;
  /** What is done to pictures first. */
  readonly preprocessing: Preprocessing;
  /** The side of what it sees. */
  readonly size: number;
  /** Whether it sees colours, as in Table 2, or pictures in tiles of that side; in grey and as a whole where it says neither. */
  readonly as: "grey" | "colour" | "tiles";
  /** Epochs, 0 where nothing is trained. */
  readonly epochs: number;
}

/** How a row says what a model sees. */
export const seen = ({ size, as }: Job) => as === "grey" ? `${size}` : `${size} ${as}`;

/** Whether a row is of a job. */
export function isOf(job: Job, row: Readonly<Record<string, string | number>>): boolean {
  return row["size"] === seen(job) &&
    (["source", "method", "preprocessing", "epochs"] as const).every((key) => row[key] === job[key]);
}

const CLASSICAL = ["pca", "pixelmean", "kde", "ocsvm", "iforest"] as const;

/** MEMGAN's epochs by the size: of its 7, as many as take two or three minutes on one thread that is free. */
const EPOCHS: Readonly<Record<number, number>> = { 28: 3, 64: 1 };

/** The epochs of the other trained methods: all that their recipes have. */
const WHOLE: Readonly<Partial<Record<DetectorName, number>>> = {
  memae: recipeFor("memae", { channels: 1 }).epochs,
  dcae: recipeFor("dcae", { channels: 1 }).epochs,
};

/** The jobs, those first without which nothing can be said. */
export function plan(): Job[] {
  const jobs: Job[] = [];
  const add = (
    source: Source,
    size: number,
    methods: readonly DetectorName[],
    kinds: readonly Preprocessing[],
    as: Job["as"] = "grey",
  ) => {
    for (const preprocessing of kinds) {
      for (const method of methods) {
        const epochs = method === "memgan" ? EPOCHS[size]! : WHOLE[method] ?? 0;
        jobs.push({ source, method, preprocessing, size, as, epochs });
      }
    }
  };
  const both = ["none", "std"] as const;
  for (const size of [64, 28]) for (const source of TEXTURES) add(source, size, CLASSICAL, both);
  for (const source of TEXTURES) add(source, 16, CLASSICAL.filter((method) => method !== "kde"), both, "tiles");
  add("mnist", 28, CLASSICAL, both);
  add("cifar10", 28, CLASSICAL, both);
  for (const source of SOURCES) add(source, 28, ["memgan"], ["std"]);
  add("cifar10", 32, CLASSICAL, ["std"], "colour");
  for (const source of SOURCES) add(source, 28, ["memae"], ["std"]);
  for (const source of [...TEXTURES, "cifar10"] as const) add(source, 28, ["dcae"], ["std"]);
  for (const source of TEXTURES) add(source, 64, ["memgan"], ["std"]);
  add("mnist", 28, ["dcae"], ["std"]);
  for (const source of ["mnist", "cifar10"] as const) add(source, 64, ["memgan"], ["std"]);
  for (const source of ["mnist", "cifar10"] as const) add(source, 64, CLASSICAL, both);
  return jobs;
}
