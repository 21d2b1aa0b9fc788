/**
 * Principal components of images: the basis of `pca`'s score, and the features of the classical methods.
 *
 * @module
 */

import type { Images } from "../../data/images.ts";
import type { Count } from "./eigenvectors.ts";
import { leadingDirections } from "./eigenvectors.ts";
import type { Rows } from "./matrix.ts";
import { NO_ROWS, products, saved, unpacked } from "./matrix.ts";
import type { NamedArray } from "../detector.ts";

/** The mean of images, per pixel, in float64. */
export function meanImage({ count, pixels }: Images): Float64Array {
  const size = pixels.length / count;
  const mean = new Float64Array(size);
  for (let at = 0; at < pixels.length; at += size) {
    for (let j = 0; j < size; j++) mean[j]! += pixels[at + j]!;
  }
  return mean.map((sum) => sum / count);
}

/** ‖x − x̄‖² of each image, in float64. */
export function squaredFromMean({ count, pixels }: Images, mean: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < mean.length; j++, at++) {
      const less = pixels[at]! - mean[j]!;
      sum += less * less;
    }
    sums[i] = sum;
  }
  return sums;
}

/** Images as points. */
const rowsOf = ({ count, pixels }: Images): Rows => ({ count, width: pixels.length / count, values: pixels });

/** Points minus a mean. */
function centred({ count, width, values }: Rows, mean: Float32Array): Rows {
  const less = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += width) {
    for (let j = 0; j < width; j++) less[at + j] = values[at + j]! - mean[j]!;
  }
  return { count, width, values: less };
}

/** The mean and the leading directions of images. */
export interface Components {
  /** x̄, in the images' pixels. */
  readonly mean: Float32Array;
  /** Uᵀ: each row a unit vector, the direction of the greatest variance first. */
  readonly basis: Rows;
}

/** The state of a method before it is fitted. */
export const NOTHING: Components = { mean: new Float32Array(), basis: NO_ROWS };

/** The smallest number of components that hold a given share of the variance, 0 to 1. */
export function holding(share: number): (variances: readonly number[]) => number {
  return (variances) => {
    const all = variances.reduce((a, b) => a + b, 0);
    let sum = 0;
    return variances.findIndex((variance) => (sum += variance) >= share * all) + 1;
  };
}

/**
 * The principal components of images.
 *
 * @param images The images.
 * @param count How many.
 * @returns Their mean and `count` directions, or as many as they vary in.
 *
 * @example Of a cloud in the plane, nine tenths of whose variance lies along the diagonal
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const pixels = new Float32Array([3, 3, -3, -3, 1, -1, -1, 1]);
 * const images = { count: 4, height: 1, width: 2, channels: 1, pixels };
 * const { basis } = principalComponents(images, holding(0.9));
 * assertEquals(basis.count, 1);
 * basis.values.forEach((coordinate) => assertAlmostEquals(coordinate, Math.SQRT1_2, 1e-7));
 * assertEquals(principalComponents(images, holding(0.91)).basis.count, 2);
 * ```
 */
export function principalComponents(images: Images, count: Count): Components {
  const mean = Float32Array.from(meanImage(images));
  return { mean, basis: leadingDirections(centred(rowsOf(images), mean), count) };
}

/** The components that a method saved as `mean` and `components`. */
export function savedComponents(method: string, arrays: Readonly<Record<string, NamedArray>>): Components {
  const [mean, basis] = [saved(method, arrays, "mean").values, unpacked(saved(method, arrays, "components"))];
  if (basis.width === mean.length) return { mean, basis };
  throw new RangeError(
    `Cannot load ${method}: "components" must have rows of ${mean.length} values, they have ${basis.width}`,
  );
}

/**
 * The points of which rows are the coordinates: x̄ + U·row.
 *
 * @param components The components.
 * @param rows Coordinates along them.
 * @returns The values of the points, one after another.
 */
export function fromCoordinates({ mean, basis }: Components, { count, width, values }: Rows): Float32Array {
  const points = new Float32Array(count * mean.length);
  for (let i = 0; i < count; i++) {
    const point = points.subarray(i * mean.length, (i + 1) * mean.length);
    point.set(mean);
    for (let k = 0; k < width; k++) {
      const along = values[i * width + k]!;
      const direction = basis.values.subarray(k * mean.length, (k + 1) * mean.length);
      for (let j = 0; j < point.length; j++) point[j]! += along * direction[j]!;
    }
  }
  return points;
}

/**
 * The coordinates of images along components: Uᵀ(x − x̄), as Uᵀx − Uᵀx̄, so that no image is copied.
 *
 * @param components The components.
 * @param images Any images of that size.
 * @returns The coordinates, one row per image.
 */
export function coordinates({ mean, basis }: Components, images: Images): Rows {
  const along = products(rowsOf(images), basis);
  const middle = products({ count: 1, width: mean.length, values: mean }, basis).values;
  return centred(along, middle);
}
