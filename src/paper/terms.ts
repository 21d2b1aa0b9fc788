/**
 * The loss terms of Algorithm 1, by name. This file imports nothing, so that code which only names them loads no tensor
 * library.
 *
 * @module
 */

/** The loss terms of a step, in the order in which `trainStep` returns them. */
export const LOSS_TERMS = [
  "discriminator",
  "adversarial_encoder",
  "adversarial_generator",
  "cycle",
  "projection",
  "mutual_information",
] as const;

/** The loss terms that section 7 may leave out. */
export const REMOVABLE = ["cycle", "projection", "mutual_information"] as const;

/** A loss term that may be left out. */
export type Removable = typeof REMOVABLE[number];
