/**
 * The names of the methods. This file imports nothing, so that a command's flags can name them without loading a method.
 *
 * @module
 */

/** The methods, in the order of the tables. */
export const METHODS = [
  "memgan",
  "adgan",
  "alad",
  "dsebm",
  "dagmm",
  "memae",
  "dcae",
  "dsvdd",
  "ocsvm",
  "ocsvm-oracle",
  "kde",
  "iforest",
  "untrained",
  "pixelmean",
  "pca",
] as const;

/** A method's name. */
export type Method = typeof METHODS[number];

/** The methods that a program can use; the other, `ocsvm-oracle`, is tuned by the labels of test images. */
export type DetectorName = Exclude<Method, "ocsvm-oracle">;

/** The names of the methods that a program can use. */
export const DETECTORS: readonly DetectorName[] = METHODS.filter((method) => method !== "ocsvm-oracle");

/** Those of them that reconstruct images: maps are made of that. */
export const RECONSTRUCTING: readonly DetectorName[] = [
  "memgan",
  "alad",
  "dsebm",
  "memae",
  "dcae",
  "untrained",
  "pixelmean",
  "pca",
];
