/**
 * Which images a run sees: one class is normal, the others are anomalies (section 6.2).
 *
 * @module
 */

import type { Dataset, Labelled } from "./dataset.ts";
import type { NormalTrain, Test, Validation } from "./images.ts";
import { gather } from "./images.ts";

/** Every n-th normal training image is held out for validation, with this n. */
const HELD_OUT = 6;

/** About how many training images of other classes serve as anomalies in validation. */
const VALIDATION_ANOMALIES = 4000;

function indicesWhere({ classes }: Labelled, wanted: (c: number) => boolean): number[] {
  return [...classes.keys()].filter((i) => wanted(classes[i]!));
}

function checkClass(dataset: Dataset, normal: number): void {
  if (!dataset.train.classes.includes(normal)) {
    throw new RangeError(`Cannot split the data: no training image is of class ${normal}`);
  }
}

/**
 * The paper's protocol: all normal training images to fit on, the whole official test part to score.
 *
 * @param dataset Both parts.
 * @param normal The normal class.
 * @returns The two sets; a test label is 1 where the class is another one, in the official order.
 * @throws {RangeError} If there is no image of the class.
 *
 * @example Three images, one of them normal
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const images = { count: 3, height: 1, width: 1, channels: 1, pixels: new Float32Array([0.1, 0.2, 0.3]) };
 * const part = { images, classes: new Uint8Array([7, 2, 7]) };
 * const { train, test } = officialSplit({ train: part, test: part, files: {} }, 2);
 * assertEquals(train.images.count, 1);
 * assertEquals([...test.labels], [1, 0, 1]);
 * ```
 */
export function officialSplit(dataset: Dataset, normal: number): { train: NormalTrain; test: Test } {
  checkClass(dataset, normal);
  return {
    train: {
      role: "normal-train",
      images: gather(dataset.train.images, indicesWhere(dataset.train, (c) => c === normal)),
    },
    test: {
      role: "test",
      images: dataset.test.images,
      labels: Uint8Array.from(dataset.test.classes, (c) => c === normal ? 0 : 1),
    },
  };
}

/**
 * The split that recipes are chosen on, from *training* images alone: every sixth normal one is held out and scored together
 * with every k-th training image of the other classes.
 *
 * @param dataset Both parts; the test part is not used.
 * @param normal The normal class.
 * @returns The images to fit on, and those to evaluate on.
 * @throws {RangeError} If there is no image of the class.
 */
export function validationSplit(
  dataset: Dataset,
  normal: number,
): { train: NormalTrain; validation: Validation } {
  checkClass(dataset, normal);
  const normals = indicesWhere(dataset.train, (c) => c === normal);
  const others = indicesWhere(dataset.train, (c) => c !== normal);
  const every = Math.max(1, Math.floor(others.length / VALIDATION_ANOMALIES));
  const heldOut = normals.filter((_, i) => i % HELD_OUT === 0);
  const anomalies = others.filter((_, i) => i % every === 0);
  return {
    train: {
      role: "normal-train",
      images: gather(dataset.train.images, normals.filter((_, i) => i % HELD_OUT !== 0)),
    },
    validation: {
      role: "validation",
      images: gather(dataset.train.images, [...heldOut, ...anomalies]),
      labels: Uint8Array.from([...heldOut.map(() => 0), ...anomalies.map(() => 1)]),
    },
  };
}
