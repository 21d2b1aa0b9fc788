/**
 * A data set as published: a training and a test part, images with their classes.
 *
 * @module
 */

import type { Images } from "./images.ts";

/** Images with their classes, in the official order. */
export interface Labelled {
  /** Pixels in [0, 1]. */
  readonly images: Images;
  /** The class of each, 0 to 9. */
  readonly classes: Uint8Array;
}

/** The training and the test part, and where they came from. */
export interface Dataset {
  /** 60,000 images on MNIST. */
  readonly train: Labelled;
  /** 10,000 images on MNIST. */
  readonly test: Labelled;
  /** The md5 of each file that was read, by its name. */
  readonly files: Readonly<Record<string, string>>;
}

/** A data file is missing, truncated or corrupt. */
export class DataError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "DataError";
  }
}
