/**
 * The names of methods and budgets. This file imports nothing, so that a command's flags can name them without loading a
 * method.
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

/** The budgets. */
export const BUDGETS = ["smoke", "laptop", "paper"] as const;

/** A budget's name. */
export type Budget = typeof BUDGETS[number];
