/**
 * D(x, z): a network for the image, two layers for the code, and two for both together. MEMGAN and ALAD use it.
 *
 * @module
 */

import type { Discriminator, Layer } from "../engine/layer.ts";
import { sequence } from "./layers/layers.ts";
import { pair } from "./layers/pair.ts";

/** The sizes of such a discriminator. */
export interface JointSizes {
  /** Features of the image. */
  readonly features: number;
  /** The size of a code. */
  readonly d: number;
  /** Features of the code. */
  readonly code: number;
  /** Units of the layer that takes both. */
  readonly both: number;
}

/** The parts that its layers are built from. */
export interface JointLayers {
  /** From images to features. */
  readonly ofX: Layer;
  /** A hidden layer with its activation and dropout. */
  hidden(layer: "z1" | "z2" | "both", from: number, to: number): Layer[];
  /** The last layer, to one logit. */
  logit(from: number): Layer;
}

/** The discriminator. */
export function joint({ features, d, code, both }: JointSizes, { ofX, hidden, logit }: JointLayers): Discriminator {
  const ofZ = sequence(...hidden("z1", d, code), ...hidden("z2", code, code));
  return pair(ofX, ofZ, sequence(...hidden("both", features + code, both), logit(both)));
}
