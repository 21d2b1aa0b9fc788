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

/** The images of `from` at `indices`, in that order. */
export function gather(from: Images, indices: ArrayLike<number>): Images {
  const size = from.height * from.width * from.channels;
  const pixels = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    pixels.set(from.pixels.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return { ...from, count: indices.length, pixels };
}
