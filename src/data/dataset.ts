/**
 * A data set as published: a training and a test part, images with their classes.
 *
 * @module
 */

import type { Images, ImageShape } from "./images.ts";

/** The data sets. */
export const DATASETS = ["mnist", "cifar10"] as const;

/** A data set's name. */
export type DatasetName = typeof DATASETS[number];

/** The ways to split a data set into training and test images. */
export const PROTOCOLS = ["official", "batch5"] as const;

/** A protocol's name. */
export type Protocol = typeof PROTOCOLS[number];

/** What is known about a data set without reading it. */
export interface About {
  /** Its display name. */
  readonly title: string;
  /** The size of its images. */
  readonly shape: ImageShape;
  /** Which protocols it has; the first is the paper's. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
  /** What the images of each class show. */
  readonly classNames: readonly string[];
}

/** What is known about each data set. This is the only table of the image sizes for which there are networks. */
export const ABOUT: Readonly<Record<DatasetName, About>> = {
  mnist: {
    title: "MNIST",
    shape: { height: 28, width: 28, channels: 1 },
    protocols: ["official"],
    classNames: Array.from({ length: 10 }, (_, digit) => `digit ${digit}`),
  },
  cifar10: {
    title: "CIFAR-10",
    shape: { height: 32, width: 32, channels: 3 },
    protocols: ["official", "batch5"],
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  },
};

/** Images with their classes, in the official order. */
export interface Labelled {
  /** Pixels in [0, 1]. */
  readonly images: Images;
  /** The class of each, 0 to 9. */
  readonly classes: Uint8Array;
}

/** The training and the test part, and where they came from. */
export interface Dataset {
  /** 60,000 images on MNIST; on CIFAR-10 50,000, or 40,000 with the protocol `batch5`. */
  readonly train: Labelled;
  /** 10,000 images. */
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

/** Whether images have the size of a data set's. */
export function isOf(shape: ImageShape, dataset: DatasetName): boolean {
  const { height, width, channels } = ABOUT[dataset].shape;
  return shape.height === height && shape.width === width && shape.channels === channels;
}
