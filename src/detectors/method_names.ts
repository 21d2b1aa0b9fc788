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
