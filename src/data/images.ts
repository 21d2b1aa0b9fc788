/**
 * Images, and what each set may be used for.
 *
 * The types enforce this: a detector is fitted on `NormalTrain`, only the evaluator takes a `Test`, and a recipe is chosen on a
 * `Validation`, which holds only training images.
 *
 * @module
 */

/** The size of an image. */
export interface ImageShape {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** 1 for grey, 3 for colour. */
  readonly channels: number;
}

/** A batch of images: `count` × `height` × `width` × `channels` values, in row-major order, channels last. */
export interface Images extends ImageShape {
  /** How many. */
  readonly count: number;
  /** The values: in [0, 1] as loaded, in [−1, 1] on the training images after preprocessing. */
  readonly pixels: Float32Array;
}

/** Normal images to fit a detector on: of one class, from the official training part. */
export interface NormalTrain {
  /** Marks the set. */
  readonly role: "normal-train";
  /** The images. */
  readonly images: Images;
}

/** Images with labels, for computing AUROC; 1 is the anomaly. */
interface Labelled {
  /** The images. */
  readonly images: Images;
  /** 0 normal, 1 anomaly; one per image. */
  readonly labels: Uint8Array;
}

/** The official test part, for the evaluator alone. */
export interface Test extends Labelled {
  /** Marks the set. */
  readonly role: "test";
}

/** Held-out normal *training* images, and *training* images of the other classes: what a recipe may be chosen on. */
export interface Validation extends Labelled {
  /** Marks the set. */
  readonly role: "validation";
}

/** A size as messages show it. */
export function sizeText({ height, width, channels }: ImageShape): string {
  return `${height} × ${width} × ${channels}`;
}

/**
 * Checks images that come in.
 *
 * @param images The images.
 * @param doing What is being done, for the message.
 * @throws {TypeError} If they are not images at all.
 * @throws {RangeError} If a dimension is not a whole number, the pixels are more or fewer than the dimensions say, or one of
 * them is not finite.
 *
 * @example A pixel that is not a number is refused, with its image
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const images = { count: 2, height: 1, width: 2, channels: 1, pixels: new Float32Array([0, 1, NaN, 0]) };
 * assertThrows(() => checkImages(images, "score"), RangeError, "Cannot score: each pixel must be finite, image 1 has NaN");
 * ```
 */
export function checkImages(images: Images, doing: string): void {
  if (typeof images !== "object" || images === null) {
    throw new TypeError(
      `Cannot ${doing}: images must have count, height, width, channels and pixels, they are ${images}`,
    );
  }
  const { count, height, width, channels, pixels } = images;
  for (const [name, value] of Object.entries({ count, height, width, channels })) {
    const least = name === "count" ? 0 : 1;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) continue;
    const message = `Cannot ${doing}: the images' ${name} must be a whole number of at least ${least}, it is ${value}`;
    throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
  }
  if (!(pixels instanceof Float32Array)) {
    throw new TypeError(`Cannot ${doing}: the images' pixels must be a Float32Array, they are ${typeof pixels}`);
  }
  const size = height * width * channels;
  if (pixels.length !== count * size) {
    throw new RangeError(
      `Cannot ${doing}: ${count} images of ${sizeText(images)} must have ${
        count * size
      } pixels, they have ${pixels.length}`,
    );
  }
  const at = pixels.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new RangeError(
      `Cannot ${doing}: each pixel must be finite, image ${Math.floor(at / size)} has ${pixels[at]}`,
    );
  }
}

/**
 * Checks the images that something is to be fitted on.
 *
 * @param train The images with their role.
 * @param doing What is being done, for the message.
 * @returns The images, at least one.
 * @throws {TypeError} If their role is another one, or they are no images.
 * @throws {RangeError} If there are none, or as for `checkImages`.
 */
export function checkNormalTrain(train: NormalTrain, doing: string): Images {
  if (train?.role !== "normal-train") {
    throw new TypeError(`Cannot ${doing}: the role of the images must be "normal-train", it is ${train?.role}`);
  }
  checkImages(train.images, doing);
  if (train.images.count === 0) {
    throw new RangeError(`Cannot ${doing}: there must be at least one image, there is none`);
  }
  return train.images;
}

/** At most so many of some things, evenly spread over their order, so that none is picked by hand. */
export function spread<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(most, all.length);
  return Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);
}

/** The images of `from` at `indices`, in that order. */
export function gather(from: Images, indices: ArrayLike<number>): Images {
  const size = from.height * from.width * from.channels;
  const pixels = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    pixels.set(from.pixels.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return { ...from, count: indices.length, pixels };
}
